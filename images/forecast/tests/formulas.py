"""Accuracy metrics written once more, straight from the developer guide's formulas, without arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

Number = float | None
Series = Sequence[Number]


def points(actual: Sequence[Series], predicted: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """All (observed value, prediction) of a window."""
    return [
        (y, p)
        for ys, ps in zip(actual, predicted, strict=True)
        for y, p in zip(ys, ps, strict=True)
        if y is not None
    ]  # fmt: skip


def total(pairs: list[tuple[float, float]]) -> float:
    """Σ|y|, or 1 where that is nothing: the numerators then stand alone."""
    size = sum(abs(y) for y, _ in pairs)
    return size if size > 1e-12 else 1.0


def quantile_loss(level: float, actual: Sequence[Series], predicted: Sequence[Sequence[float]]) -> float:
    """WQL of one quantile."""
    pairs = points(actual, predicted)
    loss = sum(level * max(y - q, 0.0) + (1 - level) * max(q - y, 0.0) for y, q in pairs)
    return 2 * loss / total(pairs)


def wape(actual: Sequence[Series], predicted: Sequence[Sequence[float]]) -> float:
    """Weighted absolute percentage error."""
    pairs = points(actual, predicted)
    return sum(abs(y - p) for y, p in pairs) / total(pairs)


def rmse(actual: Sequence[Series], predicted: Sequence[Sequence[float]]) -> float:
    """Root mean squared error over all points of all series."""
    pairs = points(actual, predicted)
    return math.sqrt(sum((y - p) ** 2 for y, p in pairs) / len(pairs))


def mape(actual: Sequence[Series], predicted: Sequence[Sequence[float]]) -> Number:
    """Mean absolute percentage error of the points that are not zero."""
    ratios = [abs((y - p) / y) for y, p in points(actual, predicted) if y != 0]
    return sum(ratios) / len(ratios) if ratios else None


def scale(history: Series, season: int) -> float:
    """Mean |Y_t − Y_{t−m}|; m = 1 for a series that is not longer than a season."""
    known = sum(1 for y in history if y is not None)
    m = season if known > season else 1
    changes = [
        abs(history[t] - history[t - m])
        for t in range(m, len(history))
        if history[t] is not None and history[t - m] is not None
    ]
    return sum(changes) / len(changes) if changes else 0.0


def mase(
    actual: Sequence[Series], predicted: Sequence[Sequence[float]], histories: Sequence[Series], season: int
) -> Number:
    """Mean over the series of each one's mean absolute error by its own scale."""
    ratios = []
    for ys, ps, history in zip(actual, predicted, histories, strict=True):
        errors = [abs(y - p) for y, p in zip(ys, ps, strict=True) if y is not None]
        if errors and scale(history, season) > 0:
            ratios.append(sum(errors) / len(errors) / scale(history, season))
    return sum(ratios) / len(ratios) if ratios else None
