"""Several seasons at once: decomposition by smoothing, exponential smoothing of what is left.

The scheme is that of Bandara, Hyndman, Bergmeir (2021), "MSTL: a seasonal-trend decomposition algorithm for time
series with multiple seasonal patterns", with weighted averages over neighbouring cycles in place of loess.
"""

from __future__ import annotations

import numpy as np

from ..frequency import Frequency
from ..panel import Floats, Panel
from .ets.predict import predict
from .ets.selection import choose
from .interface import Forecast, Options
from .local import LocalAlgorithm, blocks
from .smoothing import centred_average, fill_gaps

_LONGEST = 3000
_CYCLES = 12
_LEAST = 150
_LONGEST_REST = 1000
_WIDTH = 48
_ITERATIONS = 2
# Cycles on either side that shape a seasonal pattern.
_NEIGHBOURS = 8


def seasons(frequency: Frequency) -> list[int]:
    """Season lengths in buckets, short to long: day and week below daily, week for days, year above."""
    if frequency.is_sub_daily:
        day = frequency.periods_per("D")
        return [day, 7 * day] if day > 1 else []
    return [frequency.season] if frequency.season > 1 else []


def mstl_forecast(panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
    """Seasonal patterns continued as they were in the latest cycles, the rest by non-seasonal ETS."""
    lengths = seasons(panel.calendar.frequency)
    out = Forecast.empty(panel.size, horizon, levels)
    longest = min(_LONGEST, max([_CYCLES * m for m in lengths], default=_LEAST))
    for block in blocks(panel, longest, _WIDTH):
        values = fill_gaps(block.values)
        usable = [m for m in lengths if values.shape[0] >= 2 * m + 3]
        season, future = _decompose(values, usable, horizon)
        rest = np.where(np.isnan(block.values), np.nan, values - season)[-_LONGEST_REST:]
        quantiles, mean = predict(choose(rest, 1), horizon, levels)
        out.quantiles[block.rows] = (quantiles + future.T[:, :, None]) * block.scale[:, None, None]
        out.mean[block.rows] = (mean + future.T) * block.scale[:, None]
    return out


def _decompose(values: Floats, lengths: list[int], horizon: int) -> tuple[Floats, Floats]:
    """Sum of all seasonal components (T, n) and its continuation (H, n)."""
    length, n = values.shape
    components = {m: (np.zeros((length, n)), np.zeros((horizon, n))) for m in lengths}
    for _ in range(_ITERATIONS if len(lengths) > 1 else 1):
        for m in lengths:
            others = sum((past for k, (past, _) in components.items() if k != m), np.zeros((length, n)))
            rest = values - others
            detrended = rest - centred_average(rest, max(lengths))
            components[m] = _cycle(detrended, m, horizon)
    past = sum((part for part, _ in components.values()), np.zeros((length, n)))
    future = sum((part for _, part in components.values()), np.zeros((horizon, n)))
    return past, future


def _cycle(detrended: Floats, m: int, horizon: int) -> tuple[Floats, Floats]:
    """Each phase averaged over neighbouring cycles with triangular weights; the last cycle is repeated."""
    length, n = detrended.shape
    skipped = length % m
    cycles = detrended[skipped:].reshape(-1, m, n)
    count = cycles.shape[0]
    distance = np.abs(np.arange(count)[:, None] - np.arange(count)[None, :])
    weights = np.maximum(_NEIGHBOURS + 1 - distance, 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    smooth = np.einsum("ij,jmn->imn", weights, cycles)
    smooth -= smooth.mean(axis=1, keepdims=True)
    past = np.concatenate([smooth[0, m - skipped :] if skipped else smooth[0, :0], smooth.reshape(-1, n)])
    return past, smooth[-1][np.arange(horizon) % m]


def _run(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return mstl_forecast(panel, horizon, levels)


MSTL = LocalAlgorithm("mstl", _run)
"""Multiple seasonal decomposition with ETS."""
