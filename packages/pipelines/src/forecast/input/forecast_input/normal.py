"""Writes a file as an import reads it, if it is not so already."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from . import dates, numbers
from .dates import Dates
from .numbers import Numbers
from .refusal import at
from .text import DELIMITERS, ENCODINGS, SAMPLED, delimiter_of, encoding_of, records
from .workbook import Exact, rows_of

Rows = Callable[[], Iterator[tuple[int, list[str]]]]


def normalised(
    path: Path, kind: str, schema: list[list[str]], declared: str, limit: int
) -> tuple[Path, list[str]]:
    """The file to go on with, and what was assumed; `schema` has name and type of each column.

    An ordinary file comes back untouched. Raises Refusal.
    """
    name = path.name
    if path.suffix == ".xlsx":
        said = ["an Excel workbook"]
        delimiter = ";"

        def read() -> Iterator[tuple[int, list[str]]]:
            return rows_of(path, kind, len(schema), limit)

        ordinary = False
    else:
        encoding = encoding_of(path, name)
        delimiter = delimiter_of(path, encoding, len(schema), name)
        said = [ENCODINGS[encoding]] if encoding != "utf-8" else []
        said += [f"columns separated by {DELIMITERS[delimiter]}"] if delimiter != "," else []

        def read() -> Iterator[tuple[int, list[str]]]:
            return records(path, encoding, delimiter, name)

        ordinary = not said
    if ordinary and not _has_foreign(read, schema):
        return path, []
    target = path.with_name(f"{kind}.normal.csv")
    return target, _convert(name, read, schema, target, Dates(name, declared), Numbers(name, delimiter), said)


def _has_foreign(read: Rows, schema: list[list[str]]) -> bool:
    tests = _by_type(schema, dates.is_foreign, numbers.is_foreign)
    return any(
        len(row) == len(schema) and any(test(row[index]) for index, test in tests)
        for _, row in islice(read(), SAMPLED)
    )


def _by_type(schema: list[list[str]], time: Callable, number: Callable) -> list[tuple[int, Callable]]:
    kinds = {"timestamp": time, "float": number, "integer": number}
    return [(index, kinds[type_]) for index, (_, type_) in enumerate(schema) if type_ in kinds]


def _learn(read: Rows, schema: list[list[str]], times: Dates, figures: Numbers) -> None:
    """Reads the sample; and on, as long as no date has told whether day or month comes first."""
    typed = _by_type(schema, times.learn, figures.learn)
    unsure = False
    for count, (_, row) in enumerate(read()):
        if count >= SAMPLED and (times.order is not None or not unsure):
            return
        for index, learn in typed:
            if index < len(row) and not isinstance(row[index], Exact):
                learn(row[index])
                unsure = unsure or (schema[index][1] == "timestamp" and dates.is_foreign(row[index]))


def _convert(
    name: str, read: Rows, schema: list[list[str]], target: Path, times: Dates, figures: Numbers, said: list[str]
) -> list[str]:
    _learn(read, schema, times, figures)
    typed = [
        (index, convert, schema[index][0]) for index, convert in _by_type(schema, times.convert, figures.convert)
    ]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for count, (line, row) in enumerate(read()):
            if len(row) != len(schema):
                raise at(
                    name, line, None, ",".join(row), f"has {len(row)} columns, its schema {len(schema)}."
                )
            if count > 0 or not _is_header(row, schema):
                for index, convert, column in typed:
                    if not (isinstance(row[index], Exact) and convert == figures.convert):
                        row[index] = convert(row[index], line, column)
            writer.writerow(row)
    return [f"{name} was read as: {', '.join([*said, *times.assumed(), *figures.assumed()])}."]


def _is_header(row: list[str], schema: list[list[str]]) -> bool:
    """Names instead of values: no typed cell is a value, or a cell is its column's own name."""
    values = []
    for index, (name, type_) in enumerate(schema):
        cell = row[index].strip()
        if cell.lower() == name.lower():
            return True
        if type_ == "timestamp":
            values.append(bool(dates.ISO.fullmatch(cell)) or dates.is_foreign(cell))
        elif type_ in ("float", "integer"):
            values.append(bool(numbers.PLAIN.fullmatch(cell)) or numbers.is_foreign(cell))
    return bool(values) and not any(values)
