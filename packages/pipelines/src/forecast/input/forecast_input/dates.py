"""Timestamps as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from .refusal import at

ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\dZ?)?")
_DATE = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\.?(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.0+)?Z?(?: ?([AaPp])\.?[Mm]\.?)?)?"
)
# 1954 to 2119, as days since the end of 1899.
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d+)?")
_CACHED = 100_000


def is_foreign(cell: str) -> bool:
    """A timestamp, but not written as an import reads it."""
    cell = cell.strip()
    if ISO.fullmatch(cell):
        return False
    return bool(_SERIAL.fullmatch(cell)) or _DATE.fullmatch(cell) is not None


def from_serial(days: float, date1904: bool = False) -> datetime:
    """A spreadsheet's date, to the second."""
    start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    return start + timedelta(seconds=round(days * 86_400))


class Dates:
    """How the timestamps of one file are written, and how they have to be."""

    def __init__(self, name: str, declared: str) -> None:
        self.name = name
        self.declared = declared
        self.order = None
        self.serial = ""
        self.example = ""
        self.cache: dict[str, str] = {}

    def learn(self, cell: str) -> bool:
        """Takes a cell into account; whether the order of day and month is known or not needed."""
        found = _DATE.fullmatch(cell.strip())
        if found and self.order is None and len(found[1]) < 3:
            if found[2] == "." or int(found[1]) > 12:
                self.order = "day"
            elif int(found[3]) > 12:
                self.order = "month"
        return self.order is not None

    def convert(self, cell: str, row: int, column: str) -> str:
        """The timestamp in the declared format."""
        known = self.cache.get(cell)
        if known is None:
            known = self._written(self._parsed(cell.strip(), row, column), cell, row, column)
            if len(self.cache) < _CACHED:
                self.cache[cell] = known
        return known

    def _parsed(self, cell: str, row: int, column: str) -> datetime:
        if _SERIAL.fullmatch(cell):
            self.serial = self.serial or cell
            return from_serial(float(cell.replace(",", ".")))
        found = _DATE.fullmatch(cell)
        if not found:
            raise at(self.name, row, column, cell, f"is no timestamp. Write it as {self.declared}.")
        first, separator, second, third, hour, minute, seconds, half = found.groups()
        if len(first) == 4:
            year, month, day = first, second, third
        elif len(third) != 4:
            raise at(self.name, row, column, cell, f"has no year of four digits. Write it as {self.declared}.")
        elif self.order is None and separator != ".":
            raise at(
                self.name,
                row,
                column,
                cell,
                "may have the day or the month first, and no other row tells. "
                f"Write timestamps as {self.declared}.",
            )
        else:
            day, month = (second, first) if self.order == "month" else (first, second)
            year = third
            self.example = self.example or cell
        hours = int(hour or 0)
        if half:
            hours = hours % 12 + (12 if half in "pP" else 0)
        try:
            return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(seconds or 0))
        except ValueError:
            order = f" with the {self.order} first, as other rows have it" if self.order else ""
            raise at(
                self.name, row, column, cell, f"is no date{order}. Write it as {self.declared}."
            ) from None

    def _written(self, time: datetime, cell: str, row: int, column: str) -> str:
        if "H" in self.declared.replace("hh", "HH"):
            return time.strftime("%Y-%m-%d %H:%M:%S")
        if (time.hour, time.minute, time.second) != (0, 0, 0):
            raise at(
                self.name,
                row,
                column,
                cell,
                "has a time of day, which TimestampFormat yyyy-MM-dd in forecast-config.json has not. "
                "Declare yyyy-MM-dd HH:mm:ss.",
            )
        return time.strftime("%Y-%m-%d")

    def assumed(self) -> list[str]:
        """In words, for the run's notes."""
        said = [f"dates with the {self.order or 'day'} first (such as {self.example})"] if self.example else []
        return [*said, f"Excel's numbers for dates (such as {self.serial})"] if self.serial else said
