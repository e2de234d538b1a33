"""Accuracy metrics by the formulas of the developer guide, "Evaluating predictor accuracy".

Sums run over all series and time points with an observed value in the window; NaN marks the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .algorithms.interface import Forecast
from .panel import Floats

_NOTHING = 1e-12


@dataclass(frozen=True)
class Metrics:
    """Metrics of a set of series over one window; None where a metric is not defined (MAPE of zeros only)."""

    levels: tuple[float, ...]
    quantile_losses: tuple[float, ...]
    wape: float
    rmse: float
    mape: float | None
    mase: float | None

    @property
    def average_quantile_loss(self) -> float | None:
        """Mean of the weighted quantile losses; None without quantiles."""
        return float(np.mean(self.quantile_losses)) if self.quantile_losses else None

    def value(self, metric: str) -> float:
        """The metric under its API name (OptimizationMetric); infinity where it is not defined."""
        values = {
            "AverageWeightedQuantileLoss": self.average_quantile_loss,
            "WAPE": self.wape,
            "RMSE": self.rmse,
            "MAPE": self.mape,
            "MASE": self.mase,
        }
        found = values[metric]
        return float("inf") if found is None else found


def measure(actual: Floats, forecast: Forecast, scale: Floats) -> Metrics:
    """Metrics of N series over H steps.

    `actual` (N, H) with NaN where nothing counts, `scale` (N,) from `mase_scale`. At least one value must count.

    wQL[τ] = 2 Σ max(τ (y − q), (τ − 1)(y − q)) / Σ |y|; WAPE = Σ |y − ŷ| / Σ |y|; RMSE = √(Σ (y − ŷ)² / n);
    MAPE = mean |(y − ŷ) / y| where y ≠ 0; MASE = mean over series of mean |y − ŷ| / scale. ŷ is the mean forecast.
    Where Σ |y| is nothing the numerators stand alone.
    """
    known = ~np.isnan(actual)
    y = np.where(known, actual, 0.0)
    error = np.where(known, y - forecast.mean, 0.0)
    total = np.abs(y).sum()
    divisor = total if total > _NOTHING else 1.0
    losses = []
    for column, level in enumerate(forecast.levels):
        off = np.where(known, y - forecast.quantiles[:, :, column], 0.0)
        losses.append(float(2 * np.maximum(level * off, (level - 1) * off).sum() / divisor))
    nonzero = known & (y != 0)
    counts = known.sum(axis=1)
    rated = (counts > 0) & (scale > 0)
    ratio = np.abs(error).sum(axis=1)[rated] / counts[rated] / scale[rated]
    return Metrics(
        forecast.levels,
        tuple(losses),
        float(np.abs(error).sum() / divisor),
        float(np.sqrt((error**2).sum() / known.sum())),
        float(np.abs(error[nonzero] / y[nonzero]).mean()) if nonzero.any() else None,
        float(ratio.mean()) if ratio.size else None,
    )


def mase_scale(history: Floats, season: int) -> Floats:
    """Mean |Y_t − Y_{t−m}| of each series' history (N, T); 0 where there is no such pair.

    A series with no more than `season` observed buckets is measured with m = 1.
    """
    span = np.where(np.isnan(history), 0, 1).sum(axis=1)
    long = span > season
    out = np.zeros(history.shape[0])
    for m, rows in ((season, long), (1, ~long)):
        if not rows.any() or history.shape[1] <= m:
            continue
        change = np.abs(history[rows, m:] - history[rows, :-m])
        pairs = ~np.isnan(change)
        sums = np.where(pairs, change, 0.0).sum(axis=1)
        out[rows] = sums / np.maximum(pairs.sum(axis=1), 1)
    return out


def average(metrics: list[Metrics]) -> Metrics:
    """SUMMARY of several windows: the arithmetic mean of each metric, not a pooled one."""
    return Metrics(
        metrics[0].levels,
        tuple(float(np.mean(column)) for column in zip(*(m.quantile_losses for m in metrics), strict=True)),
        float(np.mean([m.wape for m in metrics])),
        float(np.mean([m.rmse for m in metrics])),
        _mean_known([m.mape for m in metrics]),
        _mean_known([m.mase for m in metrics]),
    )


def _mean_known(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def as_api(metrics: Metrics) -> dict[str, Any]:
    """The `Metrics` structure of GetAccuracyMetrics: quantiles descending, `RMSE` the deprecated copy."""
    errors = {"ForecastType": "mean", "WAPE": metrics.wape, "RMSE": metrics.rmse}
    if metrics.mase is not None:
        errors["MASE"] = metrics.mase
    if metrics.mape is not None:
        errors["MAPE"] = metrics.mape
    out: dict[str, Any] = {"RMSE": metrics.rmse}
    pairs = sorted(zip(metrics.levels, metrics.quantile_losses, strict=True), reverse=True)
    if pairs:
        out["WeightedQuantileLosses"] = [{"Quantile": level, "LossValue": loss} for level, loss in pairs]
    out["ErrorMetrics"] = [errors]
    if metrics.average_quantile_loss is not None:
        out["AverageWeightedQuantileLoss"] = metrics.average_quantile_loss
    return out
