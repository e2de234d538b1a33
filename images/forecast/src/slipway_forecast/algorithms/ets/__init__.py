"""ETS: exponential smoothing with automatic choice of error, trend and season.

Hyndman, Koehler, Snyder, Grose (2002), "A state space framework for automatic forecasting using exponential
smoothing methods"; the reference is R's `forecast::ets`, which Amazon Forecast documents for its ETS.
"""

from __future__ import annotations

from ...panel import Panel
from ..interface import Forecast, Options
from ..local import LocalAlgorithm, blocks
from .predict import predict
from .selection import choose

# Longer history changes exponentially weighted states by nothing worth its time.
_LONGEST = 1000
_SEASONS = 25
# Series in one block: candidates × series then fit the processor's cache.
_WIDTH = 48


def ets_forecast(panel: Panel, horizon: int, levels: tuple[float, ...], season: int) -> Forecast:
    """Forecast of every series with the ETS form of least AICc, seasonal with period `season` if 1 < season ≤ 60."""
    m = season if 1 < season <= 60 else 1
    out = Forecast.empty(panel.size, horizon, levels)
    for block in blocks(panel, min(_LONGEST, max(_SEASONS * m, 150)), _WIDTH):
        quantiles, mean = predict(choose(block.values, m), horizon, levels)
        out.quantiles[block.rows] = quantiles * block.scale[:, None, None]
        out.mean[block.rows] = mean * block.scale[:, None]
    return out


def _documented(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return ets_forecast(panel, horizon, levels, panel.calendar.frequency.documented_season)


def _by_day(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return ets_forecast(panel, horizon, levels, panel.season)


ETS = LocalAlgorithm("ets", _documented)
"""ETS as Amazon Forecast documents it, with that service's season lengths (an hour for minutes)."""

ETS_BY_DAY = LocalAlgorithm("ets", _by_day)
"""ETS with a season of a day for minutes, the candidate of the AutoPredictor."""
