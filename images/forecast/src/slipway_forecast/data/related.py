"""Related time series on the grid of the target, with the checks the service makes across data sets."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from ..errors import UserError
from ..panel import Covariate, Flags, Floats, Integers
from .alignment import Grid, register_buckets
from .columns import quote
from .datasets import Dataset
from .filling import DEFAULT_RELATED, Filling, fill_related
from .schema import TIMESTAMP


@dataclass(frozen=True)
class Related:
    """Features on the grid of all N series of the target, and which of the series have any related row."""

    covariates: tuple[Covariate, ...]
    covered: Flags


def load_related(
    connection: duckdb.DuckDBPyConnection,
    related: Dataset,
    target: Dataset,
    grid: Grid,
    horizon: int,
    fillings: dict[str, Filling],
) -> Related:
    """Aligns the related data set to the grid (never aggregating it) and fills configured gaps.

    UserError: `FrequencyMismatch`, `UnknownDimension`, `DuplicateKey`, `RelatedStartsLate`, `RelatedTooShort`,
    `RelatedMissing`, each naming feature, series and time.
    """
    dimensions = _dimensions(related, target, grid)
    frequency = grid.calendar.frequency
    if related.frequency is not None and related.frequency != frequency:
        raise UserError(
            "FrequencyMismatch",
            f"The related time series has the data frequency {related.frequency}, it has to be the forecast "
            f"frequency {frequency}: related time series are never aggregated.",
        )
    connection.execute(f"CREATE TEMP TABLE related_rows AS SELECT * FROM {related.relation()}")
    times = connection.execute(f"SELECT DISTINCT {TIMESTAMP} AS t FROM related_rows ORDER BY t").fetchnumpy()["t"]
    register_buckets(connection, np.asarray(times).astype("datetime64[s]"), grid.calendar)
    keys = {name: np.array([key[i] for key in grid.keys], dtype=object) for i, name in enumerate(grid.names)}
    connection.register("keys", {"series": np.arange(len(grid.keys)), **keys})
    shared = ", ".join(quote(name) for name in (related.schema.identifier, *dimensions))
    connection.execute(
        "CREATE TEMP TABLE related_cells AS SELECT series, bucket, related_rows.* FROM related_rows "
        f"JOIN keys USING ({shared}) JOIN buckets USING (timestamp)"
    )
    texts = [name for name in related.schema.text_columns() if name not in dimensions]
    numbers = related.schema.number_columns()
    covered = np.zeros(len(grid.keys), dtype=bool)
    covered[np.asarray(connection.execute("SELECT DISTINCT series FROM related_cells").fetchnumpy()["series"])] = True
    if not covered.any():
        raise UserError(
            "RelatedMissing",
            f"No {related.schema.identifier} of the target time series occurs in the related time series.",
        )
    covariates = [
        _feature(connection, name, name in texts, grid, horizon, fillings.get(name, DEFAULT_RELATED), covered)
        for name in (*numbers, *texts)
    ]
    return Related(tuple(covariates), covered)


def _dimensions(related: Dataset, target: Dataset, grid: Grid) -> list[str]:
    """Dimensions of the related series; those missing there are broadcast."""
    shared = [name for name in related.schema.text_columns() if name in target.schema.text_columns()]
    unused = [name for name in shared if name not in grid.names]
    if unused:
        raise UserError(
            "UnknownDimension",
            f"The related time series has the dimension {unused[0]}, which is not in ForecastDimensions: add it "
            "there, or leave it out of the related time series.",
        )
    return shared


def _feature(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    is_text: bool,
    grid: Grid,
    horizon: int,
    filling: Filling,
    covered: Flags,
) -> Covariate:
    categories: tuple[str, ...] | None = None
    value = f"{quote(name)}::DOUBLE"
    if is_text:
        rows = connection.execute(
            f"SELECT DISTINCT {quote(name)} AS v FROM related_cells WHERE v IS NOT NULL ORDER BY v"
        ).fetchall()
        categories = tuple(row[0] for row in rows)
        connection.register("category_rows", {"v": np.array(categories, dtype=object), "code": np.arange(len(rows))})
        value = f"(SELECT code FROM category_rows WHERE v = {quote(name)})"
    found = connection.execute(
        f"SELECT series, bucket, max(v) AS value, min(v) AS low FROM "
        f"(SELECT series, bucket, {value} AS v FROM related_cells) WHERE v IS NOT NULL AND NOT isnan(v) "
        "GROUP BY series, bucket ORDER BY series, bucket"
    ).fetchnumpy()
    series, bucket = np.asarray(found["series"]), np.asarray(found["bucket"])
    number = np.asarray(found["value"], dtype=float)
    differs = np.flatnonzero(number != np.asarray(found["low"], dtype=float))
    if differs.size:
        at = differs[0]
        raise UserError(
            "DuplicateKey",
            f"The related time series has several values of {name} for {_named(grid, series[at])} in the period "
            f"that begins at {_time(grid, bucket[at])}; related time series are not aggregated.",
        )
    values = np.full((len(grid.keys), grid.length + horizon), np.nan)
    inside = (bucket >= 0) & (bucket < grid.length + horizon)
    values[series[inside], bucket[inside]] = number[inside]
    starts = np.full(len(grid.keys), np.iinfo(np.int64).max)
    np.minimum.at(starts, series, bucket)
    forward = bool((bucket >= grid.length).any())
    values = _fill(values, grid, filling)
    _check_range(name, values, starts, grid, horizon if forward else 0, covered)
    return Covariate(name, values, forward, categories)


def _fill(values: Floats, grid: Grid, filling: Filling) -> Floats:
    position = np.arange(values.shape[1])
    known = ~np.isnan(values[:, : grid.length])
    some = known.any(axis=1)
    first = np.where(some, known.argmax(axis=1), grid.length)[:, None]
    last = np.where(some, grid.length - 1 - known[:, ::-1].argmax(axis=1), grid.length)[:, None]
    gap = np.isnan(values)
    middle = gap & (position > first) & (position < last)
    back = gap & (position > last) & (position < grid.length)
    return fill_related(values, middle, back, gap & (position >= grid.length), filling)


def _check_range(name: str, values: Floats, starts: Integers, grid: Grid, horizon: int, covered: Flags) -> None:
    """Every covered series needs the feature from its own start to the end of the target (plus the horizon)."""
    live = covered & (grid.first < grid.length)
    late = np.flatnonzero(live & (starts > grid.first))
    if late.size:
        at = late[0]
        begin = "has no value" if starts[at] > 10**12 else f"starts at {_time(grid, starts[at])}"
        raise UserError(
            "RelatedStartsLate",
            f"The related time series {name} {begin} for {_named(grid, at)}, whose target time series starts at "
            f"{_time(grid, grid.first[at])}: it has to start on or before the target ({late.size} series are "
            "concerned).",
        )
    end = grid.length + horizon
    position = np.arange(values.shape[1])
    missing = np.isnan(values) & live[:, None] & (position >= grid.first[:, None]) & (position < end)
    if not missing.any():
        return
    at = int(np.flatnonzero(missing.any(axis=1))[0])
    gap = int(np.flatnonzero(missing[at])[0])
    count = int(missing.any(axis=1).sum())
    if missing[at, gap:end].all():
        reach = "the last forecast period" if horizon else "the end of the target time series"
        raise UserError(
            "RelatedTooShort",
            f"The related time series {name} must extend to {reach} ({_time(grid, end - 1)}), but for "
            f"{_named(grid, at)} it has no values from {_time(grid, gap)} on ({count} series are concerned). "
            "Extend it, shorten the horizon, or configure backfill and futurefill.",
        )
    raise UserError(
        "RelatedMissing",
        f"The related time series {name} has no value for {_named(grid, at)} at {_time(grid, gap)} ({count} "
        "series are concerned): supply it or configure middlefill, backfill or futurefill.",
    )


def _named(grid: Grid, row: int) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(grid.names, grid.keys[row], strict=True))


def _time(grid: Grid, bucket: int) -> str:
    return str(grid.calendar.start(bucket)).replace("T", " ")
