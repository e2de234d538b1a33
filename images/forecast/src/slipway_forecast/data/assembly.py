"""All data sets of a group together: the aligned, still unfilled data that panels of any point in time are cut from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..algorithms.registry import starts_cold
from ..errors import UserError
from ..events import Events
from ..panel import Covariate, Flags, Floats, Integers, Panel
from ..settings import Settings
from .alignment import Grid, align_target
from .database import connect
from .datasets import Dataset
from .filling import Filling, fill_target
from .holiday_calendar import holidays_between
from .metadata import Metadata, load_metadata
from .related import load_related


@dataclass(frozen=True)
class Group:
    """Aligned data of a data set group. `keys` and the rows of all arrays are series in ascending order.

    Items known from metadata only are series without observations.
    """

    grid: Grid
    filling: Filling
    covariates: tuple[Covariate, ...]
    metadata: Metadata | None
    holidays: Mapping[np.datetime64, str]

    @property
    def size(self) -> int:
        """Number of series N."""
        return len(self.grid.keys)

    @property
    def length(self) -> int:
        """Number of buckets L."""
        return self.grid.length

    def panel(self, end: int | None = None, rows: npt.ArrayLike | None = None) -> Panel:
        """The panel as it was known before bucket `end` (default: everything), of all or some series.

        Gaps are filled after cutting, so that nothing after `end` can have an influence.
        """
        index = np.arange(self.size) if rows is None else np.asarray(rows)
        end = self.length if end is None else end
        values = self.grid.values[index, :end]
        first, last = _extent(values)
        filled, _ = fill_target(values, first, last, self.filling)
        return Panel(
            keys=tuple(self.grid.keys[i] for i in index),
            calendar=self.grid.calendar,
            values=filled,
            first=first,
            covariates=tuple(self._known(c, index, end) for c in self.covariates),
            metadata=None if self.metadata is None else self.metadata.codes[index],
            metadata_names=() if self.metadata is None else self.metadata.names,
            holidays=self.holidays,
        )

    def _known(self, covariate: Covariate, rows: Integers, end: int) -> Covariate:
        """What a forecast made at bucket `end` knows: a forward-looking feature one horizon ahead, others nothing."""
        values = covariate.values[rows]
        horizon = values.shape[1] - self.length
        values[:, end + horizon * covariate.forward_looking :] = np.nan
        return replace(covariate, values=values)

    def actual(self, start: int, horizon: int) -> Floats:
        """Observed values (N, H) of a window; NaN rows for series that do not count in it.

        A series is left out if it has no observation before the window, or inside it a gap that is not filled
        by the method zero (developer guide, "Handling missing values" and "Accuracy metrics").
        """
        filled, counted = self._filled()
        inside = slice(start, start + horizon)
        valid = (self.grid.first < start) & counted[:, inside].all(axis=1)
        return np.where(valid[:, None], filled[:, inside], np.nan)

    def _filled(self) -> tuple[Floats, Flags]:
        return fill_target(self.grid.values, self.grid.first, self.grid.last, self.filling)


def _extent(values: Floats) -> tuple[Integers, Integers]:
    """First and last observed index of each row; (length, −1) where there is none."""
    known = ~np.isnan(values)
    some = known.any(axis=1)
    length = values.shape[1]
    first = np.where(some, known.argmax(axis=1), length) if length else np.zeros(len(values), dtype=np.int64)
    last = np.where(some, length - 1 - known[:, ::-1].argmax(axis=1), -1) if length else first - 1
    return first, last


def assemble(
    target: Dataset,
    related: Dataset | None,
    metadata: Dataset | None,
    settings: Settings,
    scratch: Path,
    events: Events,
) -> Group:
    """Loads and checks the data sets of a group; UserErrors of the parts, notes on what is left out."""
    own, others = settings.fillings(target.schema, None if related is None else related.schema)
    connection = connect(scratch)
    grid = align_target(
        connection,
        target,
        settings.parsed_frequency,
        list(settings.dimensions),
        settings.boundary or None,
        own.aggregation,
    )
    attributes = None if metadata is None else load_metadata(connection, metadata, grid)
    if attributes is not None and attributes.new_items and starts_cold(settings.algorithm):
        grid, attributes = _with_new_items(grid, attributes, events)
    covariates: tuple[Covariate, ...] = ()
    if related is not None:
        loaded = load_related(connection, related, target, grid, settings.horizon, others)
        kept = np.flatnonzero(loaded.covered)
        covariates = loaded.covariates
        if kept.size < len(grid.keys):
            events.note(
                f"{len(grid.keys) - kept.size} of {len(grid.keys)} series have no related time series and are left "
                "out of training and forecast, as the service does."
            )
            grid = _select(grid, kept)
            covariates = tuple(replace(c, values=c.values[kept]) for c in covariates)
            attributes = None if attributes is None else replace(attributes, codes=attributes.codes[kept])
    connection.close()
    if not (grid.first < grid.length).any():
        raise UserError("NoData", "There is no target time series: no row of the target data set has a value.")
    return Group(grid, own, covariates, attributes, _holidays(grid, settings))


def _holidays(grid: Grid, settings: Settings) -> Mapping[np.datetime64, str]:
    if settings.holiday is None:
        return {}
    first, last = grid.calendar.start([0, grid.length + settings.horizon])
    return holidays_between(settings.holiday, first, last)


def _with_new_items(grid: Grid, metadata: Metadata, events: Events) -> tuple[Grid, Metadata]:
    """Adds the items that only the metadata knows as series without observations (cold start)."""
    if len(grid.names) > 1:
        events.note(
            f"{len(metadata.new_items)} items of the item metadata have no target time series; they get no forecast "
            "because their dimensions are not known."
        )
        return grid, metadata
    keys = [*grid.keys, *((item,) for item in metadata.new_items)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    empty = np.full((len(metadata.new_items), grid.length), np.nan)
    nothing = np.full(len(metadata.new_items), grid.length)
    whole = replace(
        grid,
        keys=tuple(keys),
        values=np.concatenate([grid.values, empty]),
        first=np.concatenate([grid.first, nothing]),
        last=np.concatenate([grid.last, np.full_like(nothing, -1)]),
    )
    events.note(f"{len(metadata.new_items)} new items without history get the typical forecast of items like them.")
    codes = np.concatenate([metadata.codes, metadata.new_codes])
    return _select(whole, np.array(order)), replace(metadata, codes=codes[order])


def _select(grid: Grid, rows: Integers) -> Grid:
    return replace(
        grid,
        keys=tuple(grid.keys[i] for i in rows),
        values=grid.values[rows],
        first=grid.first[rows],
        last=grid.last[rows],
    )
