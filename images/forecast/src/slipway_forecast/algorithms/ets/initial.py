"""Starting states of exponential smoothing from the first observations of each series."""

from __future__ import annotations

import numpy as np

from ...panel import Floats
from ..smoothing import line, seasonal_means

# Hyndman & Khandakar (2008), Journal of Statistical Software 27(3), section 3.2: the season from the first
# cycles, level and slope from the first two seasons, at least ten observations.
_CYCLES = 5
_LEAST = 10


def head_length(m: int) -> int:
    """How many first observations tell level and slope."""
    return max(_LEAST, 2 * m)


def starting_states(values: Floats, m: int, season: str) -> tuple[Floats, Floats, Floats]:
    """Level (n,), slope (n,) and season (m, n) before the first row of `values` (T, n).

    `season` is N, A or M (M needs positive values). The slope is that of a line through the deseasonalised
    beginning; for N the season is one neutral row.
    """
    head = values[: head_length(m)]
    if season == "N":
        level, slope = line(head)
        return level, slope, np.zeros((1, values.shape[1]))
    seasonal = seasonal_means(values[: _CYCLES * m], m, multiplicative=season == "M")
    tiled = np.tile(seasonal, (-(-head.shape[0] // m), 1))[: head.shape[0]]
    level, slope = line(head / tiled if season == "M" else head - tiled)
    return level, slope, seasonal
