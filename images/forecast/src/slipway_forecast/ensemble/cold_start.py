"""Forecasts of items without history: what is typical of the items most like them."""

from __future__ import annotations

import numpy as np

from ..algorithms.distribution import change_levels
from ..algorithms.interface import Forecast
from ..panel import Integers, Panel

_GRID = tuple(k / 20 for k in range(1, 20))


def fill_cold_starts(forecast: Forecast, panel: Panel) -> Forecast:
    """Fills the rows of series without observations from the series that share most metadata with them.

    The distribution is the mixture of theirs, step by step. Without metadata all series are alike.
    """
    cold = np.flatnonzero(panel.first >= panel.length)
    warm = np.flatnonzero(panel.first < panel.length)
    if cold.size == 0 or warm.size == 0:
        return forecast
    quantiles, mean = forecast.quantiles.copy(), forecast.mean.copy()
    for row in cold:
        like = warm if panel.metadata is None else _most_alike(panel.metadata, int(row), warm)
        samples = change_levels(quantiles[like], forecast.levels, _GRID)
        mixture = samples.transpose(1, 0, 2).reshape(samples.shape[1], -1)
        quantiles[row] = np.quantile(mixture, forecast.levels, axis=1).T
        mean[row] = mean[like].mean(axis=0)
    return Forecast(forecast.levels, quantiles, mean)


def _most_alike(metadata: Integers, row: int, among: Integers) -> Integers:
    """Those series that share the largest number of known attributes with a series."""
    equal = (metadata[among] == metadata[row]) & (metadata[row] >= 0)
    shared = equal.sum(axis=1)
    return among[shared == shared.max()]
