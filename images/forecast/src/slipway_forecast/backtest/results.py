"""What a backtest leaves: metrics over all series and per series, and the forecasts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..algorithms.interface import Forecast
from ..data.assembly import Group
from ..errors import UserError
from ..export.tables import write_parquet
from ..metrics import Metrics, as_api, average, mase_scale, measure
from ..panel import Floats, Integers
from ..settings import ForecastTypes, Settings
from .windows import Window


@dataclass(frozen=True)
class WindowResult:
    """Forecast and actuals of one window; `rows` are the series that count in it."""

    window: Window
    forecast: Forecast
    actual: Floats
    scale: Floats
    rows: Integers

    @property
    def metrics(self) -> Metrics:
        """Metrics over all series that count."""
        return self._measure(self.rows)

    def of_series(self, row: int) -> Metrics:
        """Metrics of one series."""
        return self._measure(np.array([row]))

    def _measure(self, rows: Integers) -> Metrics:
        cut = Forecast(self.forecast.levels, self.forecast.quantiles[rows], self.forecast.mean[rows])
        return measure(self.actual[rows], cut, self.scale[rows])


def window_result(group: Group, window: Window, forecast: Forecast) -> WindowResult:
    """Compares a forecast of all series with what happened. UserError `NoBacktest` if no series counts."""
    actual = group.actual(window.start, window.end - window.start)
    rows = np.flatnonzero(~np.isnan(actual).any(axis=1) & ~np.isnan(forecast.mean).any(axis=1))
    if rows.size == 0:
        start = str(group.grid.calendar.start(window.start)).replace("T", " ")
        raise UserError(
            "NoBacktest",
            f"No time series can be evaluated in the backtest window that starts at {start}: every one has no "
            "history before it or missing values inside it. Shorten the horizon, supply longer series, or fill "
            "gaps with zero.",
        )
    scale = mase_scale(group.panel(window.start).values, group.grid.calendar.frequency.mase_season)
    return WindowResult(window, forecast, actual, scale, rows)


def accuracy_document(
    group: Group, results: dict[str | None, list[WindowResult]], settings: Settings
) -> dict[str, Any]:
    """The response of GetAccuracyMetrics; times are epoch seconds of the zone-less local time.

    `results` are those of each algorithm, of the AutoPredictor under None.
    """
    return {
        "PredictorEvaluationResults": [
            ({} if name is None else {"AlgorithmArn": f"arn:aws:forecast:::algorithm/{name}"})
            | {"TestWindows": _windows(group, own)}
            for name, own in results.items()
        ],
        "IsAutoPredictor": settings.is_auto_predictor,
        "OptimizationMetric": settings.metric,
    }


def _windows(group: Group, results: list[WindowResult]) -> list[dict[str, Any]]:
    """Their summary, then each of them."""
    measured = [result.metrics for result in results]
    windows: list[dict[str, Any]] = [{"EvaluationType": "SUMMARY", "Metrics": as_api(average(measured))}]
    for result, metrics in zip(results, measured, strict=True):
        start, end = group.grid.calendar.start([result.window.start, result.window.end]).astype(np.int64)
        windows.append(
            {
                "TestWindowStart": float(start),
                "TestWindowEnd": float(end),
                "ItemCount": int(result.rows.size),
                "EvaluationType": "COMPUTED",
                "Metrics": as_api(metrics),
            }
        )
    return windows


def write_forecasts(path: Path, group: Group, results: list[WindowResult], types: ForecastTypes) -> None:
    """`backtest.parquet`: one row per series, window and time with the actual value and the forecast types."""
    parts = []
    for result in results:
        horizon = result.window.end - result.window.start
        times = group.panel(0).times(result.window.start, result.window.end)
        count = result.rows.size * horizon
        columns = _key_columns(group, np.repeat(result.rows, horizon))
        columns["timestamp"] = np.tile(times, result.rows.size)
        columns["target_value"] = result.actual[result.rows].ravel()
        columns["backtestwindow_start_time"] = np.full(count, times[0])
        columns["backtestwindow_end_time"] = np.full(count, times[-1])
        if types.mean:
            columns["mean"] = result.forecast.mean[result.rows].ravel()
        for level in types.levels:
            column = result.forecast.levels.index(level)
            columns[f"p{round(level * 100)}"] = result.forecast.quantiles[result.rows, :, column].ravel()
        parts.append(columns)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort(
        (
            joined["timestamp"],
            np.concatenate([np.repeat(r.rows, r.window.end - r.window.start) for r in results]),
        )
    )
    write_parquet(path, {name: column[order] for name, column in joined.items()})


def write_item_metrics(path: Path, group: Group, results: list[WindowResult]) -> None:
    """`item-metrics.parquet`: one row per series and window, and a Summary row per series (mean of its windows)."""
    rows: list[tuple[int, str, Window, Metrics]] = []
    counting = [set(result.rows.tolist()) for result in results]
    for row in range(group.size):
        own = [(r.window, r.of_series(row)) for r, those in zip(results, counting, strict=True) if row in those]
        if not own:
            continue
        span = Window(min(w.start for w, _ in own), max(w.end for w, _ in own))
        rows.append((row, "Summary", span, average([m for _, m in own])))
        rows.extend((row, "Computed", window, metrics) for window, metrics in own)
    columns = _key_columns(group, np.array([row for row, *_ in rows]))
    columns["backtest_window"] = np.array([kind for _, kind, _, _ in rows], dtype=object)
    starts = np.array([window.start for _, _, window, _ in rows])
    ends = np.array([window.end - 1 for _, _, window, _ in rows])
    columns["backtestwindow_start_time"] = group.grid.calendar.start(starts)
    columns["backtestwindow_end_time"] = group.grid.calendar.start(ends)
    for index, level in enumerate(results[0].forecast.levels):
        columns[f"wQL[{level:g}]"] = np.array([m.quantile_losses[index] for *_, m in rows])
    for name, pick in (
        ("Average wQL", lambda m: m.average_quantile_loss),
        ("RMSE", lambda m: m.rmse),
        ("WAPE", lambda m: m.wape),
        ("MAPE", lambda m: m.mape),
        ("MASE", lambda m: m.mase),
    ):
        columns[name] = np.array([np.nan if pick(m) is None else pick(m) for *_, m in rows], dtype=float)
    write_parquet(path, columns)


def _key_columns(group: Group, rows: Integers) -> dict[str, np.ndarray]:
    return {
        name: np.array([group.grid.keys[row][i] for row in rows], dtype=object)
        for i, name in enumerate(group.grid.names)
    }
