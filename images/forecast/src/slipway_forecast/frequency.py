"""Forecast frequencies (`15min`, `H`, `3D`, `W`, `3M`, `Y`) and the calendar of buckets they cut time into.

Rules: Amazon Forecast developer guide, "Data aggregation for different forecast frequencies" and
"Time alignment boundary"; multiples are anchored at the first bucket of the data set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import UserError

Times = npt.NDArray[np.datetime64]
Indices = npt.NDArray[np.int64]

_MINUTE = 60
_HOUR = 3_600
_DAY = 86_400
# Nominal lengths in seconds, used only to order frequencies from fine to coarse.
_NOMINAL = {"min": _MINUTE, "H": _HOUR, "D": _DAY, "W": 7 * _DAY, "M": 30.44 * _DAY, "Y": 365.25 * _DAY}
_LARGEST_MULTIPLE = {"min": 59, "H": 23, "D": 6, "W": 4, "M": 11, "Y": 1}
_DAYS_OF_WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
_MONTHS = [
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
    "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
]  # fmt: skip
_BOUNDARY_MEMBER = {"D": {"Hour"}, "W": {"DayOfWeek"}, "M": {"DayOfMonth"}, "Y": {"Month", "DayOfMonth"}}
# 1970-01-01 is a Thursday: the Monday on or before it is three days earlier.
_MONDAY_OFFSET_DAYS = 3


@dataclass(frozen=True)
class Frequency:
    """A multiple of a unit; `Frequency(3, "M")` is three months."""

    multiple: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Frequency:
        """`"M"`, `"1D"`, `"15min"` → Frequency. Raises UserError (`BadFrequency`) naming the allowed range."""
        match = re.fullmatch(r"([1-9]\d?)?(Y|M|W|D|H|min)", text)
        if match is None or (match[2] == "min" and match[1] is None):
            raise UserError(
                "BadFrequency",
                f"Frequency '{text}' is not valid: give Y, M, W, D, H or a number of minutes such as 15min, "
                "with an optional whole multiple such as 2W.",
            )
        multiple, unit = int(match[1] or 1), match[2]
        if multiple > _LARGEST_MULTIPLE[unit]:
            raise UserError(
                "BadFrequency",
                f"Frequency '{text}' is not valid: the multiple of {unit} has to lie between 1 and "
                f"{_LARGEST_MULTIPLE[unit]}.",
            )
        return cls(multiple, unit)

    def __str__(self) -> str:
        return self.unit if self.multiple == 1 and self.unit != "min" else f"{self.multiple}{self.unit}"

    @property
    def nominal_seconds(self) -> float:
        """Length used to compare frequencies (a month counts 30.44 days)."""
        return self.multiple * _NOMINAL[self.unit]

    @property
    def is_sub_daily(self) -> bool:
        """True for minutes and hours."""
        return self.unit in ("min", "H")

    def periods_per(self, unit: str) -> int:
        """Buckets in one larger `unit` when that is a whole number, else 1: `15min` per `D` is 96."""
        per = {("M", "Y"): 12, ("W", "Y"): 52}.get((self.unit, unit))
        seconds = _NOMINAL[unit] / _NOMINAL[self.unit] if per is None else per
        whole = round(seconds)
        return whole // self.multiple if abs(seconds - whole) < 1e-9 and whole % self.multiple == 0 else 1

    @property
    def mase_season(self) -> int:
        """Season m of MASE: GluonTS' default seasonalities (daily 1, weekly 1), divided by the multiple."""
        if self.unit in ("min", "H"):
            return self.periods_per("D")
        return self.periods_per("Y") if self.unit == "M" else 1

    @property
    def season(self) -> int:
        """The main season of models: a day below daily, a week for days, a year for weeks and months."""
        if self.is_sub_daily:
            return self.periods_per("D")
        return self.periods_per("W") if self.unit == "D" else self.periods_per("Y")

    @property
    def documented_season(self) -> int:
        """Season length the developer guide documents for ETS (hour-long seasons for minutes)."""
        return self.periods_per("H") if self.unit == "min" else self.season


