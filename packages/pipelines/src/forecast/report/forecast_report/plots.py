"""The numbers of the plots, as compact JSON values: few digits, no leading gaps, within a budget."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .series import MOST_HISTORY, MOST_ITEMS, Series


def listed_items(series: Series, error: pd.Series, volume: pd.Series) -> np.ndarray:
    """Which items the report lists: all, or half those with the greatest error and half the largest."""
    count = len(series.names)
    if count <= MOST_ITEMS:
        return np.arange(count)
    by_error = error.reindex(range(count)).sort_values(ascending=False, na_position="last").index
    by_volume = volume.reindex(range(count)).sort_values(ascending=False, na_position="last").index
    picked = dict.fromkeys(by_error[: MOST_ITEMS // 2])
    for item in by_volume:
        if len(picked) == MOST_ITEMS:
            break
        picked[item] = None
    return np.array(sorted(picked))


def history_length(series: Series, listed: int, budget: int) -> int:
    """How many of the latest periods of history each plot gets, so that all numbers fit into `budget`."""
    if len(series.history) == 0:
        return 0
    horizon = _horizon(series)
    span = int(series.history["period"].max() - series.history["period"].min() + 1)
    types = max(1, len(series.columns))
    fixed = types * (horizon + sum(window["length"] for window in series.windows)) + 12 * (2 + len(series.windows))
    return max(min(span, MOST_HISTORY, budget // max(1, listed) - fixed), min(span, max(24, 2 * horizon)))


def plots(series: Series, items: np.ndarray, length: int, digits: int) -> list[dict]:
    """Per item: `h` [first period, values…], `f` a list of values per forecast type, `b` such lists per window."""
    position = np.full(len(series.names), -1)
    position[items] = np.arange(len(items))
    last = int(series.history["period"].max()) if len(series.history) else -1
    history = _grid(series.history, position, last - length + 1, length, ["value"], len(items))
    forecast = _grid(series.forecast, position, 0, _horizon(series), series.columns, len(items))
    windows = [
        _grid(
            series.backtests[series.backtests["window"] == index],
            position,
            window["start"],
            window["length"],
            series.columns,
            len(items),
        )
        for index, window in enumerate(series.windows)
    ]
    rounded = [rounded_to(grid, digits) for grid in (history, forecast, *windows)]
    empty = [~np.isfinite(grid).any(axis=(1, 2)) for grid in (history, forecast, *windows)]
    return [
        {
            "h": None if empty[0][row] else _trimmed(rounded[0][row, 0], last - length + 1),
            "f": None if empty[1][row] else [plain(values) for values in rounded[1][row]],
            "b": [
                None if empty[2 + w][row] else [plain(values) for values in rounded[2 + w][row]]
                for w in range(len(windows))
            ],
        }
        for row in range(len(items))
    ]


def totals(series: Series) -> dict | None:
    """All items together, each period: the history's sum, and that of the central forecast and backtests."""
    if len(series.history) == 0:
        return None
    history = series.history.groupby("period")["value"].sum()
    first = max(int(history.index.min()), int(history.index.max()) - MOST_HISTORY + 1)
    summed = history.reindex(range(first, int(history.index.max()) + 1))
    column = series.central
    forecast = series.forecast.groupby("period")[column].sum() if column else pd.Series(dtype=float)
    backtests = []
    for index, window in enumerate(series.windows):
        rows = series.backtests[series.backtests["window"] == index]
        numbers = rows.groupby("period")[column].sum()
        span = range(window["start"], window["start"] + window["length"])
        backtests.append(plain(rounded_to(numbers.reindex(span).to_numpy(float), 6)))
    return {
        "first": first,
        "history": plain(rounded_to(summed.to_numpy(float), 6)),
        "forecast": plain(rounded_to(forecast.reindex(range(_horizon(series))).to_numpy(float), 6)),
        "backtests": backtests,
        "type": column,
    }


def _horizon(series: Series) -> int:
    return int(series.forecast["period"].max()) + 1 if len(series.forecast) else 0


def _grid(rows: pd.DataFrame, position, first: int, length: int, columns: list[str], count: int) -> np.ndarray:
    """Rows as an array [item, column, period]; NaN where there is no row."""
    grid = np.full((count, max(1, len(columns)), max(0, length)), np.nan)
    if len(rows) == 0 or length <= 0:
        return grid
    row = position[rows["item"].to_numpy(int)]
    period = rows["period"].to_numpy(int) - first
    inside = (row >= 0) & (period >= 0) & (period < length)
    for index, column in enumerate(columns):
        grid[row[inside], index, period[inside]] = rows[column].to_numpy(float)[inside]
    return grid


def rounded_to(values: np.ndarray, digits: int) -> np.ndarray:
    """Values rounded to significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(values))))
        result = np.round(values * power) / power
    return np.where(np.isfinite(result), result, np.where(values == 0, 0.0, np.nan))


def plain(values: np.ndarray) -> list:
    """Numbers as JSON likes them: null for NaN, whole numbers without a point."""
    return [None if v != v else int(v) if v == int(v) else v for v in values.tolist()]


def _trimmed(values: np.ndarray, first: int) -> list:
    begin = int(np.argmax(np.isfinite(values)))
    end = len(values) - int(np.argmax(np.isfinite(values[::-1])))
    return [first + begin, plain(values[begin:end])]
