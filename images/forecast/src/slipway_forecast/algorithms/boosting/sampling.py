"""Which (series, origin, step) combinations of a panel are trained on."""

from __future__ import annotations

import numpy as np

from ...panel import Panel
from .features import Rows

# Steps drawn for one origin: features of an origin are shared by its steps, more origins add more variety.
_STEPS = 6
# The probability of an origin halves over this share of the history.
_HALF_LIFE = 0.5


def training_rows(panel: Panel, horizon: int, most: int, seed: int) -> Rows:
    """At most about `most` rows, sorted by series and origin; recent origins are favoured.

    A row's target lies inside the panel and is known. May be empty for very short panels.
    """
    generator = np.random.default_rng(seed)
    last = panel.length - 2
    counts = np.maximum(last + 1 - panel.first, 0)
    series = np.repeat(np.arange(panel.size), counts)
    position = np.arange(series.size) - np.repeat(np.cumsum(counts) - counts, counts)
    origin = panel.first[series] + position
    drawn = min(horizon, _STEPS)
    wanted = max(1, most // drawn)
    if origin.size > wanted:
        half_life = _HALF_LIFE * max(int(counts.max()), 1)
        # Efraimidis & Spirakis (2006): the largest u^(1/w) are a weighted sample without replacement.
        order = np.log(generator.random(origin.size)) * np.exp2((last - origin) / half_life)
        chosen = np.sort(np.argpartition(-order, wanted)[:wanted])
        series, origin = series[chosen], origin[chosen]
    spread = np.arange(drawn) * horizon / drawn
    step = (generator.random(origin.size)[:, None] * horizon + spread).astype(np.int64) % horizon + 1
    rows = Rows(np.repeat(series, drawn), np.repeat(origin, drawn), step.ravel())
    inside = rows.origin + rows.step < panel.length
    rows = Rows(rows.series[inside], rows.origin[inside], rows.step[inside])
    known = ~np.isnan(panel.values[rows.series, rows.origin + rows.step])
    return Rows(rows.series[known], rows.origin[known], rows.step[known])
