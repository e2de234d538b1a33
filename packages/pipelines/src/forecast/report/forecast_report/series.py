"""One row per item with its measures and what its plot needs, within a budget of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .accuracy import by_quantile, central, forecast_columns
from .inputs import identifier
from .periods import Periods, natural_anchor
from .tables import Dataset, parse_times

MOST_ITEMS = 10_000
# More points than pixels show nothing.
MOST_HISTORY = 1_500
SEPARATOR = "\x1f"


@dataclass
class Series:
    """Everything that belongs to single items, on one grid of periods.

    Period 0 is the first that was forecast. `history` has `item, period, value`; `forecast` and
    `backtests` have `item, period` and one column per forecast type, `backtests` also `window` and `_actual`.
    `item` numbers the entries of `names`.
    """

    periods: Periods
    keys: list[str]
    names: list[list[str]]
    history: pd.DataFrame
    forecast: pd.DataFrame
    backtests: pd.DataFrame
    columns: list[str]
    windows: list[dict]

    @property
    def central(self) -> str | None:
        """The forecast type that stands for the forecast as one number."""
        return central(self.columns)


def gather(
    target: Dataset | None,
    forecast: pd.DataFrame | None,
    backtests: pd.DataFrame | None,
    frequency: str,
    aggregation: str,
) -> Series | None:
    """Brings history, forecast and backtests onto one grid; None where there is neither history nor forecast."""
    has_target = target is not None and target.rows is not None and target.time is not None
    valued = target.rows[target.rows["_time"].notna() & target.rows["_value"].notna()] if has_target else None
    keys = _keys(target if has_target else None, forecast)
    if forecast is not None:
        forecast = forecast.assign(_time=parse_times(forecast["date"]))
        anchor = forecast["_time"].min()
    elif valued is not None and len(valued) > 0:
        anchor = natural_anchor(frequency, valued["_time"].min())
    else:
        return None
    if backtests is not None:
        backtests = backtests.assign(
            _time=parse_times(backtests["timestamp"]),
            _actual=pd.to_numeric(backtests["target_value"], errors="coerce"),
        )
    periods = Periods(frequency, anchor)
    texts = [_joined(table, keys) for table in (valued, forecast, backtests)]
    known = pd.Index(sorted({text for column in texts if column is not None for text in column.unique()}))
    history = _history(valued, texts[0], known, periods, aggregation)
    if forecast is None and len(history) > 0:
        # Without a forecast the grid ends with the data: period 0 comes right after it.
        shift = int(history["period"].max()) + 1
        history["period"] -= shift
        periods = Periods(frequency, periods.start(shift))
    columns = (
        by_quantile(forecast_columns(forecast if forecast is not None else backtests))
        if (forecast is not None or backtests is not None)
        else []
    )
    return Series(
        periods=periods,
        keys=keys,
        names=[text.split(SEPARATOR) for text in known],
        history=history,
        forecast=_numbered(forecast, texts[1], known, periods, columns),
        backtests=_windows(backtests, texts[2], known, periods, columns),
        columns=columns,
        windows=_window_list(backtests, periods),
    )


def _keys(target: Dataset | None, forecast: pd.DataFrame | None) -> list[str]:
    """What names a series: identifier and forecast dimensions, which stand before the date."""
    if forecast is not None:
        names = list(forecast.columns[: list(forecast.columns).index("date")])
        if target is None or all(name in target.names for name in names):
            return names
    return [identifier(target)] if target is not None else []


def _joined(table: pd.DataFrame | None, keys: list[str]) -> pd.Series | None:
    if table is None or any(key not in table.columns for key in keys):
        return None
    joined = table[keys[0]]
    for key in keys[1:]:
        joined = joined + SEPARATOR + table[key]
    return joined


def _history(valued, texts, known: pd.Index, periods: Periods, aggregation: str) -> pd.DataFrame:
    if valued is None or texts is None or len(valued) == 0:
        return pd.DataFrame({"item": np.array([], int), "period": np.array([], int), "value": np.array([], float)})
    rows = pd.DataFrame(
        {
            "item": known.get_indexer(texts),
            "period": periods.number(valued["_time"]),
            "value": valued["_value"].to_numpy(),
        }
    )
    how = {"avg": "mean"}.get(aggregation, aggregation)
    return rows.groupby(["item", "period"], sort=True, as_index=False)["value"].agg(how)


def _numbered(table, texts, known: pd.Index, periods: Periods, columns: list[str]) -> pd.DataFrame:
    if table is None or texts is None:
        return pd.DataFrame(columns=["item", "period", *columns])
    numbers = {name: pd.to_numeric(table[name], errors="coerce") for name in columns if name in table.columns}
    rows = pd.DataFrame({"item": known.get_indexer(texts), "period": periods.number(table["_time"]), **numbers})
    return rows.reindex(columns=["item", "period", *columns])


def _windows(table, texts, known: pd.Index, periods: Periods, columns: list[str]) -> pd.DataFrame:
    rows = _numbered(table, texts, known, periods, columns)
    if table is None or texts is None:
        return rows.assign(window=[], _actual=[])
    starts = sorted(table["backtestwindow_start_time"].unique())
    window = pd.Index(starts).get_indexer(table["backtestwindow_start_time"])
    return rows.assign(window=window, _actual=table["_actual"].to_numpy())


def _window_list(table: pd.DataFrame | None, periods: Periods) -> list[dict]:
    if table is None:
        return []
    times = table.groupby("backtestwindow_start_time", sort=True)["_time"]
    begins, ends = periods.number(times.min()), periods.number(times.max())
    return [{"start": int(b), "length": int(e - b + 1)} for b, e in zip(begins, ends)]
