"""Forecasts of ARIMA models: point forecasts by recursion, variance from the ψ weights."""

from __future__ import annotations

import numpy as np

from ...panel import Floats, Integers
from .orders import LARGEST


def full_polynomials(polynomial: Floats, m: int) -> Floats:
    """(2, LARGEST + 1, n) → (n, m + LARGEST + 1), coefficient of each lag; with m = 1 there is no season."""
    n = polynomial.shape[2]
    out = np.zeros((n, m + LARGEST + 1))
    for k in range(LARGEST + 1):
        out[:, k] += polynomial[0, k]
        if m > 1:
            out[:, m + k] += polynomial[1, k]
    return out


def integrate(polynomial: Floats, d: Integers, seasonal_d: Integers, m: int) -> Floats:
    """Multiplies AR polynomials (n, K) by (1 − B)^d (1 − B^m)^D of each series."""
    out = np.concatenate([polynomial, np.zeros((polynomial.shape[0], m + 2))], axis=1)
    for count in range(1, 3):
        rows = d >= count
        out[rows, 1:] -= out[rows, :-1].copy()
    rows = seasonal_d > 0
    if m > 1 and rows.any():
        out[rows, m:] -= out[rows, :-m].copy()
    return out


def predict(
    values: Floats, errors: Floats, ar: Floats, ma: Floats, constant: Floats, horizon: int
) -> tuple[Floats, Floats]:
    """Mean and sum of squared ψ weights, (n, H) each.

    `values` (T, n) on the original scale, `errors` (T, n) one-step errors, `ar` (n, K) with differences,
    `ma` (n, J), `constant` (n,) of the recursion AR(B) y = constant + MA(B) e.
    """
    length, n = values.shape
    past = ar.shape[1] - 1
    history = np.zeros((past + horizon, n))
    history[max(0, past - length) : past] = values[-past:]
    lags = ma.shape[1] - 1
    shocks = np.zeros((lags + horizon, n))
    shocks[max(0, lags - errors.shape[0]) : lags] = errors[-lags:]
    psi = np.zeros((past + horizon, n))
    moving = np.zeros((horizon, n))
    moving[: min(horizon, lags + 1)] = ma.T[: min(horizon, lags + 1)]
    ar_lags = -ar[:, :0:-1].T
    for h in range(horizon):
        now = past + h
        history[now] = constant + (ar_lags * history[h:now]).sum(axis=0)
        history[now] += (ma[:, :0:-1].T * shocks[h : lags + h]).sum(axis=0)
        psi[now] = moving[h] + (ar_lags * psi[h:now]).sum(axis=0)
    return history[past:].T, np.cumsum(psi[past:] ** 2, axis=0).T
