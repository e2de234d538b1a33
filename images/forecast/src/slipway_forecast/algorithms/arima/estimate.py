"""Least-squares estimation of all candidate ARMA models of many series at once, and choice by AICc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers
from .orders import Order
from .polynomials import COORDINATES, coefficients, residuals

_ITERATIONS = 8
_STEP = 1e-4
_BOUND = 2.5


@dataclass(frozen=True)
class Estimated:
    """Chosen model of each of n series: index of the order, polynomials (2, 4, n), errors (T, n), AICc (n,)."""

    order: Integers
    ar: Floats
    ma: Floats
    errors: Floats
    criterion: Floats


def estimate(values: Floats, orders: list[Order], m: int, constants: int) -> Estimated:
    """The order of least AICc for each series of stationary, centred `values` (T, n).

    Levenberg-Marquardt on the conditional sum of squares of all orders at once. `constants` counts regression
    coefficients removed before.
    """
    length, n = values.shape
    free = np.zeros((COORDINATES, len(orders), n))
    damping = np.full((len(orders), n), 1e-2)
    pairs = [(row, position) for row, order in enumerate(orders) for position in order.active()]
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    positions = np.array([position for _, position in pairs], dtype=np.int64)
    errors = residuals(values, *coefficients(free), m)
    squares = _squares(errors)
    for _ in range(_ITERATIONS):
        moved = free[:, rows]
        moved[positions, np.arange(rows.size)] += _STEP
        slopes = (residuals(values, *coefficients(moved), m) - errors[:, rows]) / _STEP
        step = _steps(slopes, errors, rows, orders, damping)
        trial = np.clip(free + step, -_BOUND, _BOUND)
        trial_errors = residuals(values, *coefficients(trial), m)
        trial_squares = _squares(trial_errors)
        better = trial_squares < squares
        free = np.where(better, trial, free)
        errors = np.where(better, trial_errors, errors)
        gain = np.max(np.where(better, 1 - trial_squares / np.maximum(squares, 1e-300), 0.0))
        squares = np.where(better, trial_squares, squares)
        damping = np.clip(np.where(better, damping / 5, damping * 10), 1e-6, 1e6)
        if better.any() and gain < 1e-5:
            break
    counts = np.array([order.count for order in orders])[:, None] + constants + 1
    spare = length - counts - 1
    penalty = np.where(spare > 0, 2 * counts + 2 * counts * (counts + 1) / np.maximum(spare, 1), np.inf)
    criterion = length * np.log(np.maximum(squares, 1e-12) / length) + penalty
    criterion[0] = np.where(np.isfinite(criterion).any(axis=0), criterion[0], 0.0)
    best = criterion.argmin(axis=0)
    columns = np.arange(n)
    ar, ma = coefficients(free[:, best, columns])
    return Estimated(best, ar, ma, errors[:, best, columns], criterion[best, columns])


def _squares(errors: Floats) -> Floats:
    return np.einsum("tcn,tcn->cn", errors, errors)


def _steps(slopes: Floats, errors: Floats, rows: Integers, orders: list[Order], damping: Floats) -> Floats:
    """Levenberg-Marquardt steps (8, orders, n) from the slopes (T, pairs, n) of the errors."""
    step = np.zeros((COORDINATES, len(orders), errors.shape[2]))
    for row, order in enumerate(orders):
        if order.count == 0:
            continue
        part = slopes[:, rows == row].transpose(2, 1, 0)
        normal = part @ part.transpose(0, 2, 1)
        right = (part @ errors[:, row].T[:, :, None])[:, :, 0]
        diagonal = np.einsum("nkk->nk", normal)
        diagonal += damping[row][:, None] * diagonal + 1e-9
        step[order.active(), row] = -np.linalg.solve(normal, right[:, :, None])[:, :, 0].T
    return np.clip(step, -0.7, 0.7)
