"""Calendar fields of bucket starts: hour of day, day of week and so on, as small integers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .frequency import Frequency, Times

Fields = npt.NDArray[np.int64]

_MONDAY = 3  # 1970-01-01 was a Thursday.


def minute_of_hour(times: Times) -> Fields:
    """0 … 59."""
    return (times.astype("datetime64[m]").astype(np.int64)) % 60


def hour_of_day(times: Times) -> Fields:
    """0 … 23."""
    return (times.astype("datetime64[h]").astype(np.int64)) % 24


def day_of_week(times: Times) -> Fields:
    """0 (Monday) … 6."""
    return (times.astype("datetime64[D]").astype(np.int64) + _MONDAY) % 7


def day_of_month(times: Times) -> Fields:
    """0 … 30."""
    return _days(times) - times.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def day_of_year(times: Times) -> Fields:
    """0 … 365."""
    return _days(times) - times.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def month_of_year(times: Times) -> Fields:
    """0 … 11."""
    return times.astype("datetime64[M]").astype(np.int64) % 12


def _days(times: Times) -> Fields:
    return times.astype("datetime64[D]").astype(np.int64)


def seasonal_field(times: Times, frequency: Frequency) -> Fields | None:
    """The field NPTS compares times by, as the developer guide has it for each unit; none for years."""
    fields = {
        "min": minute_of_hour,
        "H": hour_of_day,
        "D": day_of_week,
        "W": day_of_month,
        "M": month_of_year,
    }
    field = fields.get(frequency.unit)
    return None if field is None else field(times)
