"""Elementary smoothing of many series at once; arrays are (T, n), NaN marks missing values."""

from __future__ import annotations

import warnings

import numpy as np

from ..panel import Floats

_SMALLEST_RATIO = 0.01


def fill_gaps(values: Floats) -> Floats:
    """Gaps filled by the last value before them (the first value, at the beginning)."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    index = np.where(missing, -1, np.arange(values.shape[0])[:, None])
    last = np.maximum.accumulate(index, axis=0)
    first = np.argmax(~missing, axis=0)
    return np.take_along_axis(values, np.where(last < 0, first[None, :], last), axis=0)


def interpolate(values: Floats) -> Floats:
    """Gaps filled by straight lines between their neighbours; the ends repeat the nearest value."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    out = values.copy()
    time = np.arange(values.shape[0])
    for column in np.flatnonzero(missing.any(axis=0)):
        known = ~missing[:, column]
        out[:, column] = np.interp(time, time[known], values[known, column]) if known.any() else 0.0
    return out


def centred_average(values: Floats, m: int) -> Floats:
    """Centred moving average over one season (2×m for even m); the ends repeat the nearest full window."""
    weights = np.full(m, 1.0 / m) if m % 2 else np.r_[0.5, np.ones(m - 1), 0.5] / m
    length, width = values.shape[0], weights.size
    filled = fill_gaps(values)
    if length < width:
        return np.broadcast_to(filled.mean(axis=0), values.shape)
    middle = np.lib.stride_tricks.sliding_window_view(filled, width, axis=0) @ weights
    before = (width - 1) // 2
    after = length - before - middle.shape[0]
    return np.concatenate([np.repeat(middle[:1], before, 0), middle, np.repeat(middle[-1:], after, 0)])


def seasonal_means(values: Floats, m: int, multiplicative: bool) -> Floats:
    """Mean deviation (ratio) of each phase from a centred moving average, (m, n), summing to 0 (averaging 1)."""
    trend = centred_average(values, m)
    detrended = values / trend if multiplicative else values - trend
    length, n = values.shape
    padded = np.full((-(-length // m) * m, n), np.nan)
    padded[:length] = detrended
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # a phase without any observation
        seasonal = np.nanmean(padded.reshape(-1, m, n), axis=0)
    if multiplicative:
        seasonal = np.maximum(np.where(np.isfinite(seasonal), seasonal, 1.0), _SMALLEST_RATIO)
        return seasonal / seasonal.mean(axis=0)
    seasonal = np.where(np.isfinite(seasonal), seasonal, 0.0)
    return seasonal - seasonal.mean(axis=0)


def line(values: Floats) -> tuple[Floats, Floats]:
    """Least-squares line through each column: value at time 0 (just before the first row) and slope, (n,) each."""
    known = ~np.isnan(values)
    time = np.arange(1, values.shape[0] + 1, dtype=float)[:, None]
    count = np.maximum(known.sum(axis=0), 1)
    y = np.where(known, values, 0.0)
    mean_time = (time * known).sum(axis=0) / count
    mean_value = y.sum(axis=0) / count
    centred = np.where(known, time - mean_time, 0.0)
    spread = (centred**2).sum(axis=0)
    slope = (centred * y).sum(axis=0) / np.where(spread > 0, spread, 1.0)
    return mean_value - slope * mean_time, slope
