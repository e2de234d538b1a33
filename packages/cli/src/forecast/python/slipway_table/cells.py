"""What the cells of a column are: times, numbers or texts; and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from forecast_input import dates, numbers
from forecast_input.dates import Dates
from forecast_input.numbers import Numbers
from forecast_input.refusal import at

EMPTY, TIME, NUMBER, TEXT = "empty", "time", "number", "text"

# What spreadsheets and databases write besides: months, fractions of a second, UTC.
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]00:?00)?")
_YEAR = re.compile(r"(1[89]|20|21)\d\d")
_MOST = 0.9
_NOTHING = {"", "na", "n/a", "nan", "null", "none", "-"}


def is_missing(cell: str) -> bool:
    """True for an empty cell and for the words that stand for none."""
    return cell.strip().lower() in _NOTHING


def kind_of(cells: Iterable[str]) -> str:
    """The kind of a sample's cells; a few that do not fit are taken for faults, which reading will name."""
    known = {cell.strip() for cell in cells if not is_missing(cell)}
    if not known:
        return EMPTY
    if sum(map(_is_number, known)) >= _MOST * len(known):
        return NUMBER
    return TIME if sum(map(is_time, known)) >= _MOST * len(known) else TEXT


def is_time(cell: str) -> bool:
    """True for a date or a time of day on a date, in any of the usual ways; numbers are none."""
    cell = cell.strip()
    if _is_number(cell):
        return False
    return bool(_MONTH.fullmatch(cell) or _INSTANT.fullmatch(cell) or dates.ISO.fullmatch(cell)) or dates.is_foreign(
        cell
    )


def are_years(cells: Iterable[str]) -> bool:
    """True if all cells of a sample are years."""
    known = [cell.strip() for cell in cells if not is_missing(cell)]
    return bool(known) and all(_YEAR.fullmatch(cell) for cell in known)


def _is_number(cell: str) -> bool:
    return bool(numbers.PLAIN.fullmatch(cell)) or numbers.is_foreign(cell)


class Times:
    """Reads the times of one table."""

    def __init__(self, name: str, sample: Iterable[str]) -> None:
        self._name = name
        self._dates = Dates(name, "yyyy-MM-dd HH:mm:ss")
        for cell in sample:
            self._dates.learn(cell)

    def read(self, cell: str, row: int, column: str) -> datetime:
        """The time of a cell, to the second; Refusal when it is none."""
        text = cell.strip()
        if is_missing(text):
            raise at(self._name, row, column, cell, "is no time. Fill it in, or take the row out.")
        if _MONTH.fullmatch(text):
            text += "-01"
        elif _YEAR.fullmatch(text):
            text += "-01-01"
        elif found := _INSTANT.fullmatch(text):
            text = f"{found[1]} {found[2]}{found[3] or ':00'}"
        written = self._dates.convert(text.replace("T", " ").removesuffix("Z"), row, column)
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S")

    def assumed(self) -> list[str]:
        """In words."""
        return self._dates.assumed()


class Values:
    """Reads the numbers of one table."""

    def __init__(self, name: str, delimiter: str, sample: Iterable[str]) -> None:
        self._numbers = Numbers(name, delimiter)
        for cell in sample:
            if not is_missing(cell):
                self._numbers.learn(cell)

    def read(self, cell: str, row: int, column: str) -> str:
        """The number with a decimal point, empty where there is none; Refusal when it is no number."""
        return "" if is_missing(cell) else self._numbers.convert(cell, row, column)

    def assumed(self) -> list[str]:
        """In words."""
        return self._numbers.assumed()
