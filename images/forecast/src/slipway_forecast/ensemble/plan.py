"""Which windows the AutoPredictor learns its weights from and which one it reports."""

from __future__ import annotations

from dataclasses import dataclass

from ..backtest.windows import Window

# Enough windows for few series to tell candidates apart; many series tell it in one.
_MOST_WINDOWS = 3
_SERIES_FOR_TWO = 400
_SERIES_FOR_ONE = 2000


@dataclass(frozen=True)
class Plan:
    """`report` is the window accuracy is told for; `selection` windows all end before it starts, newest first."""

    report: Window
    selection: tuple[Window, ...]


def make_plan(length: int, horizon: int, series: int) -> Plan:
    """Windows for a history of `length` buckets.

    Selection windows keep two horizons of training data; where the history is too short for even one of them, one
    horizon is enough, or there is no such window.
    """
    report = Window(length - horizon, length)
    wanted = _MOST_WINDOWS if series <= _SERIES_FOR_TWO else 2 if series <= _SERIES_FOR_ONE else 1
    starts = [length - horizon * (k + 2) for k in range(wanted)]
    kept = [start for start in starts if start >= 2 * horizon] or [s for s in starts[:1] if s >= horizon]
    return Plan(report, tuple(Window(start, start + horizon) for start in kept))
