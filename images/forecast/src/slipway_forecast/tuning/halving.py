"""Successive halving: many settings for a few epochs, the better ones for more, the best ones to the end.

Jamieson & Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter optimization"; the settings
are evenly spread over the ranges, as a random search's are in the mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..algorithms.interface import Algorithm, Range
from ..algorithms.narrowing import spread
from .ranges import value_at

Texts = dict[str, str]
# (settings, epochs of each) of the rounds; None: as many as the parameter says.
_ROUNDS: tuple[tuple[int, int | None], ...] = ((8, 4), (4, 12), (2, None))
# No round is begun after this time: what is best by then is taken.
_SECONDS = 900.0


@dataclass(frozen=True)
class Found:
    """The best training parameters, their loss, and whether time ended the search."""

    texts: Texts
    loss: float
    out_of_time: bool


def search(
    algorithm: Algorithm, given: Texts, ranges: tuple[Range, ...], losses: Callable[[list[Texts]], list[float]]
) -> Found:
    """Training parameters within `ranges` of least loss; the `given` ones are kept and tried as they are, too.

    `losses` trains and measures several settings side by side; infinity for one that cannot be used.
    """
    started = time.monotonic()
    kept = [given, *_settings(algorithm, given, ranges, _ROUNDS[0][0] - 1)]
    best, out_of_time = Found(given, float("inf"), False), False
    for count, epochs in _rounds(int(given["epochs"])):
        if time.monotonic() - started > _SECONDS:
            out_of_time = True
            break
        kept = kept[:count]
        measured = losses([texts if epochs is None else {**texts, "epochs": str(epochs)} for texts in kept])
        order = sorted(range(len(kept)), key=lambda k: (measured[k], k))
        kept = [kept[k] for k in order]
        best = Found(kept[0], min(measured), out_of_time)
    return Found(best.texts, best.loss, out_of_time)


def _rounds(most: int) -> list[tuple[int, int | None]]:
    """Rounds as long as all epochs there are to be are left to the last one; the first has every setting."""
    found = [(count, epochs) for count, epochs in _ROUNDS if epochs is None or epochs < most]
    return [(_ROUNDS[0][0], found[0][1]), *found[1:]]


def _settings(algorithm: Algorithm, given: Texts, ranges: tuple[Range, ...], count: int) -> list[Texts]:
    kinds = {parameter.name: parameter.type for parameter in algorithm.parameters}
    points = spread(count, len(ranges)) if ranges else []
    return [
        {**given, **{r.name: value_at(r, kinds[r.name], float(u)) for r, u in zip(ranges, point, strict=True)}}
        for point in points
    ]
