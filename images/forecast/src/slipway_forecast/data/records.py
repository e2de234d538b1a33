"""Exact reading of a CSV file record by record, for the cases the fast reader does not handle or explain."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ..errors import UserError

csv.field_size_limit(1 << 24)


def records(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """(1-based line a record begins at, its cells) of a UTF-8 file; lines of white space only are skipped.

    `name` is what messages call the file. UserError: `BadEncoding`, `BadQuotes`.
    """
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                if len(cells) > 1 or (cells and cells[0].strip()):
                    yield line, cells
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise UserError(
            "BadEncoding",
            f"{name} is not encoded as UTF-8 (from line {line} on): save it as UTF-8 and import it again.",
        ) from error
    except csv.Error as error:
        raise UserError("BadQuotes", f"{name}, line {line}: {error}. Check the quotes of this row.") from error


def line_of_record(path: Path, name: str, index: int) -> int:
    """The line the record with this index (0 = first of the file) begins at."""
    for position, (line, _) in enumerate(records(path, name)):
        if position == index:
            return line
    raise IndexError(index)


def check_counts(path: Path, name: str, expected: int) -> None:
    """UserError `ColumnCount` for the first record that has not `expected` cells (an empty last one is allowed)."""
    for line, cells in records(path, name):
        count = len(cells) - (len(cells) == expected + 1 and cells[-1] == "")
        if count != expected:
            raise UserError(
                "ColumnCount",
                f"{name}, line {line}: the row has {count} columns, the schema has {expected}. Columns are "
                "separated by commas, in the order of the schema.",
            )


def normalise(path: Path, name: str, target: Path, columns: int) -> None:
    """Copies a readable but irregular file (mixed line ends, lines of blanks) into a regular one."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for _, cells in records(path, name):
            writer.writerow(cells[:columns])
