"""Minimisation for many series at once: evenly spread points, narrowed around the best of each series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..panel import Floats

Evaluate = Callable[[Floats], Floats]


def minimise(
    evaluate: Evaluate, dimensions: int, groups: int, series: int, rounds: Sequence[tuple[int, float]]
) -> tuple[Floats, Floats]:
    """Best points (dimensions, groups, 1, series) in the unit cube and their losses (groups, series).

    `evaluate` turns points (dimensions, groups, candidates, series) into losses (groups, candidates, series). Each
    round gives the number of candidates and the half-width of the box they are spread over. A round costs one
    evaluation for all series, which is what makes this faster in Python than a simplex search for each.
    """
    centre = np.full((dimensions, groups, 1, series), 0.5)
    lowest = np.full((groups, series), np.inf)
    for candidates, width in rounds:
        offsets = (spread(candidates, dimensions).T[:, None, :, None] - 0.5) * 2 * width
        points = np.clip(centre + offsets, 0.0, 1.0)
        losses = evaluate(points)
        winner = losses.argmin(axis=1)
        found = np.take_along_axis(losses, winner[:, None, :], 1)[:, 0]
        taken = np.take_along_axis(points, winner[None, :, None, :], 2)
        centre = np.where((found < lowest)[None, :, None, :], taken, centre)
        lowest = np.minimum(lowest, found)
    return centre, lowest


def spread(count: int, dimensions: int) -> Floats:
    """(count, dimensions) points in the unit cube: the additive recurrence with the generalised golden ratio.

    M. Roberts (2018), "The Unreasonable Effectiveness of Quasirandom Sequences".
    """
    ratio = 2.0
    for _ in range(40):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    return (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
