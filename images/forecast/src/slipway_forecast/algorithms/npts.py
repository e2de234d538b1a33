"""NPTS: the non-parametric time series forecaster, a weighted distribution of the series' own past.

Amazon Forecast developer guide, "Non-Parametric Time Series (NPTS) Algorithm"; same structure as GluonTS' NPTS.
Instead of drawing samples the weighted quantiles are computed exactly, so there is no sampling noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..calendar_fields import seasonal_field
from ..panel import Floats, Panel
from .distribution import weighted_quantiles
from .interface import Forecast, Options, Parameter
from .local import LocalAlgorithm

_CHUNK = 256

PARAMETERS = (
    Parameter(
        "context_length",
        "integer",
        None,
        minimum=1,
        description="Number of latest observations to predict from; default: the entire series.",
    ),
    Parameter(
        "kernel_type",
        "choice",
        "exponential",
        choices=("exponential", "uniform"),
        description="Weights of past observations: decaying with their age, or equal.",
    ),
    Parameter(
        "exp_kernel_weights",
        "number",
        "0.01",
        exclusive_minimum=0,
        description="Decay of the exponential kernel per step; larger forgets faster.",
    ),
    Parameter(
        "use_seasonal_model",
        "choice",
        "True",
        choices=("True", "False"),
        description="Only past times with the calendar feature of the predicted time count.",
    ),
    Parameter(
        "use_default_time_features",
        "choice",
        "True",
        choices=("True", "False"),
        description="Calendar feature by frequency; without one the seasonal model equals the plain one.",
    ),
)


@dataclass(frozen=True)
class Kernel:
    """`decay` per step (0 = uniform), `context` latest buckets (None = all), `seasonal` by calendar feature."""

    decay: float
    context: int | None
    seasonal: bool


def npts_forecast(panel: Panel, horizon: int, levels: tuple[float, ...], kernel: Kernel) -> Forecast:
    """Weighted quantiles and mean of past observations for every series and step."""
    context = min(panel.length, kernel.context or panel.length)
    begin = panel.length - context
    age = np.arange(context, 0, -1)
    weights = np.exp(-kernel.decay * (age - 1.0))
    past, future = _phases(panel, begin, horizon, kernel.seasonal)
    out = Forecast.empty(panel.size, horizon, levels)
    for start in range(0, panel.size, _CHUNK):
        rows = slice(start, min(start + _CHUNK, panel.size))
        values = panel.values[rows, begin:]
        whole = _distribution(values, weights, levels)
        for phase in np.unique(future):
            same = past == phase
            quantiles, mean = _distribution(values[:, same], weights[same], levels)
            # No past time has this feature: all past times count.
            none = np.isnan(mean)
            quantiles[none], mean[none] = whole[0][none], whole[1][none]
            steps = np.flatnonzero(future == phase)
            out.quantiles[rows, steps] = quantiles[:, None]
            out.mean[rows, steps] = mean[:, None]
    return out


def _phases(panel: Panel, begin: int, horizon: int, seasonal: bool) -> tuple[npt.NDArray, npt.NDArray]:
    """Calendar feature of each past bucket and each step; all equal without a seasonal model."""
    end = panel.length
    if seasonal:
        past = seasonal_field(panel.times(begin, end), panel.calendar.frequency)
        future = seasonal_field(panel.times(end, end + horizon), panel.calendar.frequency)
        if past is not None and future is not None:
            return past, future
    return np.zeros(end - begin, dtype=np.int64), np.zeros(horizon, dtype=np.int64)


def _distribution(values: Floats, weights: Floats, levels: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Weighted quantiles (n, Q) and mean (n,) of (n, k) values with weights (k,); NaN where nothing is known."""
    n = values.shape[0]
    if values.shape[1] == 0:
        return np.full((n, len(levels)), np.nan), np.full(n, np.nan)
    known = np.where(np.isnan(values), 0.0, weights)
    total = known.sum(axis=1)
    mean = (known * np.where(np.isnan(values), 0.0, values)).sum(axis=1) / np.where(total > 0, total, np.nan)
    return weighted_quantiles(values, known, levels), mean


def _run(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:
    seasonal = options.get("use_seasonal_model", True) and options.get("use_default_time_features", True)
    uniform = options.get("kernel_type", "exponential") == "uniform"
    decay = 0.0 if uniform else options.get("exp_kernel_weights", 0.01)
    return npts_forecast(panel, horizon, levels, Kernel(decay, options.get("context_length"), bool(seasonal)))


NPTS = LocalAlgorithm("npts", _run, PARAMETERS)
"""NPTS with the parameters Amazon Forecast publishes."""

_FLAT = Kernel(decay=0.002, context=None, seasonal=False)


def _run_flat(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    return npts_forecast(panel, horizon, levels, _FLAT)


NPTS_FLAT = LocalAlgorithm("npts-flat", _run_flat)
"""A nearly equal-weighted distribution of the past without season: for sparse and shapeless demand."""
