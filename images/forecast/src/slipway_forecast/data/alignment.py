"""From rows to a grid: alignment to buckets and aggregation of the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from ..errors import UserError
from ..frequency import Calendar, Frequency, Times
from ..panel import Floats, Integers
from .columns import quote
from .datasets import Dataset
from .schema import TIMESTAMP

_AGGREGATES = {
    "sum": "sum(value)",
    "avg": "avg(value)",
    "min": "min(value)",
    "max": "max(value)",
    "first": "arg_min(value, (timestamp, part, row))",
}


@dataclass(frozen=True)
class Grid:
    """The aligned target before filling: `values` (N, L), NaN where no row with a value lies in a bucket.

    `first` (N,) and `last` (N,) are the indices of the first and last observation; (L, −1) if there is none.
    """

    names: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    calendar: Calendar
    values: Floats
    first: Integers
    last: Integers

    @property
    def length(self) -> int:
        """Number of buckets L up to the last one of the data set."""
        return self.values.shape[1]


def align_target(
    connection: duckdb.DuckDBPyConnection,
    target: Dataset,
    frequency: Frequency,
    dimensions: list[str],
    boundary: dict[str, Any] | None,
    aggregation: str,
) -> Grid:
    """Aligns and aggregates the target data set; rows of dimensions not asked for are aggregated too.

    UserError: `NoData`, `FrequencyTooFine`, `UnknownDimension`.
    """
    _check(target, frequency, dimensions)
    names = (target.schema.identifier, *dimensions)
    columns = ", ".join(quote(name) for name in names)
    connection.execute(f"CREATE TEMP TABLE target_rows AS SELECT * FROM {target.relation()}")
    times = _distinct_times(connection, "target_rows")
    if times.size == 0:
        raise UserError("NoData", "There is no target time series: the target data set has no rows.")
    calendar = Calendar.starting_at(times.min(), frequency, boundary)
    register_buckets(connection, times, calendar)
    connection.execute(
        f"CREATE TEMP TABLE target_keys AS SELECT row_number() OVER (ORDER BY {columns}) - 1 AS series, {columns} "
        f"FROM (SELECT DISTINCT {columns} FROM target_rows)"
    )
    # Floating-point sums depend on their order: one thread makes them the same every time.
    threads = connection.execute("SELECT current_setting('threads')").fetchall()[0][0]
    connection.execute("SET threads = 1")
    found = connection.execute(
        f"SELECT series, bucket, {_AGGREGATES[aggregation]} AS value FROM ("
        f"SELECT part, row, {columns}, timestamp, {quote(target.schema.target)}::DOUBLE AS value FROM target_rows) "
        f"JOIN target_keys USING ({columns}) JOIN buckets USING (timestamp) "
        "WHERE value IS NOT NULL AND NOT isnan(value) GROUP BY series, bucket"
    ).fetchnumpy()
    connection.execute(f"SET threads = {threads}")
    keys = connection.execute(f"SELECT {columns} FROM target_keys ORDER BY series").fetchall()
    length = int(calendar.index(np.array([times.max()]))[0]) + 1
    values = np.full((len(keys), length), np.nan)
    values[np.asarray(found["series"]), np.asarray(found["bucket"])] = np.asarray(found["value"], dtype=float)
    known = ~np.isnan(values)
    any_known = known.any(axis=1)
    first = np.where(any_known, known.argmax(axis=1), length)
    last = np.where(any_known, length - 1 - known[:, ::-1].argmax(axis=1), -1)
    return Grid(names, tuple(keys), calendar, values, first, last)


def _check(target: Dataset, frequency: Frequency, dimensions: list[str]) -> None:
    if target.frequency is not None and frequency.nominal_seconds < target.frequency.nominal_seconds:
        raise UserError(
            "FrequencyTooFine",
            f"ForecastFrequency {frequency} is finer than the data frequency {target.frequency} of the target "
            "time series: forecast at the data's frequency or a coarser one.",
        )
    unknown = [name for name in dimensions if name not in target.schema.text_columns()]
    if unknown:
        raise UserError(
            "UnknownDimension",
            f"ForecastDimensions has '{unknown[0]}', which is not a dimension of the target time series.",
        )


def _distinct_times(connection: duckdb.DuckDBPyConnection, table: str) -> Times:
    found = connection.execute(f"SELECT DISTINCT {TIMESTAMP} AS t FROM {table} ORDER BY t").fetchnumpy()
    return np.asarray(found["t"]).astype("datetime64[s]")


def register_buckets(connection: duckdb.DuckDBPyConnection, times: Times, calendar: Calendar) -> None:
    """Makes the table `buckets` (timestamp, bucket) of the calendar for these timestamps."""
    rows = {"timestamp": times.astype("datetime64[us]"), "bucket": calendar.index(times)}
    connection.register("bucket_rows", rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE buckets AS SELECT * FROM bucket_rows")
    connection.unregister("bucket_rows")
