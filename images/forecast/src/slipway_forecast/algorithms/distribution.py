"""Quantiles of predictive distributions: normal, weighted samples, and changing from some levels to others."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from ..panel import Floats

_STANDARD = NormalDist()


def normal_scores(levels: tuple[float, ...]) -> Floats:
    """Standard normal quantiles (Q,) of the levels."""
    return np.array([_STANDARD.inv_cdf(level) for level in levels])


def normal_quantiles(mean: Floats, deviation: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles (…, Q) of normal distributions with the given means and standard deviations."""
    return mean[..., None] + deviation[..., None] * normal_scores(levels)


def stratified_normals(steps: int, paths: int, seed: int) -> Floats:
    """(steps, paths) standard normals: each row is the same evenly spaced sample in another random order."""
    grid = np.array([_STANDARD.inv_cdf((k + 0.5) / paths) for k in range(paths)])
    grid /= grid.std()
    generator = np.random.default_rng(seed)
    return np.stack([generator.permutation(grid) for _ in range(steps)])


def weighted_quantiles(values: Floats, weights: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles (n, Q) of n weighted samples (n, k); the smallest value whose cumulated weight reaches the level.

    Values of zero weight are ignored (NaN included). A row whose weights are all zero gives NaN.
    """
    clean = np.where(weights > 0, values, np.inf)
    order = np.argsort(clean, axis=1, kind="stable")
    ordered = np.take_along_axis(clean, order, axis=1)
    share = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    total = share[:, -1:]
    out = np.full((values.shape[0], len(levels)), np.nan)
    for column, level in enumerate(levels):
        # The tolerance keeps a level that a cumulated share should meet exactly from missing it by rounding.
        position = (share < level * total * (1 - 1e-12)).sum(axis=1)
        picked = np.take_along_axis(ordered, np.minimum(position, values.shape[1] - 1)[:, None], axis=1)
        out[:, column] = picked[:, 0]
    out[total[:, 0] <= 0] = np.nan
    return out


def change_levels(quantiles: Floats, known: tuple[float, ...], wanted: tuple[float, ...]) -> Floats:
    """Quantiles (…, K) at `known` levels → (…, Q) at `wanted` ones.

    Linear in normal scores between known levels; beyond the outermost ones the slope of the outer half goes on,
    which is exact for normal distributions.
    """
    if known == wanted:
        return quantiles
    scores, targets = normal_scores(known), normal_scores(wanted)
    if len(known) == 1:
        return np.repeat(quantiles, len(wanted), axis=-1)
    right = np.clip(np.searchsorted(scores, targets), 1, len(known) - 1)
    low, high = scores[right - 1], scores[right]
    share = (targets - low) / (high - low)
    return quantiles[..., right - 1] * (1 - share) + quantiles[..., right] * share


def mean_of_quantiles(quantiles: Floats, levels: tuple[float, ...]) -> Floats:
    """Mean (…) of the distribution that `change_levels` describes, by a fine grid of levels."""
    grid = tuple((k + 0.5) / 40 for k in range(40))
    return np.sort(change_levels(quantiles, levels, grid), axis=-1).mean(axis=-1)
