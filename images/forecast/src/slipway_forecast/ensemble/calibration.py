"""Widening or narrowing the quantiles of the ensemble to what earlier windows show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..algorithms.interface import Forecast
from ..panel import Floats
from .weights import Trial, series_importance

_FACTORS = np.array([0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0])
# Half of what the windows show is believed, less with fewer than some tens of series × windows.
_BELIEF = 0.5
_EVIDENCE = 10
_LEVELLING = 0.5


def choose_spread(trials: Sequence[Trial], combined: Sequence[Floats], floor: Floats) -> tuple[float, float]:
    """Factors for the distances of lower and upper quantiles from the median; (1, 1) without evidence.

    `combined` are the forecasts (N, H, Q) of earlier windows, `floor` (N,) what forecasts are clipped to.
    """
    levels = trials[0].levels if trials else ()
    if 0.5 not in levels:
        return 1.0, 1.0
    importance = series_importance(trials, _LEVELLING)
    evidence = sum(int((~np.isnan(t.actual)).any(axis=1).sum()) for t in trials)
    belief = _BELIEF * evidence / (evidence + _EVIDENCE)
    factors = []
    for side in ([i for i, x in enumerate(levels) if x < 0.5], [i for i, x in enumerate(levels) if x > 0.5]):
        losses = [
            sum(_loss(t, c, side, f, importance, floor) for t, c in zip(trials, combined, strict=True))
            for f in _FACTORS
        ]
        found = _FACTORS[int(np.argmin(losses))] if side else 1.0
        factors.append(float(1 + belief * (found - 1)))
    return factors[0], factors[1]


def _loss(
    trial: Trial, combined: Floats, columns: list[int], factor: float, importance: Floats, floor: Floats
) -> float:
    known = ~np.isnan(trial.actual)
    middle = combined[:, :, trial.levels.index(0.5)]
    total = 0.0
    for column in columns:
        level = trial.levels[column]
        moved = np.maximum(middle + factor * (combined[:, :, column] - middle), floor[:, None])
        off = np.where(known, trial.actual - moved, 0.0)
        total += float((importance[:, None] * np.maximum(level * off, (level - 1) * off)).sum())
    return total


def spread(forecast: Forecast, factors: tuple[float, float]) -> Forecast:
    """The forecast with its quantiles moved away from (towards) the median; `levels` must contain 0.5."""
    middle = forecast.quantiles[:, :, [forecast.levels.index(0.5)]]
    factor = np.where(np.array(forecast.levels) < 0.5, factors[0], factors[1])
    return Forecast(forecast.levels, middle + factor * (forecast.quantiles - middle), forecast.mean)
