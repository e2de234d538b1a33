"""The orders that automatic ARIMA considers, and how many times a series has to be differenced first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers
from ..smoothing import centred_average

LARGEST = 3
# 5 % critical value of the KPSS test around a level: Kwiatkowski, Phillips, Schmidt, Shin (1992), table 1.
_KPSS_CRITICAL = 0.463
# Wang, Smith, Hyndman (2006): seasonal strength; R's nsdiffs differences above 0.64.
_STRENGTH_CRITICAL = 0.64


@dataclass(frozen=True)
class Order:
    """ARMA orders p, q and seasonal ones P, Q (0 or 1)."""

    p: int
    q: int
    seasonal_p: int = 0
    seasonal_q: int = 0

    @property
    def count(self) -> int:
        """Number of coefficients."""
        return self.p + self.q + self.seasonal_p + self.seasonal_q

    def active(self) -> list[int]:
        """Positions of the coefficients in a vector (φ1…φ3, θ1…θ3, Φ1, Θ1)."""
        seasonal = [2 * LARGEST] * self.seasonal_p + [2 * LARGEST + 1] * self.seasonal_q
        return [*range(self.p), *range(LARGEST, LARGEST + self.q), *seasonal]


def candidate_orders(seasonal: bool) -> list[Order]:
    """All orders tried: p, q up to 3 with p + q ≤ 4; with seasonal terms p, q up to 2 with p + q ≤ 3."""
    plain = [Order(p, q) for p in range(LARGEST + 1) for q in range(LARGEST + 1) if p + q <= 4]
    if not seasonal:
        return plain
    small = [(p, q) for p in range(3) for q in range(3) if p + q <= 3]
    return [Order(p, q, sp, sq) for p, q in small for sp in (0, 1) for sq in (0, 1)]


def seasonal_differences(values: Floats, m: int) -> Integers:
    """0 or 1 per series of (T, n): 1 where the season explains most of what the trend leaves."""
    length, n = values.shape
    if m < 2 or length < 2 * m + 3:
        return np.zeros(n, dtype=np.int64)
    rest = values - centred_average(values, m)
    cycles = rest[length % m :].reshape(-1, m, n)
    season = cycles.mean(axis=0)
    noise = (cycles - season).reshape(-1, n)
    total = np.var(rest[length % m :], axis=0)
    strength = 1 - np.var(noise, axis=0) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, strength > _STRENGTH_CRITICAL, False).astype(np.int64)


def differences(values: Floats) -> Integers:
    """0, 1 or 2 per series of (T, n): until the KPSS test no longer rejects stationarity around a level."""
    count = np.zeros(values.shape[1], dtype=np.int64)
    work = values
    for _ in range(2):
        still = (_kpss(work) > _KPSS_CRITICAL) & (count == values.shape[0] - work.shape[0])
        count += still
        work = np.diff(work, axis=0)
        if work.shape[0] < LARGEST + 2 or not still.any():
            break
    return count


def _kpss(values: Floats) -> Floats:
    """KPSS statistic (n,) with a Bartlett window of 3√T/13 lags, as R's ndiffs uses it."""
    length = values.shape[0]
    residual = values - values.mean(axis=0)
    variance = (residual**2).mean(axis=0)
    lags = int(3 * np.sqrt(length) / 13)
    for lag in range(1, lags + 1):
        weight = 2 * (1 - lag / (lags + 1))
        variance = variance + weight * (residual[lag:] * residual[:-lag]).sum(axis=0) / length
    partial = np.cumsum(residual, axis=0)
    return (partial**2).sum(axis=0) / (length**2 * np.where(variance > 1e-12, variance, np.inf))
