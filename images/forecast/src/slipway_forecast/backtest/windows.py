"""Backtest windows and the limits of horizon and history."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UserError
from ..settings import Settings

_MOST_STEPS = 500
# Developer guide: horizon at most a third of the history for the neural algorithms, nearly all of it for others.
_THIRD = frozenset({"CNN-QR", "Deep_AR_Plus"})


@dataclass(frozen=True)
class Window:
    """Buckets start … end − 1 are predicted from everything before `start`."""

    start: int
    end: int


def backtest_windows(length: int, horizon: int, count: int, offset: int) -> list[Window]:
    """Windows newest first: window k starts k·offset buckets before the end of the data."""
    starts = [length - k * offset for k in range(1, count + 1)]
    return [Window(start, start + horizon) for start in starts]


def check_limits(length: int, settings: Settings) -> None:
    """UserError `HorizonTooLong` or `BadEvaluation` if the history of `length` buckets is too short.

    The AutoPredictor chooses its windows itself.
    """
    horizon, count, offset = settings.horizon, settings.windows, settings.offset
    if settings.is_auto_predictor:
        limit, share = (length // 3, "a third") if settings.retrain else (length // 4, "a quarter")
    elif settings.automl or settings.algorithm in _THIRD:
        limit, share = length // 3, "a third"
    else:
        limit, share = length - 1, "less than all"
    limit = min(_MOST_STEPS, limit)
    if horizon > limit:
        raise UserError(
            "HorizonTooLong",
            f"ForecastHorizon is {horizon}, but with {length} periods of history it can be at most {limit} ({share} "
            f"of the history, never more than {_MOST_STEPS}): supply a longer history or shorten the horizon.",
        )
    if settings.is_auto_predictor:
        return
    if not horizon <= offset < length / 2:
        raise UserError(
            "BadEvaluation",
            f"BackTestWindowOffset is {offset}, it has to be at least the horizon ({horizon}) and less than half "
            f"of the {length} periods of history.",
        )
    if count * offset >= length:
        raise UserError(
            "BadEvaluation",
            f"{count} backtest windows with an offset of {offset} need more than {count * offset} periods of "
            f"history, there are {length}.",
        )
