"""Is the first record of a CSV file a header?"""

from __future__ import annotations

import re

from .schema import TIMESTAMP, Schema

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}Z?)?")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def is_header(cells: list[str], schema: Schema) -> bool:
    """True if the cells carry names instead of data.

    That is: every timestamp and every number among them cannot be parsed; or one cell is the name of its own
    column (compared without case and punctuation). A bad first row of data fails in one cell only, as a rule, and
    is reported instead of skipped.
    """
    if len(cells) != len(schema.attributes):
        return False
    pairs = list(zip(cells, schema.attributes, strict=True))
    if any(_plain(cell) == _plain(attribute.name) and cell for cell, attribute in pairs):
        return True
    parsed = [
        _is_date(cell) if attribute.name == TIMESTAMP else _is_number(cell)
        for cell, attribute in pairs
        if attribute.type == "timestamp" or attribute.is_number
    ]
    return bool(parsed) and not any(parsed)


def _is_date(cell: str) -> bool:
    return _DATE.fullmatch(cell.strip()) is not None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
