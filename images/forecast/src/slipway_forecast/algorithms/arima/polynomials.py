"""Coefficients of ARMA polynomials, always stationary and invertible, for many models at once."""

from __future__ import annotations

import numpy as np

from ...panel import Floats
from .orders import LARGEST

# Roots closer to the unit circle than about 1.01 make forecasts unreliable; auto.arima rejects such models.
_LIMIT = 0.99
COORDINATES = 2 * LARGEST + 2


def coefficients(free: Floats) -> tuple[Floats, Floats]:
    """Free coordinates (8, …) → lag coefficients of AR and MA with seasonal products, (2, LARGEST + 1, …) each.

    Entry [0, k] belongs to lag k, [1, k] to lag m + k; [0, 0] is 1. The sign convention is that of polynomials:
    AR(B) y = MA(B) e. tanh makes partial autocorrelations of the coordinates (Barndorff-Nielsen & Schou 1973),
    so every point is a stationary, invertible model.
    """
    partial = _LIMIT * np.tanh(free)
    ar = _expand(-_from_partial(partial[:LARGEST]), -partial[2 * LARGEST])
    ma = _expand(-_from_partial(partial[LARGEST : 2 * LARGEST]), -partial[2 * LARGEST + 1])
    return ar, ma


def _from_partial(partial: Floats) -> Floats:
    """Durbin-Levinson: partial autocorrelations (k, …) → autoregressive coefficients (k, …)."""
    out = partial.copy()
    for order in range(1, partial.shape[0]):
        head = out[:order].copy()
        out[:order] = head - partial[order] * head[::-1]
    return out


def _expand(plain: Floats, seasonal: Floats) -> Floats:
    """(1 + plain(B)) × (1 + seasonal·B^m) as (2, LARGEST + 1, …)."""
    row = np.concatenate([np.ones((1, *plain.shape[1:])), plain])
    return np.stack([row, row * seasonal])


def residuals(values: Floats, ar: Floats, ma: Floats, m: int) -> Floats:
    """One-step errors (T, columns, n) of `values` (T, n) under ARMA models (2, LARGEST + 1, columns, n).

    Values and errors before the first one count as zero (conditional sum of squares).
    """
    length = values.shape[0]
    shape = (length, *ar.shape[2:])
    out = np.empty(shape)
    out[:] = values[:, None, :]
    for lag, coefficient in _lags(ar, m):
        if lag < length:
            out[lag:] += values[: length - lag, None, :] * coefficient
    moving = _lags(ma, m)
    work = np.empty(shape[1:])
    for t in range(length):
        row = out[t]
        for lag, coefficient in moving:
            if lag > t:
                break
            np.multiply(out[t - lag], coefficient, out=work)
            row -= work
        np.clip(row, -1e6, 1e6, out=row)
    return out


def _lags(polynomial: Floats, m: int) -> list[tuple[int, Floats]]:
    """(lag, coefficient) of every lag that has a coefficient anywhere, in ascending order of lags."""
    entries = [
        (part * m + k, polynomial[part, k])
        for part in range(2)
        for k in range(LARGEST + 1)
        if part + k > 0 and np.any(polynomial[part, k])
    ]
    return sorted(entries, key=lambda entry: entry[0])
