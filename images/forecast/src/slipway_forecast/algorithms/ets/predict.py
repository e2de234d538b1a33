"""Predictive distributions of exponential smoothing: exact where errors are additive, simulated elsewhere."""

from __future__ import annotations

import numpy as np

from ...panel import Floats
from ..distribution import normal_quantiles, stratified_normals
from .forms import FORMS
from .recursion import TINY
from .selection import Chosen

_PATHS = 300
_SEED = 20220616
# A relative error of a simulated path stays within these bounds, so that paths neither die nor explode.
_LEAST_ERROR, _LARGEST_ERROR = -0.9, 4.0


def predict(chosen: Chosen, horizon: int, levels: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Quantiles (n, H, Q) and mean (n, H) of the chosen models, in the scale of the data they were fitted to."""
    steps = np.arange(1, horizon + 1)
    growth = np.cumsum(chosen.phi[:, None] ** steps, axis=1)
    base = chosen.level[:, None] + growth * chosen.trend[:, None]
    m = chosen.season.shape[0]
    seasonal = chosen.season[(steps - 1) % m].T
    product = np.array([FORMS[i].season == "M" for i in chosen.form])[:, None]
    mean = np.where(product, np.maximum(base, TINY) * seasonal, base + seasonal)
    quantiles = normal_quantiles(mean, _additive_deviation(chosen, horizon), levels)
    relative = np.array([FORMS[i].error == "M" for i in chosen.form])
    if relative.any():
        rows = np.flatnonzero(relative)
        quantiles[rows] = np.quantile(_paths(chosen, rows, horizon), levels, axis=2).transpose(1, 2, 0)
    return quantiles, mean


def _additive_deviation(chosen: Chosen, horizon: int) -> Floats:
    """Standard deviation (n, H) for additive errors: Hyndman et al. (2008), table 6.1."""
    m = chosen.season.shape[0]
    steps = np.arange(1, horizon)
    damped = np.cumsum(chosen.phi[:, None] ** steps, axis=1)
    weights = chosen.alpha[:, None] + chosen.beta[:, None] * damped
    if m > 1:
        weights = weights + chosen.gamma[:, None] * (steps % m == 0)
    total = 1 + np.cumsum(np.concatenate([np.zeros((chosen.form.size, 1)), weights**2], axis=1), axis=1)
    return np.sqrt(chosen.variance[:, None] * total)


def _paths(chosen: Chosen, rows: np.ndarray, horizon: int) -> Floats:
    """Simulated futures (series, H, paths) with multiplicative normal errors."""
    column = rows[:, None]
    alpha, beta, gamma, phi = (getattr(chosen, k)[column] for k in ("alpha", "beta", "gamma", "phi"))
    deviation = np.sqrt(chosen.variance[column])
    shape = (rows.size, _PATHS)
    level = np.broadcast_to(chosen.level[column], shape)
    trend = np.broadcast_to(chosen.trend[column], shape)
    season = np.repeat(chosen.season[:, rows, None], _PATHS, axis=2)
    product = np.array([FORMS[i].season == "M" for i in chosen.form[rows]])[:, None]
    normals = stratified_normals(horizon, _PATHS, _SEED)
    out = np.empty((rows.size, horizon, _PATHS))
    for h in range(horizon):
        phase = season[h % season.shape[0]]
        base = np.maximum(level + phi * trend, TINY)
        fitted = np.maximum(np.where(product, base * phase, base + phase), TINY)
        error = fitted * np.clip(deviation * normals[h], _LEAST_ERROR, _LARGEST_ERROR)
        out[:, h] = fitted + error
        # In a multiplicative season the error is shared out relative to the other component.
        own = np.where(product, np.maximum(phase, TINY), 1.0)
        season[h % season.shape[0]] = phase + gamma * error / np.where(product, base, 1.0)
        level = base + alpha * error / own
        trend = phi * trend + beta * error / own
    return out
