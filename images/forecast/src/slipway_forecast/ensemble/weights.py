"""Weights of candidates: one mix for all series by greedy selection, then adapted to each series.

Caruana et al. (2004), "Ensemble selection from libraries of models", gives the common mix; the adaptation per series
is an exponential weighting by relative loss, which leaves the mix as it is where candidates do not differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..panel import Floats

# The mix starts as if the global models had been chosen this often: with few windows one lucky candidate would
# win otherwise. Chosen on rolling windows of eleven data sets, as were the numbers below.
_PRIOR = 8
_ROUNDS = 15
_SHARPNESS = 3.0
_CHANCE = 0.01
_FAR_OFF = 50.0
# Series count in the common mix by size^(1 − this): neither the largest alone nor all alike.
_LEVELLING = 0.5
_SMALLEST = 0.01
# Series beyond this many do not change the common mix any more.
_MOST_SERIES = 2000


@dataclass(frozen=True)
class Trial:
    """What K candidates predicted for one window: `quantiles` (K, N, H, Q), `mean` (K, N, H), `actual` (N, H).

    NaN in `actual` where nothing counts.
    """

    levels: tuple[float, ...]
    quantiles: Floats
    mean: Floats
    actual: Floats


def loss(metric: str, trial: Trial, quantiles: Floats, mean: Floats) -> Floats:
    """Loss (…, N) of forecasts (…, N, H, Q) and (…, N, H), summed over the steps of a window.

    Pinball for AverageWeightedQuantileLoss, squared error for RMSE, relative error for MAPE, else absolute error.
    """
    known = ~np.isnan(trial.actual)
    actual = np.where(known, trial.actual, 0.0)
    if metric == "AverageWeightedQuantileLoss":
        levels = np.array(trial.levels)
        off = np.where(known[..., None], actual[..., None] - quantiles, 0.0)
        return np.maximum(levels * off, (levels - 1) * off).sum(axis=(-1, -2))
    error = np.where(known, np.abs(actual - mean), 0.0)
    if metric == "RMSE":
        return (error**2).sum(axis=-1)
    if metric == "MAPE":
        return np.where(actual != 0, error / np.where(actual != 0, np.abs(actual), 1.0), 0.0).sum(axis=-1)
    return error.sum(axis=-1)


def choose_weights(trials: Sequence[Trial], metric: str, favoured: Floats) -> tuple[Floats, Floats]:
    """Weights (K, N) per series and the common mix (K,), each adding up to one, from earlier windows.

    `favoured` (K,) is the mix without any evidence. There has to be at least one trial.
    """
    mix = _common_mix(trials, metric, favoured)
    total = np.sum([loss(metric, t, t.quantiles, t.mean) for t in trials], axis=0)
    typical = np.median(total, axis=0)
    ratio = total / np.where(typical > 0, typical, 1.0)
    # Where most candidates are exact, those that are not cannot be measured by them.
    relative = np.where(typical > 0, np.minimum(ratio, _FAR_OFF), np.where(total > 0, _FAR_OFF, 0.0))
    return clean((mix[:, None] + _CHANCE) * np.exp(-_SHARPNESS * relative)), mix


def clean(weights: Floats) -> Floats:
    """Drops weights (K, …) below one percent and makes the rest add up to one."""
    share = weights / weights.sum(axis=0)
    share = np.where(share < _SMALLEST, 0.0, share)
    return share / share.sum(axis=0)


def series_importance(trials: Sequence[Trial], power: float) -> Floats:
    """(N,) size^−power from the mean absolute actuals; 0 for series of zeros or without any value."""
    size = np.sum([np.nansum(np.abs(t.actual), axis=1) for t in trials], axis=0)
    count = np.sum([(~np.isnan(t.actual)).sum(axis=1) for t in trials], axis=0)
    mean = size / np.maximum(count, 1)
    return np.where(mean > 0, np.where(mean > 0, mean, 1.0) ** -power, 0.0)


def _common_mix(trials: Sequence[Trial], metric: str, favoured: Floats) -> Floats:
    """Greedy forward selection with replacement, starting from the favoured mix."""
    trials = [_thinned(trial) for trial in trials]
    importance = series_importance(trials, 2 * _LEVELLING if metric == "RMSE" else _LEVELLING)
    if metric in ("MAPE", "MASE"):
        importance = series_importance(trials, 0.0 if metric == "MAPE" else 1.0)
    counts = favoured * _PRIOR
    sums = [(np.tensordot(counts, t.quantiles, 1), np.tensordot(counts, t.mean, 1)) for t in trials]
    for _ in range(_ROUNDS):
        size = counts.sum() + 1
        scores = [
            sum(
                (importance * loss(metric, t, (q + t.quantiles[k]) / size, (m + t.mean[k]) / size)).sum()
                for t, (q, m) in zip(trials, sums, strict=True)
            )
            for k in range(counts.size)
        ]
        best = int(np.argmin(scores))
        counts[best] += 1
        sums = [(q + t.quantiles[best], m + t.mean[best]) for t, (q, m) in zip(trials, sums, strict=True)]
    return clean(counts)


def _thinned(trial: Trial) -> Trial:
    """Every n-th series, so that at most `_MOST_SERIES` are left."""
    step = -(-trial.actual.shape[0] // _MOST_SERIES)
    return Trial(trial.levels, trial.quantiles[:, ::step], trial.mean[:, ::step], trial.actual[::step])


def combine(weights: Floats, quantiles: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """Weighted average of quantiles (K, N, H, Q), ascending again, and means (K, N, H) with weights (K, N).

    Candidates of weight zero are ignored even where they are NaN.
    """
    part = np.where(weights[:, :, None] > 0, mean, 0.0)
    parts = np.where(weights[:, :, None, None] > 0, quantiles, 0.0)
    return np.sort(np.einsum("kn,knhq->nhq", weights, parts), axis=2), np.einsum("kn,knh->nh", weights, part)
