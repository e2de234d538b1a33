"""A data frame as the data sets that the engine reads, and results as a frame of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np

from ..data.datasets import Dataset
from ..data.schema import TIMESTAMP, Attribute, Schema
from ..errors import UserError
from ..export.tables import write_parquet
from ..frequency import Frequency
from ..guessing import guess_frequency

_ITEM, _TARGET = "item_id", "target_value"
# Distances of so many rows tell the frequency.
_LOOKED_AT = 300_000


@dataclass(frozen=True)
class Table:
    """A frame and the roles of its columns. `dimensions` are the engine's names of `series` but the first."""

    _frame: nw.DataFrame
    time: str
    target: str
    series: tuple[str, ...]
    known: tuple[str, ...]

    @classmethod
    def of(
        cls, native: Any, time: str | None, target: str | None, series: Sequence[str] | None, known: Sequence[str]
    ) -> Table:
        """The roles as given or by the columns' types; UserError `BadFrame` where they stay open."""
        try:
            frame = nw.from_native(native, eager_only=True)
        except TypeError as error:
            raise UserError(
                "BadFrame", f"A pandas or Polars data frame is needed, not {type(native).__name__}."
            ) from error
        named = [name for name in (time, target, *(series or ()), *known) if name is not None]
        missing = [name for name in named if name not in frame.columns]
        if missing:
            raise UserError(
                "BadFrame", f"There is no column {missing[0]!r}; there are: {', '.join(map(str, frame.columns))}."
            )
        kinds = {name: _kind(dtype) for name, dtype in frame.schema.items()}
        free = [name for name in frame.columns if name not in named]
        time = time or _only(free, kinds, "time", "time")
        target = target or _only([name for name in free if name != time], kinds, "number", "target")
        if series is None:
            series = [name for name in free if kinds[name] == "text"]
        if kinds[time] != "time":
            raise UserError(
                "BadFrame",
                f"Column {time!r} has {frame.schema[time]} and no dates or times: convert it first, with "
                "pandas.to_datetime or polars' str.to_datetime.",
            )
        for name in (target, *known):
            if kinds[name] != "number":
                raise UserError("BadFrame", f"Column {name!r} has {frame.schema[name]} and no numbers.")
        return cls(frame, time, target, tuple(series), tuple(known))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The engine's names for all series' columns but the first."""
        return tuple(f"dimension_{place}" for place in range(1, len(self.series)))

    def guessed(self) -> str:
        """The frequency by the distances between times; UserError `BadFrame` where no series has two."""
        keys = [self._texts(name)[:_LOOKED_AT] for name in self.series]
        times: dict[tuple[str, ...], list] = {}
        rows = zip(*keys, self._times(), strict=False) if keys else ((time,) for time in self._times())
        for *key, time in islice(rows, _LOOKED_AT):
            times.setdefault(tuple(key), []).append(time.item())
        found = guess_frequency(times.values())
        if found is None:
            raise UserError("BadFrame", "No series has two times or more, so there is nothing to learn from.")
        return found.frequency

    def write(self, folder: Path, frequency: str) -> tuple[Dataset, Dataset | None]:
        """Target and related data set as files in `folder`. UserError `BadFrame` for values that are none."""
        keys = {name: self._texts(column) for name, column in zip((_ITEM, *self.dimensions), self.series, strict=False)}
        keys = keys or {_ITEM: np.full(len(self._frame), "series", dtype=object)}
        shared = {TIMESTAMP: self._times(), **keys}
        values = self._numbers(self.target)
        there = ~np.isnan(values)
        columns = {name: column[there] for name, column in {**shared, _TARGET: values}.items()}
        target = _dataset(folder / "target.parquet", columns, frequency)
        if not self.known:
            return target, None
        features = {f"feature_{place}": self._numbers(name) for place, name in enumerate(self.known)}
        return target, _dataset(folder / "related.parquet", {**shared, **features}, frequency)

    def frame(self, columns: dict[str, np.ndarray]) -> Any:
        """Columns as a frame of the kind that came in; series and time have the types they had."""
        made = dict(columns)
        for name in self.series:
            if name in made:
                known = {str(value): value for value in self._frame[name].unique().to_list()}
                made[name] = [None if key is None else known[key] for key in made[name]]
        result = nw.from_dict(made, backend=self._frame.implementation)
        types = self._frame.schema
        if self.time in made and types[self.time] == nw.Date:
            result = result.with_columns(nw.col(self.time).cast(nw.Date))
        return result.to_native()

    def _texts(self, name: str) -> np.ndarray:
        column = self._frame[name]
        if column.is_null().any():
            raise UserError("BadFrame", f"Column {name!r} tells series apart and has missing values: fill them in.")
        return np.array([str(value) for value in column.to_list()], dtype=object)

    def _times(self) -> np.ndarray:
        column = self._frame[self.time]
        if isinstance(column.dtype, nw.Datetime) and column.dtype.time_zone is not None:
            column = column.dt.replace_time_zone(None)
        times = column.cast(nw.Datetime("us")).to_numpy().astype("datetime64[us]")
        if np.isnat(times).any():
            row = int(np.flatnonzero(np.isnat(times))[0])
            raise UserError("BadFrame", f"Row {row}, column {self.time!r}: has no time. Fill it in or drop the row.")
        return times

    def _numbers(self, name: str) -> np.ndarray:
        values = self._frame[name].cast(nw.Float64).to_numpy().astype(float)
        if np.isinf(values).any():
            row = int(np.flatnonzero(np.isinf(values))[0])
            raise UserError("BadFrame", f"Row {row}, column {name!r}: is infinite. Correct it or leave it empty.")
        return values


def _dataset(path: Path, columns: dict[str, np.ndarray], frequency: str) -> Dataset:
    write_parquet(path, columns)
    kinds = {"M": "timestamp", "O": "string", "f": "float"}
    attributes = tuple(Attribute(name, kinds[column.dtype.kind]) for name, column in columns.items())
    return Dataset((path,), Schema(attributes, _ITEM, _TARGET), Frequency.parse(frequency))


def _kind(dtype: nw.dtypes.DType) -> str:
    if dtype in (nw.Date, nw.Datetime) or isinstance(dtype, nw.Datetime):
        return "time"
    if dtype.is_numeric():
        return "number"
    return "text" if dtype in (nw.String, nw.Categorical, nw.Enum, nw.Object) else "other"


def _only(names: Sequence[str], kinds: dict[str, str], kind: str, role: str) -> str:
    found = [name for name in names if kinds[name] == kind]
    if len(found) == 1:
        return found[0]
    what = {"time": "of dates or times", "number": "of numbers"}[kind]
    told = f"several columns {what}: {', '.join(map(repr, found))}" if found else f"no column {what}"
    raise UserError("BadFrame", f"The frame has {told}; say which is meant with {role}=….")
