"""The innovations state space recursion of exponential smoothing, for many series and parameters at once.

Hyndman, Koehler, Ord, Snyder (2008), "Forecasting with Exponential Smoothing", chapter 2. With additive trend the
states of the additive- and the multiplicative-error model obey the same recursion (the error enters as y − ŷ in
both), so one pass serves both and only the likelihood differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats

# Keeps divisions by a state of a multiplicative model finite; the data have mean absolute value one.
TINY = 1e-8
# The log-likelihood needs the sum of log ŷ; a running product saves all but one logarithm in eight.
_PRODUCT = 8


@dataclass(frozen=True)
class Parameters:
    """Smoothing parameters, each (candidates, n)."""

    alpha: Floats
    beta: Floats
    gamma: Floats
    phi: Floats


@dataclass(frozen=True)
class States:
    """Level and trend (candidates, n); season (m, candidates, n), where season[t mod m] belongs to time t."""

    level: Floats
    trend: Floats
    season: Floats


@dataclass(frozen=True)
class Fit:
    """Sums over the observed times of one pass, each (candidates, n), and the states after the last one."""

    squares: Floats
    relative_squares: Floats
    log_fitted: Floats
    states: States


def run(values: Floats, parameters: Parameters, start: States, season: str) -> Fit:
    """Filters `values` (T, n) from the states `start`; nothing is learnt where a value is NaN.

    `season` is N, A or M. `start` is not changed.
    """
    level, trend, seasonal = start.level.copy(), start.trend.copy(), start.season.copy()
    base, fitted, error, work = (np.empty(level.shape) for _ in range(4))
    squares, relative, logs = (np.zeros(level.shape) for _ in range(3))
    product = np.ones(level.shape)
    missing = np.isnan(values)
    gap = missing.any(axis=1)
    for t in range(values.shape[0]):
        phase = seasonal[t % seasonal.shape[0]]
        np.multiply(trend, parameters.phi, out=trend)
        np.add(level, trend, out=base)
        if season == "N":
            np.copyto(fitted, base)
        elif season == "A":
            np.add(base, phase, out=fitted)
        else:
            np.maximum(base, TINY, out=base)
            np.multiply(base, phase, out=fitted)
        np.subtract(values[t], fitted, out=error)
        np.maximum(fitted, TINY, out=fitted)
        if gap[t]:
            error[:, missing[t]] = 0.0
            fitted[:, missing[t]] = 1.0
        np.multiply(error, error, out=work)
        squares += work
        np.multiply(fitted, fitted, out=level)
        work /= level
        relative += work
        product *= fitted
        if t % _PRODUCT == _PRODUCT - 1:
            logs += np.log(product)
            product.fill(1.0)
        if season == "A":
            np.multiply(error, parameters.gamma, out=work)
            phase += work
        elif season == "M":
            np.divide(error, base, out=work)
            work *= parameters.gamma
            error /= phase
            phase += work
            np.maximum(phase, TINY, out=phase)
        np.multiply(error, parameters.alpha, out=work)
        np.add(base, work, out=level)
        error *= parameters.beta
        trend += error
    logs += np.log(product)
    return Fit(squares, relative, logs, States(level, trend, seasonal))
