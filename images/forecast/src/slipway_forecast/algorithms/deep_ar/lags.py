"""Which earlier values the network sees at each step, by frequency."""

from __future__ import annotations

from ...frequency import Frequency

# The latest values, and those around the same time of the latest cycles: of days in a week, weeks in a month, years.
_LATEST = 7
_DAYS, _WEEKS, _YEARS = 7, 4, 3


def lags(frequency: Frequency, length: int) -> tuple[int, ...]:
    """Lags in buckets, ascending; none longer than half the history of `length` buckets."""
    cycles: list[tuple[int, int]] = []
    if frequency.is_sub_daily:
        day = frequency.periods_per("D")
        if day > 1:
            cycles = [(day, _DAYS), (7 * day, _WEEKS)]
    elif frequency.unit == "D" and frequency.season > 1:
        week = frequency.season
        cycles = [(week, _WEEKS), (52 * week, _YEARS)]
    elif frequency.season > 1:
        cycles = [(frequency.season, _YEARS)]
    found = set(range(1, _LATEST + 1))
    for cycle, count in cycles:
        found |= {k * cycle + side for k in range(1, count + 1) for side in (-1, 0, 1)}
    longest = max(1, length // 2)
    return tuple(sorted(lag for lag in found if 1 <= lag <= longest))
