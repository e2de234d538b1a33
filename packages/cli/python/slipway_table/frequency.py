"""The frequency of a table: how far apart the times of its series are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from forecast_input.refusal import Refusal

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# Shortest and longest distance in days, and the frequency as Amazon Forecast writes it.
_LONG = ((27, 32, "M"), (58, 63, "2M"), (88, 93, "3M"), (119, 124, "4M"), (150, 155, "5M"), (180, 185, "6M"))
_YEAR = (364, 367)
# How many periods are forecast where nobody says: a day, two weeks, a quarter, a year, three years.
_HORIZONS = {"H": 24, "D": 14, "W": 13, "M": 12, "Y": 3}
_MINUTES_HORIZON = 60


@dataclass
class Frequency:
    """A frequency such as `M`, and how it was found: `share` of the distances have it."""

    text: str
    share: float
    said: list[str] = field(default_factory=list)

    @property
    def horizon(self) -> int:
        """Periods that are forecast where nobody says."""
        return _HORIZONS.get(self.text.lstrip("0123456789"), _MINUTES_HORIZON)


def guess_frequency(name: str, times: Iterable[Iterable[datetime]]) -> Frequency:
    """The most frequent distance between neighbouring times of a series; Refusal where none has two times."""
    distances: Counter[int] = Counter()
    for series in times:
        ordered = sorted(set(series))
        distances.update(int((b - a).total_seconds()) for a, b in zip(ordered, ordered[1:]))
    if not distances:
        raise Refusal(f"{name}: no series has two times or more, so there is nothing to learn from.")
    texts: Counter[str] = Counter()
    for seconds, count in distances.items():
        texts[_text(seconds)] += count
    text, count = texts.most_common(1)[0]
    found = Frequency(text, count / texts.total())
    if text == "D" and distances[3 * _DAY] and not distances[2 * _DAY] > distances[3 * _DAY]:
        found.said.append("weekends have no rows")
    return found


def _text(seconds: int) -> str:
    """The frequency that fits a distance; whole units only, the next finer one where none fits."""
    days = seconds / _DAY
    if _YEAR[0] <= days <= _YEAR[1]:
        return "Y"
    for shortest, longest, text in _LONG:
        if shortest <= days <= longest:
            return text
    for unit, size, most in (("W", 7 * _DAY, 4), ("D", _DAY, 6), ("H", _HOUR, 23)):
        if seconds % size == 0:
            multiple = seconds // size
            if multiple == 1 or multiple <= most:
                return unit if multiple == 1 else f"{multiple}{unit}"
            if unit != "W":
                return unit
    return f"{min(max(seconds // _MINUTE, 1), 59)}min"


def seconds_of(text: str) -> float:
    """About how long a period of a frequency is."""
    unit = text.lstrip("0123456789")
    multiple = int(text[: -len(unit)] or 1)
    sizes = {"min": _MINUTE, "H": _HOUR, "D": _DAY, "W": 7 * _DAY, "M": 30.44 * _DAY, "Y": 365.25 * _DAY}
    return multiple * sizes[unit]
