"""ARIMA with automatic choice of differences and orders.

Hyndman & Khandakar (2008), "Automatic time series forecasting: the forecast package for R"; the reference is R's
`auto.arima`, which Amazon Forecast documents for its ARIMA. Seasons of 24 and more enter as Fourier terms.
"""

from __future__ import annotations

import numpy as np

from ...panel import Floats, Panel
from ..distribution import normal_quantiles
from ..interface import Forecast, Options
from ..local import LocalAlgorithm, blocks
from ..smoothing import interpolate
from .estimate import estimate
from .orders import candidate_orders, differences, seasonal_differences
from .predict import full_polynomials, integrate, predict

_LONGEST = 1000
_SEASONS = 20
_WIDTH = 24
_LARGEST_SEASON = 23
_FOURIER = 4
_RECENT = 30
_RECENT_SEASONS = 3
# Below this many values nothing can be estimated: the forecast is the last value.
_SHORTEST = 8
_UNKNOWN_VARIANCE = 0.25


def arima_forecast(panel: Panel, horizon: int, levels: tuple[float, ...], season: int) -> Forecast:
    """Forecast of every series with the ARIMA model of least AICc among the candidates."""
    out = Forecast.empty(panel.size, horizon, levels)
    for block in blocks(panel, min(_LONGEST, max(_SEASONS * season, 200)), _WIDTH):
        values = interpolate(block.values)
        mean, variance = _naive(values, horizon)
        if values.shape[0] >= _SHORTEST:
            mean, variance = _block(values, horizon, season)
        scaled = normal_quantiles(mean, np.sqrt(variance), levels)
        out.quantiles[block.rows] = scaled * block.scale[:, None, None]
        out.mean[block.rows] = mean * block.scale[:, None]
    return out


def _naive(values: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Random walk: last value, variance growing with the steps."""
    step = np.diff(values, axis=0)
    variance = (step**2).mean(axis=0) if step.shape[0] > 1 else np.full(values.shape[1], _UNKNOWN_VARIANCE)
    return np.repeat(values[-1][:, None], horizon, axis=1), variance[:, None] * np.arange(1, horizon + 1)


def _block(values: Floats, horizon: int, season: int) -> tuple[Floats, Floats]:
    """Mean and variance (n, H) of a block (T, n) without gaps."""
    length = values.shape[0]
    if season <= _LARGEST_SEASON or length < 2 * season:
        m = season if season <= _LARGEST_SEASON and length >= 2 * season + 3 else 1
        mean, variance, _ = _fit(values, horizon, m, constants=0)
        return mean, variance
    past, future = _fourier(length, horizon, season)
    slopes = np.linalg.lstsq(past, values, rcond=None)[0]
    plain = _fit(values, horizon, 1, constants=0)
    waves = _fit(values - past @ slopes, horizon, 1, constants=2 * _FOURIER)
    with_waves = waves[2] < plain[2]
    mean = np.where(with_waves[:, None], waves[0] + (future @ slopes).T, plain[0])
    return mean, np.where(with_waves[:, None], waves[1], plain[1])


def _fourier(length: int, horizon: int, season: int) -> tuple[Floats, Floats]:
    """Fourier regressors for the past (T, 1 + 2K) and the future (H, 1 + 2K), with a constant."""
    angle = 2 * np.pi * np.arange(length + horizon)[:, None] * np.arange(1, _FOURIER + 1) / season
    terms = np.concatenate([np.ones((length + horizon, 1)), np.sin(angle), np.cos(angle)], axis=1)
    return terms[:length], terms[length:]


def _fit(values: Floats, horizon: int, m: int, constants: int) -> tuple[Floats, Floats, Floats]:
    """Mean, variance (n, H) and AICc (n,); series with equal differencing are estimated together."""
    n = values.shape[1]
    seasonal_d = seasonal_differences(values, m)
    d = np.zeros(n, dtype=np.int64)
    for amount in (0, 1):
        at = seasonal_d == amount
        if at.any():
            part = values[:, at]
            d[at] = differences(part[m:] - part[:-m] if amount else part)
    mean, variance, criterion = np.empty((n, horizon)), np.empty((n, horizon)), np.empty(n)
    for amount, seasonal_amount in sorted({*zip(d.tolist(), seasonal_d.tolist(), strict=True)}):
        at = (d == amount) & (seasonal_d == seasonal_amount)
        group = _fit_differenced(values[:, at], horizon, (amount, seasonal_amount, m), constants)
        mean[at], variance[at], criterion[at] = group
    return mean, variance, criterion


def _fit_differenced(
    values: Floats, horizon: int, differencing: tuple[int, int, int], constants: int
) -> tuple[Floats, Floats, Floats]:
    """`_fit` for series that are all differenced d times and D times at lag m: differencing = (d, D, m)."""
    d, seasonal_d, m = differencing
    n = values.shape[1]
    stationary = values[m:] - values[:-m] if seasonal_d else values
    stationary = np.diff(stationary, n=d, axis=0)
    # A constant after two differences would be a quadratic trend, which auto.arima does not allow either.
    has_constant = d + seasonal_d < 2
    average = stationary.mean(axis=0) if has_constant else np.zeros(n)
    result = estimate(stationary - average, candidate_orders(m > 1), m, constants + has_constant)
    ar, ma = full_polynomials(result.ar, m), full_polynomials(result.ma, m)
    constant = average * ar.sum(axis=1)
    whole = integrate(ar, np.full(n, d), np.full(n, seasonal_d), m)
    mean, psi = predict(values, result.errors, whole, ma, constant, horizon)
    recent = result.errors[-max(_RECENT, _RECENT_SEASONS * m) :]
    return mean, psi * (recent**2).mean(axis=0)[:, None], result.criterion


def _documented(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return arima_forecast(panel, horizon, levels, panel.calendar.frequency.documented_season)


def _by_day(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return arima_forecast(panel, horizon, levels, panel.season)


ARIMA = LocalAlgorithm("arima", _documented)
"""ARIMA as Amazon Forecast documents it, with that service's season lengths (an hour for minutes)."""

ARIMA_BY_DAY = LocalAlgorithm("arima", _by_day)
"""ARIMA with a season of a day for minutes, the candidate of the AutoPredictor."""
