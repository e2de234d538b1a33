"""A Parquet table cut into numbered CSV or Parquet part files, as the service exports them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ..data.columns import literal, quote

# Local times; the Z that the service writes is decorative.
WITH_Z = "%Y-%m-%dT%H:%M:%SZ"
WITHOUT_Z = "%Y-%m-%dT%H:%M:%S"
CSV, PARQUET = "CSV", "PARQUET"
_OPTIONS = {
    CSV: "FORMAT csv, HEADER true, DELIMITER ',', NULLSTR ''",
    PARQUET: "FORMAT parquet, COMPRESSION snappy",
}


def write_parts(
    table: Path, folder: Path, name: str, format_: str, rows_per_part: int, times: Mapping[str, str]
) -> list[str]:
    """Writes `<name>_part0.csv` … (`.parquet`) into `folder` and returns the file names in order.

    Rows keep their order, timestamps become texts in the formats `times` gives by column; every part has the
    header, and there is at least one part.
    """
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = true")
    source = f"read_parquet({literal(str(table))}, file_row_number = true)"
    names = [
        row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(table))})").fetchall()
    ]
    count = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
    cells = ", ".join(
        f"strftime({quote(n)}, {literal(times[n])}) AS {quote(n)}" if n in times else quote(n) for n in names
    )
    files = []
    for part in range(max(1, -(-count // rows_per_part))):
        file = f"{name}_part{part}.{format_.lower()}"
        first = part * rows_per_part
        connection.execute(
            f"COPY (SELECT {cells} FROM {source} WHERE file_row_number >= {first} "
            f"AND file_row_number < {first + rows_per_part}) TO {literal(str(folder / file))} ({_OPTIONS[format_]})"
        )
        files.append(file)
    connection.close()
    return files
