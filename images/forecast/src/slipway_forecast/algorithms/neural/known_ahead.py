"""Features of a time that are known in advance: calendar fields and holidays."""

from __future__ import annotations

import numpy as np

from ...calendar_fields import (
    day_of_month,
    day_of_week,
    day_of_year,
    hour_of_day,
    minute_of_hour,
    month_of_year,
)
from ...frequency import Frequency
from ...panel import Floats, Panel
from ..mstl import seasons

# Waves of each field: enough for two peaks a day or a weekend, and networks bend them further.
_WAVES = 3
_SECONDS_A_YEAR = 365.25 * 86_400
# A field of the year that has not been seen twice cannot be told from the trend.
_YEARS_SEEN = 2
# Developer guide, "DeepAR+ Algorithm": the fields of each frequency, with their number of values.
_MINUTE, _HOUR = (minute_of_hour, 60), (hour_of_day, 24)
_WEEK, _MONTH, _YEAR = (day_of_week, 7), (day_of_month, 31), (day_of_year, 366)
_FIELDS = {
    "min": (_MINUTE, _HOUR, _WEEK, _MONTH, _YEAR),
    "H": (_HOUR, _WEEK, _MONTH, _YEAR),
    "D": (_WEEK, _MONTH, _YEAR),
    "W": (_MONTH, _YEAR),
    "M": ((month_of_year, 12),),
    "Y": (),
}


def calendar_features(panel: Panel, start: int, end: int, years: float) -> Floats:
    """(end − start, F) sines and cosines of the fields of buckets start … end − 1.

    `years` of history decide whether fields of the year are among them.
    """
    times = panel.times(start, end)
    columns = []
    for field, size in _FIELDS[panel.calendar.frequency.unit]:
        if field is day_of_year and years < _YEARS_SEEN:
            continue
        angle = 2 * np.pi * field(times) / size
        columns += [wave(k * angle) for k in range(1, _WAVES + 1) for wave in (np.sin, np.cos)]
    return np.stack(columns, axis=1) if columns else np.zeros((end - start, 0))


def years_of(frequency: Frequency, buckets: int) -> float:
    """Length of a history in years."""
    return buckets * frequency.nominal_seconds / _SECONDS_A_YEAR


def seasons_held_twice(panel: Panel) -> tuple[int, ...]:
    """Seasons of the frequency, in buckets, short to long, that the history holds twice."""
    return tuple(m for m in seasons(panel.calendar.frequency) if 1 < m <= panel.length // 2)


def holiday_features(panel: Panel, start: int, end: int) -> Floats:
    """(end − start, 3) number of holidays in the bucket before, in it and after it; no column without holidays."""
    if not panel.holidays:
        return np.zeros((end - start, 0))
    days = np.array(sorted(panel.holidays), dtype="datetime64[D]")
    edges = panel.times(start - 1, end + 2)
    first = np.searchsorted(days, edges[:-1].astype("datetime64[D]"))
    last = np.searchsorted(days, (edges[1:] - np.timedelta64(1, "s")).astype("datetime64[D]"), side="right")
    count = (last - first).astype(float)
    return np.stack([count[:-2], count[1:-1], count[2:]], axis=1)
