"""Choice of the form of each series by the corrected Akaike criterion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers
from .forms import FORMS
from .search import Found, search

# Assumed squared deviation relative to the level where a series is too short to tell.
_UNKNOWN_VARIANCE = 0.25
_SHORTEST = 3


@dataclass(frozen=True)
class Chosen:
    """The selected form (index into FORMS) of each of n series with parameters, final states and variance, (n,).

    `season` is (m, n), row 0 being the phase of the first forecast step; neutral where the form has no season.
    """

    form: Integers
    alpha: Floats
    beta: Floats
    gamma: Floats
    phi: Floats
    level: Floats
    trend: Floats
    season: Floats
    variance: Floats


def choose(values: Floats, m: int) -> Chosen:
    """Form of least AICc for `values` (T, n), scaled to mean one (Hyndman & Khandakar 2008).

    Seasonal forms need two seasons and three observations more.
    """
    length, n = values.shape
    positive = np.where(np.isnan(values), np.inf, values).min(axis=0) > 0
    kinds = "NAM" if m > 1 and length >= 2 * m + 3 else "N"
    criterion = np.full((len(FORMS), n), np.inf)
    place: dict[int, tuple[Found, int]] = {}
    for kind in kinds:
        forms = [form for form in FORMS if form.season == kind]
        if kind == "M" and not positive.any():
            continue
        found = search(np.where(positive, values, 1.0) if kind == "M" else values, m, forms)
        for row, form in enumerate(forms):
            index = FORMS.index(form)
            place[index] = (found, row)
            value = found.deviance[row] + _penalty(form.parameter_count(m), found.observed)
            criterion[index] = np.where(positive | (not form.needs_positive), value, np.inf)
    # Too short for any criterion: simple exponential smoothing, the first form.
    criterion[0] = np.where(np.isfinite(criterion).any(axis=0), criterion[0], 0.0)
    return _collect(criterion.argmin(axis=0), place, m, length)


def _penalty(k: int, observed: Integers) -> Floats:
    """AICc's addition to the deviance; infinite where there are too few observations for k parameters."""
    spare = observed - k - 1
    return np.where(spare > 0, 2 * k + 2 * k * (k + 1) / np.maximum(spare, 1), np.inf)


def _collect(form: Integers, place: dict[int, tuple[Found, int]], m: int, length: int) -> Chosen:
    n = form.size
    chosen = Chosen(form, *(np.zeros(n) for _ in range(6)), np.zeros((m, n)), np.zeros(n))
    for index in np.unique(form):
        at = form == index
        found, row = place[int(index)]
        for name in ("alpha", "beta", "gamma", "phi"):
            getattr(chosen, name)[at] = getattr(found.parameters, name)[row, at]
        chosen.level[at] = found.states.level[row, at]
        chosen.trend[at] = found.states.trend[row, at]
        short = found.observed[at] < _SHORTEST
        chosen.variance[at] = np.where(short, _UNKNOWN_VARIANCE, found.variance[row, at])
        if FORMS[index].season != "N":
            order = (length + np.arange(m)) % m
            chosen.season[:, at] = found.states.season[order][:, row, at]
    return chosen
