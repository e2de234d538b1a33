"""Reads a CSV file, an Excel workbook or a Parquet file as rows of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from forecast_input.refusal import Refusal
from forecast_input.text import DELIMITERS, ENCODINGS, SAMPLED, encoding_of, records
from forecast_input.workbook import rows_of

_WIDEST = 16_384
_LARGEST_WORKBOOK = 1 << 32


@dataclass(frozen=True)
class Source:
    """A table: its column names, its rows (with their numbers in the file) as often as they are read, and what was
    assumed to read it. `delimiter` is what separates the columns of a text, `exact` whether cells are typed."""

    name: str
    columns: tuple[str, ...]
    read: Callable[[], Iterator[tuple[int, list[str]]]]
    said: tuple[str, ...]
    delimiter: str
    exact: bool = False

    def sample(self) -> list[list[str]]:
        """The first rows."""
        return [row for _, row in islice(self.read(), SAMPLED)]


def open_source(path: Path) -> Source:
    """The table in a file; Refusal when there is none that can be read."""
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return _parquet(path)
    if suffix in (".xlsx", ".xlsm"):
        return _workbook(path)
    if suffix == ".xls":
        raise Refusal(f"{path.name}: is of Excel's old format. Save it as .xlsx or CSV.")
    return _text(path)


def _text(path: Path) -> Source:
    encoding = encoding_of(path, path.name)
    delimiter = _delimiter(path, encoding)
    said = [ENCODINGS[encoding]] if encoding != "utf-8" else []
    said += [f"columns separated by {DELIMITERS[delimiter]}"] if delimiter != "," else []

    def rows() -> Iterator[tuple[int, list[str]]]:
        return records(path, encoding, delimiter, path.name)

    return _with_header(path.name, rows, tuple(said), delimiter, exact=False)


def _delimiter(path: Path, encoding: str) -> str:
    """What divides most records into the same number of columns, more than one; the comma where nothing does."""
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for _, row in islice(_lenient(path, encoding, delimiter), SAMPLED)]
        usual = max(set(widths), key=widths.count) if widths else 0
        share = widths.count(usual) / max(len(widths), 1)
        # A decimal comma divides regularly too, but into fewer columns than what really separates them.
        score = 0.0 if usual < 2 else share + usual / _WIDEST
        if score > most:
            best, most = delimiter, score
    return best


def _lenient(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from records(path, encoding, delimiter, path.name)
    except Refusal:
        return


def _workbook(path: Path) -> Source:
    first = next(rows_of(path, "TTS", _WIDEST, _LARGEST_WORKBOOK), (1, []))[1]
    width = max((place for place, cell in enumerate(first, start=1) if cell.strip()), default=0)

    def rows() -> Iterator[tuple[int, list[str]]]:
        return rows_of(path, "TTS", width, _LARGEST_WORKBOOK)

    return _with_header(path.name, rows, ("an Excel workbook",), ";", exact=True)


def _with_header(
    name: str, rows: Callable[[], Iterator[tuple[int, list[str]]]], said: tuple[str, ...], delimiter: str, exact: bool
) -> Source:
    first = next(rows(), None)
    if first is None:
        raise Refusal(f"{name}: is empty. The first row has to name the columns, the rows below have the values.")
    columns = tuple(cell.strip() or f"column {place}" for place, cell in enumerate(first[1], start=1))
    repeated = next((column for column in columns if columns.count(column) > 1), None)
    if repeated is not None:
        raise Refusal(f"{name}, row {first[0]}: two columns are called {repeated!r}. Give each a name of its own.")
    width = len(columns)

    def body() -> Iterator[tuple[int, list[str]]]:
        for number, row in islice(rows(), 1, None):
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                raise Refusal(
                    f"{name}, row {number}: has {len(row)} columns, the first row names {width}. "
                    "Look for a separator inside a value, and put that value into quotes."
                )
            yield number, [*row[:width], *[""] * (width - len(row))]

    return Source(name, columns, body, said, delimiter, exact)


def _parquet(path: Path) -> Source:
    import duckdb

    connection = duckdb.connect()
    quoted = "'" + str(path).replace("'", "''") + "'"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted})").fetchall()
    except duckdb.Error as error:
        raise Refusal(f"{path.name}: cannot be read as Parquet: {error}") from error
    cells = ", ".join(_cell(name, kind) for name, kind, *_ in described)

    def rows() -> Iterator[tuple[int, list[str]]]:
        result = connection.cursor().execute(f"SELECT {cells} FROM read_parquet({quoted})")
        number = 0
        while batch := result.fetchmany(10_000):
            for row in batch:
                number += 1
                yield number, ["" if cell is None else cell for cell in row]

    return Source(path.name, tuple(name for name, *_ in described), rows, (), ";", exact=True)


def _cell(name: str, kind: str) -> str:
    """SQL for a value as the text that a CSV file would have."""
    column = '"' + name.replace('"', '""') + '"'
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}::TIMESTAMP, '%Y-%m-%d %H:%M:%S')"
    return f"{column}::VARCHAR"
