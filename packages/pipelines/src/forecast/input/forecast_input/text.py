"""Text files: how they are encoded, what separates their columns, and their records one by one."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from .refusal import Refusal

CHUNK = 1 << 20
SAMPLED = 20_000
# The comma first: where two fit equally well, the file is an ordinary one.
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
ENCODINGS = {
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
csv.field_size_limit(1 << 24)


def encoding_of(path: Path, name: str) -> str:
    """Told by the mark at the beginning, or else by whether the whole file is valid UTF-8."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return _checked(path, "utf-8-sig", name)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _checked(path, "utf-16", name)
        if b"\0" in start:
            raise Refusal(
                f"{name}, row 1: has zero bytes, so it is no text, or UTF-16 without a byte-order mark. "
                "Save it as CSV UTF-8."
            )
    return next((each for each in ("utf-8", "cp1252") if _decodes(path, each)), "latin-1")


def _checked(path: Path, encoding: str, name: str) -> str:
    if not _decodes(path, encoding):
        raise Refusal(
            f"{name}: begins as {ENCODINGS[encoding]} but has bytes that are none. Save it again as CSV UTF-8."
        )
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def records(path: Path, encoding: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of the line on which each begins; blank lines are passed over."""
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter=delimiter)
        line = 1
        try:
            for row in rows:
                if row and not (line == 1 and _names_separator(row, delimiter)):
                    yield line, row
                line = rows.line_num + 1
        except csv.Error as error:
            raise Refusal(f"{name}, row {line}: {error}. Look for a quote that is not closed.") from error


def _names_separator(row: list[str], delimiter: str) -> bool:
    """Excel's own first line, `sep=;`."""
    return delimiter.join(row).lower() == f"sep={delimiter}"


def delimiter_of(path: Path, encoding: str, width: int, name: str) -> str:
    """What gives most records as many columns as the schema has; the comma where nothing does."""
    share = {}
    usual = {}
    for delimiter in DELIMITERS:
        widths = [len(row) for _, row in islice(_lenient(path, encoding, delimiter), SAMPLED)]
        share[delimiter] = widths.count(width) / max(len(widths), 1)
        usual[delimiter] = max(set(widths), key=widths.count) if widths else 0
    best = max(DELIMITERS, key=lambda delimiter: share[delimiter])
    if share[best] > 0.5:
        return best
    others = [delimiter for delimiter in DELIMITERS if delimiter != "," and usual[delimiter] > 1]
    if usual[","] == 1 and others:
        found = others[0]
        raise Refusal(
            f"{name}, row 1: has {usual[found]} columns, separated by {DELIMITERS[found]}, and its schema in "
            f"forecast-config.json {width}. Make file and schema agree."
        )
    return ","


def _lenient(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from records(path, encoding, delimiter, "")
    except Refusal:
        # Quotes that do not fit this delimiter; what was read so far decides.
        return
