"""The user's files as one SQL relation of texts, CSV or Parquet, in file and row order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..errors import UserError
from .columns import literal, quote
from .header import is_header
from .records import check_counts, line_of_record, normalise, records
from .schema import Schema

_LONGEST_LINE = 16_777_216


@dataclass(frozen=True)
class SourceFile:
    """A staged file and the name messages call it by (its S3 address)."""

    path: Path
    name: str


@dataclass(frozen=True)
class Part:
    """One file ready to be read: `relation` yields columns named c0, c1, … as text."""

    file: SourceFile
    relation: str
    header: bool
    is_csv: bool

    def row_name(self, index: int) -> str:
        """What messages call the data row with this index, e.g. `s3://b/TTS.csv, line 17`."""
        if not self.is_csv:
            return f"{self.file.name}, row {index + 1}"
        line = line_of_record(self.file.path, self.file.name, index + self.header)
        return f"{self.file.name}, line {line}"


def check_name(file: SourceFile) -> None:
    """UserError `BadFileName` for a file name without any letter, as the service demands one."""
    name = file.name.rsplit("/", 1)[-1]
    if not any(character.isalpha() for character in name):
        raise UserError("BadFileName", f"The file name of {file.name} has to contain at least one letter.")


def csv_part(file: SourceFile, schema: Schema, scratch: Path) -> Part:
    """A CSV file as a part for the fast reader, which fails on the first query if the file is irregular.

    A header that is not exactly the first line would make that reader skip the wrong lines: such a file is copied.
    """
    first = next(iter(records(file.path, file.name)), None)
    header = first is not None and is_header(first[1], schema)
    part = Part(file, _csv_relation(file.path, len(schema.attributes), 1 if header else 0), header, is_csv=True)
    odd = first is not None and header and (first[0] > 1 or any("\n" in cell for cell in first[1]))
    return regular_part(part, schema, scratch) if odd else part


def regular_part(part: Part, schema: Schema, scratch: Path) -> Part:
    """A part the fast reader refused, read record by record: either names the fault or gives a regular copy.

    UserError: `ColumnCount`, `BadEncoding`, `BadQuotes`.
    """
    file, count = part.file, len(schema.attributes)
    check_counts(file.path, file.name, count)
    copy = scratch / f"{file.path.name}.regular.csv"
    normalise(file.path, file.name, copy, count)
    return Part(file, _csv_relation(copy, count, 1 if part.header else 0), part.header, is_csv=True)


def _csv_relation(path: Path, count: int, skipped: int) -> str:
    """SQL over a regular file whose first `skipped` lines are passed over; empty cells are null."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(count))
    cells = ", ".join(f"nullif(c{i}, '') AS c{i}" for i in range(count))
    return (
        f"(SELECT {cells} FROM read_csv({literal(str(path))}, auto_detect=false, header=false, skip={skipped}, "
        f"delim=',', quote='\"', escape='\"', null_padding=false, max_line_size={_LONGEST_LINE}, "
        f"columns={{{columns}}}))"
    )


def parquet_part(connection: duckdb.DuckDBPyConnection, file: SourceFile, schema: Schema) -> Part:
    """A Parquet file as a part: columns by name if all names match the schema, else by order."""
    source = f"read_parquet({literal(str(file.path))})"
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise UserError("UnreadableFile", f"Unable to read data from {file.name}: {error}") from error
    names = [row[0] for row in found]
    wanted = schema.names()
    if len(names) != len(wanted):
        raise UserError("ColumnCount", f"{file.name} has {len(names)} columns, the schema has {len(wanted)}.")
    order = wanted if sorted(names) == sorted(wanted) else names
    types = {row[0]: row[1] for row in found}
    cells = ", ".join(f"{_cell(quote(name), types[name])} AS c{i}" for i, name in enumerate(order))
    return Part(file, f"(SELECT {cells} FROM {source})", header=False, is_csv=False)


def _cell(column: str, kind: str) -> str:
    """A Parquet cell as the text a CSV file would have."""
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}::TIMESTAMP, '%Y-%m-%d %H:%M:%S')"
    return f"nullif({column}::VARCHAR, '')"


def first_item_is_header(
    connection: duckdb.DuckDBPyConnection, part: Part, column: int, targets: list[Path], identifier: str
) -> bool:
    """True if the first item of a metadata file is the only one of its items that is no target item."""
    files = ", ".join(literal(str(path)) for path in targets)
    rows = connection.execute(
        f"SELECT row, c{column} NOT IN (SELECT DISTINCT {quote(identifier)} FROM read_parquet([{files}])) AS foreign "
        f"FROM (SELECT row_number() OVER () - 1 AS row, * FROM {part.relation})"
    ).fetchall()
    return len(rows) > 1 and [row for row, foreign in rows if foreign] == [0]


def skip_first_row(part: Part, schema: Schema, scratch: Path) -> Part:
    """The same CSV part with its first record taken as a header."""
    return regular_part(Part(part.file, part.relation, header=True, is_csv=True), schema, scratch)
