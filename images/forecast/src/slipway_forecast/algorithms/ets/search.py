"""Parameters of all forms of one season kind for many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers
from ..narrowing import minimise
from .forms import Form
from .initial import head_length, starting_states
from .recursion import Fit, Parameters, States, run

# Candidates and half-width of the box (in the unit cube) of each round.
_ROUNDS = ((64, 0.5), (24, 0.25), (24, 0.12), (16, 0.05), (12, 0.02))
# R's ets bounds the smoothing parameters and the damping like this.
_SMALLEST = 1e-4
_PHI_LOW, _PHI_HIGH = 0.8, 0.98
# The innovation variance is that of the latest observations: over decades it does not stay the same, and
# relative errors of a series that grew from nearly nothing would dwarf everything.
_RECENT = 30
_RECENT_SEASONS = 3
# Coordinates of a point: alpha, beta, gamma, phi, and corrections of the initial level and slope.
_DIMENSIONS = 6


@dataclass(frozen=True)
class Found:
    """The best point of each form, arrays (forms, n).

    `deviance` is −2 log-likelihood up to a common constant, `states` are those after the last observation,
    `variance` is that of the innovations; `observed` (n,) counts the values used.
    """

    forms: list[Form]
    deviance: Floats
    parameters: Parameters
    states: States
    variance: Floats
    observed: Integers


def search(values: Floats, m: int, forms: list[Form]) -> Found:
    """Maximum likelihood for `values` (T, n), scaled to mean one; `forms` share one season kind."""
    season, count, n = forms[0].season, len(forms), values.shape[1]
    start = _Start(values, m, forms)
    observed = (~np.isnan(values)).sum(axis=0)
    relative = np.array([form.error == "M" for form in forms])[:, None]

    def evaluate(points: Floats) -> Floats:
        fit = run(values, _parameters(points, forms), start.states(points), season)
        return _deviance(fit, relative, observed, points.shape[1:])

    centre, lowest = minimise(evaluate, _DIMENSIONS, count, n, _ROUNDS)
    parameters = _parameters(centre, forms)
    # A start on a season boundary keeps season[t mod m] valid for the second pass.
    recent = max(0, (values.shape[0] - max(_RECENT, _RECENT_SEASONS * m)) // m * m)
    before = run(values[:recent], parameters, start.states(centre), season)
    fit = run(values[recent:], parameters, before.states, season)
    counted = np.maximum((~np.isnan(values[recent:])).sum(axis=0), 1)
    variance = np.where(relative, fit.relative_squares, fit.squares) / counted
    return Found(forms, lowest, parameters, fit.states, variance, observed)


def _parameters(points: Floats, forms: list[Form]) -> Parameters:
    """Points (6, forms, candidates, n) → admissible parameters (forms × candidates, n)."""
    alpha = _SMALLEST + (1 - 2 * _SMALLEST) * points[0] ** 1.5
    beta, gamma, phi = np.zeros_like(alpha), np.zeros_like(alpha), np.ones_like(alpha)
    for row, form in enumerate(forms):
        if form.trend != "N":
            beta[row] = alpha[row] * np.maximum(points[1, row] ** 2, _SMALLEST)
        if form.trend == "Ad":
            phi[row] = _PHI_LOW + (_PHI_HIGH - _PHI_LOW) * points[3, row]
        if form.season != "N":
            gamma[row] = (1 - alpha[row]) * np.maximum(points[2, row] ** 2, _SMALLEST)
    flat = (-1, alpha.shape[-1])
    return Parameters(alpha.reshape(flat), beta.reshape(flat), gamma.reshape(flat), phi.reshape(flat))


class _Start:
    """Initial states around the estimates from the first observations; two coordinates move level and slope."""

    def __init__(self, values: Floats, m: int, forms: list[Form]) -> None:
        level, slope, self._season = starting_states(values, m, forms[0].season)
        head = values[: head_length(m)]
        known = ~np.isnan(head)
        number = np.maximum(known.sum(axis=0), 1)
        average = np.where(known, head, 0.0).sum(axis=0) / number
        deviation = np.sqrt(np.where(known, (head - average) ** 2, 0.0).sum(axis=0) / number)
        step = np.abs(np.diff(head, axis=0))
        step = np.where(np.isnan(step), 0.0, step).sum(axis=0) / max(head.shape[0] - 1, 1)
        trended = np.array([form.trend != "N" for form in forms])[:, None, None]
        self._level = np.where(trended, level, average)
        self._slope = np.where(trended, slope, 0.0)
        self._level_reach = 2 * deviation
        self._slope_reach = np.where(trended, step, 0.0)

    def states(self, points: Floats) -> States:
        """States for points (6, forms, candidates, n)."""
        n = points.shape[-1]
        level = (self._level + (points[4] - 0.5) * self._level_reach).reshape(-1, n)
        slope = (self._slope + (points[5] - 0.5) * self._slope_reach).reshape(-1, n)
        shape = (self._season.shape[0], level.shape[0], n)
        return States(level, slope, np.broadcast_to(self._season[:, None, :], shape))


def _deviance(fit: Fit, relative: Floats, observed: Integers, shape: tuple[int, ...]) -> Floats:
    """−2 log-likelihood up to a constant, (forms, candidates, n); Hyndman et al. (2008), equation 5.3."""
    squares = np.maximum(fit.squares.reshape(shape), 1e-12)
    ratios = np.maximum(fit.relative_squares.reshape(shape), 1e-12)
    return np.where(
        relative[:, None],
        observed * np.log(ratios) + 2 * fit.log_fitted.reshape(shape),
        observed * np.log(squares),
    )
