"""Dynamic optimised theta model.

Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler (2016), "Models for optimising the theta method and their
relationship to state space models", International Journal of Forecasting 32(4), section 3 (DOTM).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..panel import Floats, Panel
from .distribution import normal_quantiles
from .interface import Forecast, Options
from .local import LocalAlgorithm, blocks
from .narrowing import minimise
from .smoothing import fill_gaps, seasonal_means

_LONGEST = 500
_SEASONS = 20
_WIDTH = 96
_ROUNDS = ((48, 0.5), (24, 0.2), (16, 0.08), (12, 0.03))
_LARGEST_THETA = 12.0
# 90 % two-sided normal quantile: the seasonality test of the theta method (Assimakopoulos & Nikolopoulos 2000).
_SEASONAL_SCORE = 1.645
_RECENT = 30
_RECENT_SEASONS = 3
_UNKNOWN_VARIANCE = 0.25


def theta_forecast(panel: Panel, horizon: int, levels: tuple[float, ...], season: int) -> Forecast:
    """Forecast of every series, deseasonalised first where the autocorrelation at the season is significant."""
    m = season if 1 < season <= 60 else 1
    out = Forecast.empty(panel.size, horizon, levels)
    for block in blocks(panel, min(_LONGEST, max(_SEASONS * m, 150)), _WIDTH):
        values = fill_gaps(block.values)
        seasonal, ratio = _seasonality(values, m)
        pattern = _tile(seasonal, values.shape[0])
        adjusted = np.where(ratio, values / np.where(ratio, pattern, 1.0), values - pattern)
        mean, variance = _predict(adjusted, horizon, _fit(adjusted), max(_RECENT, _RECENT_SEASONS * m))
        future = _tile(seasonal, values.shape[0] + horizon)[values.shape[0] :].T
        column = ratio[:, None]
        mean = np.where(column, mean * future, mean + future)
        deviation = np.sqrt(variance) * np.where(column, future, 1.0)
        out.quantiles[block.rows] = normal_quantiles(mean, deviation, levels) * block.scale[:, None, None]
        out.mean[block.rows] = mean * block.scale[:, None]
    return out


def _tile(seasonal: Floats, length: int) -> Floats:
    return np.tile(seasonal, (-(-length // seasonal.shape[0]), 1))[:length]


def _seasonality(values: Floats, m: int) -> tuple[Floats, np.ndarray]:
    """Seasonal pattern (m, n) from classical decomposition, and whether it is a ratio (positive data), (n,)."""
    length, n = values.shape
    positive = values.min(axis=0) > 0
    if m < 2 or length < 2 * m + 3:
        return np.where(positive, 1.0, np.zeros((1, n))), positive
    centred = values - values.mean(axis=0)
    energy = np.maximum((centred**2).sum(axis=0), 1e-300)
    limit = np.ones(n)
    for lag in range(1, m):
        limit += 2 * ((centred[lag:] * centred[:-lag]).sum(axis=0) / energy) ** 2
    correlation = (centred[m:] * centred[:-m]).sum(axis=0) / energy
    significant = np.abs(correlation) > _SEASONAL_SCORE * np.sqrt(limit / length)
    ratios = seasonal_means(np.where(positive, values, 1.0), m, multiplicative=True)
    offsets = seasonal_means(values, m, multiplicative=False)
    return np.where(positive, np.where(significant, ratios, 1.0), np.where(significant, offsets, 0.0)), positive


@dataclass(frozen=True)
class _Model:
    alpha: Floats
    theta: Floats
    level: Floats


def _lines(values: Floats) -> tuple[Floats, Floats]:
    """Intercept A_t and slope B_t of the line through the first t values, (T + 1, n); row 0 is zero."""
    length, n = values.shape
    intercept, slope, mean = np.zeros((length + 1, n)), np.zeros((length + 1, n)), np.zeros(n)
    for t in range(1, length + 1):
        slope[t] = ((t - 2) * slope[t - 1] + 6 * (values[t - 1] - mean) / t) / (t + 1) if t > 1 else 0.0
        mean = ((t - 1) * mean + values[t - 1]) / t
        intercept[t] = mean - slope[t] * (t + 1) / 2
    return intercept, slope


def _errors(values: Floats, model: _Model, tail: int) -> tuple[Floats, Floats, Floats]:
    """Sums of squared errors after the second value and over the last `tail` values, and the last level."""
    length = values.shape[0]
    intercept, slope = _lines(values)
    weight = 1 - 1 / model.theta
    rest, decay, level = 1 - model.alpha, np.ones_like(model.alpha), model.level.copy()
    squares, recent = np.zeros_like(level), np.zeros_like(level)
    for t in range(1, length + 1):
        after = decay * rest
        fitted = level + weight * (decay * intercept[t - 1] + (1 - after) / model.alpha * slope[t - 1])
        error = values[t - 1] - fitted
        if t > 2:
            squares += error**2
        if t > length - tail:
            recent += error**2
        level = model.alpha * values[t - 1] + rest * level
        decay = after
    return squares, recent, level


def _model(points: Floats, values: Floats) -> _Model:
    """Points (3, …, n) of the unit cube → parameters."""
    head = values[:10]
    level = head.mean(axis=0) + (points[2] - 0.5) * 2 * head.std(axis=0)
    return _Model(0.01 + 0.98 * points[0], 1 + (_LARGEST_THETA - 1) * points[1] ** 2, level)


def _fit(values: Floats) -> _Model:
    """Least squares over α, θ and the first level, all series at once."""
    best, _ = minimise(lambda points: _errors(values, _model(points, values), 0)[0], 3, 1, values.shape[1], _ROUNDS)
    return _model(best[:, 0, 0], values)


def _predict(values: Floats, horizon: int, model: _Model, tail: int) -> tuple[Floats, Floats]:
    """Mean and variance (n, H): the recursion goes on with its own forecasts in place of values."""
    length = values.shape[0]
    tail = min(tail, length)
    _, recent, level = _errors(values, model, tail)
    variance = recent / tail if length > 2 else np.full(values.shape[1], _UNKNOWN_VARIANCE)
    intercepts, slopes = _lines(values)
    intercept, slope, mean = intercepts[-1], slopes[-1], values.mean(axis=0)
    weight, rest = 1 - 1 / model.theta, 1 - model.alpha
    out = np.empty((values.shape[1], horizon))
    for h in range(horizon):
        t = length + h + 1
        decay = rest ** (t - 1)
        now = level + weight * (decay * intercept + (1 - decay * rest) / model.alpha * slope)
        out[:, h] = now
        slope = ((t - 2) * slope + 6 * (now - mean) / t) / (t + 1)
        mean = ((t - 1) * mean + now) / t
        intercept = mean - slope * (t + 1) / 2
        level = model.alpha * now + rest * level
    steps = np.arange(horizon)
    return out, variance[:, None] * (1 + steps * model.alpha[:, None] ** 2)


def _run(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return theta_forecast(panel, horizon, levels, panel.season)


THETA = LocalAlgorithm("theta", _run)
"""Dynamic optimised theta with the main season of the frequency."""
