"""Seasonal naive: the last season repeated; the yardstick of every comparison."""

from __future__ import annotations

import numpy as np

from ..panel import Floats, Panel
from .distribution import normal_quantiles
from .interface import Forecast, Options
from .local import LocalAlgorithm, blocks
from .smoothing import fill_gaps

_LONGEST = 2000
_SEASONS = 30
_WIDTH = 512
_UNKNOWN_VARIANCE = 0.25


def seasonal_naive_forecast(panel: Panel, horizon: int, levels: tuple[float, ...], season: int) -> Forecast:
    """Last observed season with normal quantiles whose variance grows with every season ahead.

    Hyndman & Athanasopoulos, "Forecasting: principles and practice", 5.5: σ² · (⌊(h−1)/m⌋ + 1). A series shorter
    than a season repeats its last value.
    """
    out = Forecast.empty(panel.size, horizon, levels)
    for block in blocks(panel, min(_LONGEST, _SEASONS * season), _WIDTH):
        values = fill_gaps(block.values)
        m = season if values.shape[0] > season else 1
        steps = np.arange(horizon)
        mean = values[values.shape[0] - m + steps % m].T
        deviation = np.sqrt(_variance(values, m)[:, None] * (steps // m + 1))
        out.quantiles[block.rows] = normal_quantiles(mean, deviation, levels) * block.scale[:, None, None]
        out.mean[block.rows] = mean * block.scale[:, None]
    return out


def _variance(values: Floats, m: int) -> Floats:
    if values.shape[0] <= m:
        return np.full(values.shape[1], _UNKNOWN_VARIANCE)
    return ((values[m:] - values[:-m]) ** 2).mean(axis=0)


def _run(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return seasonal_naive_forecast(panel, horizon, levels, panel.season)


SEASONAL_NAIVE = LocalAlgorithm("seasonal-naive", _run)
"""Seasonal naive with the main season of the frequency."""
