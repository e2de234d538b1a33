"""The frequency that times have: how far apart those of a series are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# Shortest and longest distance in days, and the frequency as Amazon Forecast writes it.
_LONG = (
    (27, 32, "M"),
    (58, 63, "2M"),
    (88, 93, "3M"),
    (119, 124, "4M"),
    (150, 155, "5M"),
    (180, 185, "6M"),
    (364, 367, "Y"),
)
# How many periods are forecast where nobody says: a day, two weeks, a quarter, a year, three years.
_HORIZONS = {"H": 24, "D": 14, "W": 13, "M": 12, "Y": 3}
_MINUTES_HORIZON = 60


@dataclass(frozen=True)
class Guess:
    """A frequency such as `M`; `share` of the distances have it. `weekdays` is true if weekends have no times."""

    frequency: str
    share: float
    weekdays: bool = False

    @property
    def horizon(self) -> int:
        """Periods that are forecast where nobody says."""
        return _HORIZONS.get(self.frequency.lstrip("0123456789"), _MINUTES_HORIZON)


def guess_frequency(times: Iterable[Iterable[datetime]]) -> Guess | None:
    """The most frequent distance between neighbouring times of a series; None where none has two times."""
    distances: Counter[int] = Counter()
    for series in times:
        ordered = sorted(set(series))
        distances.update(int((b - a).total_seconds()) for a, b in pairwise(ordered))
    if not distances:
        return None
    found: Counter[str] = Counter()
    for seconds, count in distances.items():
        found[_frequency_of(seconds)] += count
    frequency, count = found.most_common(1)[0]
    weekdays = frequency == "D" and distances[3 * _DAY] > distances[2 * _DAY]
    return Guess(frequency, count / found.total(), weekdays)


def _frequency_of(seconds: int) -> str:
    """The frequency that fits a distance; where none does, the unit that divides it."""
    for shortest, longest, text in _LONG:
        if shortest <= seconds / _DAY <= longest:
            return text
    for unit, size, most in (("W", 7 * _DAY, 4), ("D", _DAY, 6), ("H", _HOUR, 23)):
        multiple, rest = divmod(seconds, size)
        if rest == 0 and 1 <= multiple <= most:
            return unit if multiple == 1 else f"{multiple}{unit}"
    if seconds % _HOUR == 0:
        return "D" if seconds % _DAY == 0 else "H"
    minutes = seconds // _MINUTE
    return f"{minutes}min" if 1 <= minutes <= 59 and seconds % _MINUTE == 0 else "1min"


def seconds_of(frequency: str) -> float:
    """About how long a period of a frequency is."""
    unit = frequency.lstrip("0123456789")
    multiple = int(frequency[: -len(unit)] or 1)
    sizes = {"min": _MINUTE, "H": _HOUR, "D": _DAY, "W": 7 * _DAY, "M": 30.44 * _DAY, "Y": 365.25 * _DAY}
    return multiple * sizes[unit]
