"""Time series selectors: files that list the series a forecast is wanted for."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from ..errors import UserError
from ..events import Events
from ..job import Fields
from ..panel import Integers
from .assembly import Group
from .records import records
from .schema import Schema
from .source import SourceFile, parquet_part


@dataclass(frozen=True)
class Selector:
    """Columns of the files and the series listed in them."""

    names: tuple[str, ...]
    keys: frozenset[tuple[str, ...]]


def read_selector(fields: Fields | None, domain: str) -> Selector | None:
    """From the `selector` member of a job; no header, one series a line, blanks around values do not count.

    UserError `ColumnCount`, `NoData`.
    """
    if fields is None:
        return None
    schema = Schema.parse(fields.raw("schema"), domain)
    format_ = fields.text("format", "CSV")
    files = []
    for entry in fields.children("files"):
        files.append(SourceFile(entry.path("path"), entry.text("name")))
        entry.finish()
    fields.finish()
    keys: set[tuple[str, ...]] = set()
    for file in files:
        rows = _parquet_rows(file, schema) if format_ == "PARQUET" else records(file.path, file.name)
        for line, cells in rows:
            if len(cells) != len(schema.attributes):
                raise UserError(
                    "ColumnCount",
                    f"{file.name}, line {line}: the row has {len(cells)} columns, the schema of the time series "
                    f"selector has {len(schema.attributes)}.",
                )
            keys.add(tuple(cell.strip() for cell in cells))
    if not keys:
        raise UserError("NoData", "The time series selector names no series.")
    return Selector(tuple(schema.names()), frozenset(keys))


def _parquet_rows(file: SourceFile, schema: Schema) -> list[tuple[int, list[str]]]:
    connection = duckdb.connect()
    part = parquet_part(connection, file, schema)
    found = connection.execute(f"SELECT * FROM {part.relation}").fetchall()
    connection.close()
    return [(i + 1, [str(cell) for cell in row]) for i, row in enumerate(found)]


def selected_rows(selector: Selector, group: Group, events: Events) -> Integers:
    """Rows of the group that the selector lists. UserError `UnknownSeries` if none of them exists."""
    missing = [name for name in group.grid.names if name not in selector.names]
    if missing:
        raise UserError("BadSelector", f"The schema of the time series selector lacks the attribute {missing[0]}.")
    order = [selector.names.index(name) for name in group.grid.names]
    wanted = {tuple(key[i] for i in order) for key in selector.keys}
    rows = np.array([i for i, key in enumerate(group.grid.keys) if key in wanted], dtype=np.int64)
    if rows.size == 0:
        raise UserError("UnknownSeries", "None of the series in the time series selector is in the data sets.")
    if rows.size < len(wanted):
        events.note(f"{len(wanted) - rows.size} of {len(wanted)} selected series are not in the data sets.")
    return rows