@dataclass(frozen=True)
class Calendar:
    """Numbers the buckets of a data set: bucket 0 is the one its first timestamp lies in.

    `anchor` is the ordinal of bucket 0's first unit; `shift` the boundary in the unit's own measure
    (seconds for D and W, days for M, months and days for Y).
    """

    frequency: Frequency
    anchor: int
    shift_seconds: int = 0
    shift_months: int = 0
    shift_days: int = 0

    @classmethod
    def starting_at(
        cls, first: np.datetime64, frequency: Frequency, boundary: dict[str, Any] | None = None
    ) -> Calendar:
        """Calendar whose bucket 0 holds `first`; `boundary` is an API TimeAlignmentBoundary."""
        seconds, months, days = _boundary_shift(frequency, boundary)
        unanchored = cls(frequency, 0, seconds, months, days)
        ordinal = int(unanchored._ordinals(np.array([first], dtype="datetime64[s]"))[0])
        if frequency.is_sub_daily and (_DAY // _NOMINAL[frequency.unit]) % frequency.multiple == 0:
            ordinal -= ordinal % frequency.multiple
        return cls(frequency, ordinal, seconds, months, days)

    def _ordinals(self, times: Times) -> Indices:
        """Unit buckets since 1970, before multiples."""
        if self.frequency.unit in ("M", "Y"):
            months = self._month_numbers(times) - self.shift_months
            return months if self.frequency.unit == "M" else months // 12
        unit = int(_NOMINAL[self.frequency.unit])
        offset = _MONDAY_OFFSET_DAYS * _DAY if self.frequency.unit == "W" else 0
        return (times.astype("datetime64[s]").astype(np.int64) - self.shift_seconds + offset) // unit

    def _month_numbers(self, times: Times) -> Indices:
        """Months since 1970-01; a day before the boundary day counts to the month before."""
        month = times.astype("datetime64[M]")
        day_of_month = (times.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
        return month.astype(np.int64) - (day_of_month < self.shift_days)

    def index(self, times: Times) -> Indices:
        """Bucket number of each timestamp (negative before the first bucket)."""
        return (self._ordinals(times) - self.anchor) // self.frequency.multiple

    def start(self, index: npt.ArrayLike) -> Times:
        """First second of each bucket, as datetime64[s]."""
        ordinal = np.asarray(index, dtype=np.int64) * self.frequency.multiple + self.anchor
        if self.frequency.unit in ("M", "Y"):
            months = (ordinal if self.frequency.unit == "M" else ordinal * 12) + self.shift_months
            days = months.astype("datetime64[M]").astype("datetime64[D]") + self.shift_days
            return days.astype("datetime64[s]")
        unit = int(_NOMINAL[self.frequency.unit])
        offset = _MONDAY_OFFSET_DAYS * _DAY if self.frequency.unit == "W" else 0
        return (ordinal * unit + self.shift_seconds - offset).astype("datetime64[s]")


def _boundary_shift(frequency: Frequency, boundary: dict[str, Any] | None) -> tuple[int, int, int]:
    """TimeAlignmentBoundary → (seconds, months, days) by which buckets start later than by default."""
    if not boundary:
        return 0, 0, 0
    allowed = _BOUNDARY_MEMBER.get(frequency.unit, set())
    wrong = set(boundary) - allowed
    if wrong or (frequency.unit == "Y" and "Month" not in boundary):
        raise UserError(
            "BadTimeAlignmentBoundary",
            f"TimeAlignmentBoundary {boundary} does not fit the frequency {frequency}: D takes Hour, W takes "
            "DayOfWeek, M takes DayOfMonth, Y takes Month; hours and minutes take none.",
        )
    try:
        hour = int(boundary.get("Hour", 0))
        weekday = _DAYS_OF_WEEK.index(boundary["DayOfWeek"]) if "DayOfWeek" in boundary else 0
        months = _MONTHS.index(boundary["Month"]) if "Month" in boundary else 0
        days = int(boundary.get("DayOfMonth", 1)) - 1
    except ValueError as error:
        raise UserError("BadTimeAlignmentBoundary", f"TimeAlignmentBoundary {boundary}: {error}.") from error
    if not (0 <= hour <= 23 and 0 <= days <= 27):
        raise UserError(
            "BadTimeAlignmentBoundary",
            f"TimeAlignmentBoundary {boundary}: Hour is 0 to 23, DayOfMonth 1 to 28.",
        )
    return weekday * _DAY + hour * _HOUR, months, days
