"""What the rows of a table tell about its series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from forecast_input.refusal import Refusal

from .observations import Observation

# Times of so many rows are kept; their distances tell the frequency.
_LOOKED_AT = 300_000


@dataclass
class Seen:
    """One series. `last` is the time of its last value, `known` that of its last row."""

    rows: int = 0
    values: int = 0
    volume: float = 0.0
    last: datetime = datetime.min
    known: datetime = datetime.min
    times: set[datetime] = field(default_factory=set)


@dataclass
class Survey:
    """All series of a table. `counts` is true if all values are whole and none is negative."""

    series: dict[tuple[str, ...], Seen]
    rows: int
    values: int
    counts: bool

    @property
    def end(self) -> datetime:
        """The time of the last value of all series."""
        return max(seen.last for seen in self.series.values())

    def largest(self, count: int) -> list[tuple[str, ...]]:
        """The series with the largest sums."""
        return sorted(self.series, key=lambda keys: -self.series[keys].volume)[:count]


def survey(name: str, rows: Iterable[Observation]) -> Survey:
    """Reads the whole table once; Refusal where no row has a value."""
    series: dict[tuple[str, ...], Seen] = defaultdict(Seen)
    counts, count, values = True, 0, 0
    for count, row in enumerate(rows, start=1):
        seen = series[row.keys]
        seen.rows += 1
        seen.known = max(seen.known, row.time)
        if row.value == "":
            continue
        if count <= _LOOKED_AT:
            seen.times.add(row.time)
        number = float(row.value)
        counts = counts and number >= 0 and number.is_integer()
        values += 1
        seen.values += 1
        seen.volume += abs(number)
        seen.last = max(seen.last, row.time)
    found = {keys: seen for keys, seen in series.items() if seen.values}
    if not found:
        raise Refusal(f"{name}: no row has a value of what is to be forecast.")
    return Survey(found, count, values, counts)
