"""The periods that a frequency cuts time into."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

SECONDS = {"min": 60, "H": 3_600, "D": 86_400, "W": 7 * 86_400}
MONTHS = {"M": 1, "Y": 12}
WORDS = {"min": "minute", "H": "hour", "D": "day", "W": "week", "M": "month", "Y": "year"}


class Periods:
    """Numbers periods of one frequency (`15min`, `H`, `D`, `2W`, `M`, `Y`) from the one that `anchor` begins."""

    def __init__(self, frequency: str, anchor: pd.Timestamp) -> None:
        multiple, self.unit = re.fullmatch(r"(\d*)(Y|M|W|D|H|min)", frequency).groups()
        self.multiple = int(multiple or 1)
        self.anchor = anchor

    def number(self, times: pd.Series) -> np.ndarray:
        """The number of the period that each time lies in; negative before the anchor."""
        if self.unit in SECONDS:
            seconds = (times - self.anchor).dt.total_seconds().to_numpy()
            return np.floor(seconds / (SECONDS[self.unit] * self.multiple)).astype(np.int64)
        # Months may begin on another day than the first.
        shifted = times - pd.to_timedelta(self.anchor.day - 1, unit="D")
        months = (shifted.dt.year * 12 + shifted.dt.month - 1).to_numpy()
        begin = self.anchor.year * 12 + self.anchor.month - 1
        return np.floor_divide(months - begin, MONTHS[self.unit] * self.multiple).astype(np.int64)

    def start(self, number: int) -> pd.Timestamp:
        """When a period begins."""
        if self.unit in SECONDS:
            return self.anchor + pd.to_timedelta(int(number) * SECONDS[self.unit] * self.multiple, unit="s")
        return self.anchor + pd.DateOffset(months=int(number) * MONTHS[self.unit] * self.multiple)


def natural_anchor(frequency: str, first: pd.Timestamp) -> pd.Timestamp:
    """Where the period of a date begins when no forecast says so: midnight, Monday, the first of the month or year."""
    unit = re.sub(r"\d", "", frequency)
    day = first.normalize()
    if unit == "W":
        return day - pd.to_timedelta(day.weekday(), unit="D")
    if unit == "M":
        return day.replace(day=1)
    if unit == "Y":
        return day.replace(month=1, day=1)
    return day
