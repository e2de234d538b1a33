"""Series that have always had the same value."""

from __future__ import annotations

import numpy as np

from ...panel import Panel
from ..interface import Forecast

# Fewer equal values may be chance.
_FEWEST = 10


def keep_constants(forecast: Forecast, panel: Panel) -> Forecast:
    """Such a series goes on as it was: a network can only come near it, never quite."""
    known = ~np.isnan(panel.values)
    lowest = np.where(known, panel.values, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(known, panel.values, -np.inf).max(axis=1, initial=-np.inf)
    rows = np.flatnonzero((known.sum(axis=1) >= _FEWEST) & (lowest == highest) & ~np.isnan(forecast.mean).any(axis=1))
    forecast.quantiles[rows] = lowest[rows, None, None]
    forecast.mean[rows] = lowest[rows, None]
    return forecast
