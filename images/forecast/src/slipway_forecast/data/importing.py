"""Checking the user's files and writing them as one typed Parquet file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..errors import UserError
from .columns import TimestampRule, TypedColumn, literal, quote, typed_column
from .schema import METADATA, RELATED, TARGET, TIMESTAMP, Schema
from .source import (
    Part,
    SourceFile,
    check_name,
    csv_part,
    first_item_is_header,
    parquet_part,
    regular_part,
    skip_first_row,
)


@dataclass(frozen=True)
class Import:
    """What is imported: the files, how they are written and what they have to contain."""

    files: tuple[SourceFile, ...]
    source: str
    format: str
    kind: str
    schema: Schema
    timestamps: TimestampRule
    geolocation: str | None
    target_files: tuple[Path, ...]


def import_files(
    connection: duckdb.DuckDBPyConnection, what: Import, target: Path, scratch: Path
) -> tuple[int, list[str]]:
    """Writes `target` (Parquet, schema names and types, file and row order); returns row count and notes.

    UserError with file, line, column and value for the first fault: `NoData`, `BadFileName`, `ColumnCount`,
    `BadTimestamp`, `BadNumber`, `EmptyKey`, `BadGeolocation`, `DuplicateKey` and those of reading.
    """
    if not what.files:
        raise UserError("NoData", f"Unable to read data from {what.source}: there is no file at this path.")
    columns = [
        typed_column(attribute, f"c{i}", what.timestamps, _required(attribute.name, what), what.geolocation)
        for i, attribute in enumerate(what.schema.attributes)
    ]
    for file in what.files:
        check_name(file)
    if what.format == "PARQUET":
        parts = [parquet_part(connection, file, what.schema) for file in what.files]
    else:
        read = [csv_part(file, what.schema, scratch) for file in what.files]
        parts = [_without_hidden_header(connection, part, what, scratch) for part in read]
    try:
        _copy(connection, parts, columns, target)
    except duckdb.Error:
        parts = [_examined(connection, part, what, columns, scratch) for part in parts]
        _copy(connection, parts, columns, target)
    stored = f"read_parquet({literal(str(target))})"
    count = connection.execute(f"SELECT count(*) FROM {stored}").fetchall()[0][0]
    if count == 0:
        raise UserError("NoData", f"Unable to read data from {what.source}: there are no rows of data.")
    if what.kind != TARGET:
        _check_duplicates(connection, stored, what)
    notes = [f"{part.file.name}: the first line is a header and was skipped." for part in parts if part.header]
    return count, notes


def _required(name: str, what: Import) -> bool:
    """Identifier, timestamp and the dimensions of a time series must not be empty."""
    if name in (what.schema.identifier, TIMESTAMP):
        return True
    return what.kind != METADATA and name in what.schema.text_columns()


def _copy(connection: duckdb.DuckDBPyConnection, parts: list[Part], columns: list[TypedColumn], target: Path) -> None:
    """One pass over all files: typed values, and an SQL error at the first faulty cell."""
    raw = ", ".join(f"{column.text} AS {column.text}" for column in columns)
    typed = ", ".join(f"{column.value} AS {_value(column)}" for column in columns)
    faults = [fault[0].replace(column.value, _value(column)) for column in columns for fault in column.faults]
    guard = f"CASE WHEN {' OR '.join(f'({fault})' for fault in faults)} THEN error('fault') END"
    out = ", ".join(f"{_value(column)} AS {quote(column.attribute.name)}" for column in columns)
    union = " UNION ALL ".join(
        f"SELECT {out} FROM (SELECT {raw}, {typed} FROM {part.relation}) WHERE ({guard}) IS NULL" for part in parts
    )
    connection.execute(f"COPY ({union}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def _value(column: TypedColumn) -> str:
    return f"v{column.text[1:]}"


def _examined(
    connection: duckdb.DuckDBPyConnection, part: Part, what: Import, columns: list[TypedColumn], scratch: Path
) -> Part:
    """Raises the UserError of the first fault of a part; returns it, made regular if need be, if it has none."""
    try:
        fault = _first_fault(connection, part, columns)
    except duckdb.Error as error:
        if not part.is_csv:
            raise UserError("UnreadableFile", f"Unable to read data from {part.file.name}: {error}") from error
        part = regular_part(part, what.schema, scratch)
        fault = _first_fault(connection, part, columns)
    if fault is not None:
        row, name, (_, code, told), value = fault
        raise UserError(code, f"{part.row_name(row)}, column {name}: {told.format(value=value)}.")
    return part


def _without_hidden_header(connection: duckdb.DuckDBPyConnection, part: Part, what: Import, scratch: Path) -> Part:
    """Skips the first row of item metadata if it names no target item and all other rows do."""
    if what.kind != METADATA or part.header or not what.target_files:
        return part
    column = what.schema.names().index(what.schema.identifier)
    try:
        found = first_item_is_header(connection, part, column, list(what.target_files), what.schema.identifier)
    except duckdb.Error:
        return part  # An irregular file: examined, and explained if faulty, when it is copied.
    return skip_first_row(part, what.schema, scratch) if found else part


def _first_fault(
    connection: duckdb.DuckDBPyConnection, part: Part, columns: list[TypedColumn]
) -> tuple[int, str, tuple[str, str, str], str] | None:
    """Row index, column, fault and text of the first faulty cell, in file order; None if all are good."""
    faults = [(column, fault) for column in columns for fault in column.faults]
    condition = " OR ".join(f"({fault[0]})" for _, fault in faults)
    which = " ".join(f"WHEN {fault[0]} THEN {i}" for i, (_, fault) in enumerate(faults))
    texts = ", ".join(column.text for column in columns)
    found = connection.execute(
        f"SELECT row, CASE {which} END, {texts} FROM (SELECT row_number() OVER () - 1 AS row, * FROM {part.relation}) "
        f"WHERE {condition} ORDER BY row LIMIT 1"
    ).fetchall()
    if not found:
        return None
    row, index, *cells = found[0]
    column, fault = faults[index]
    return row, column.attribute.name, fault, cells[columns.index(column)]


def _check_duplicates(connection: duckdb.DuckDBPyConnection, stored: str, what: Import) -> None:
    """UserError `DuplicateKey` if rows with the same key differ: they are not aggregated, and none is preferred."""
    key = [what.schema.identifier]
    if what.kind == RELATED:
        key += [*what.schema.text_columns(), TIMESTAMP]
    others = [name for name in what.schema.names() if name not in key]
    if not others:
        return
    keys = ", ".join(quote(name) for name in key)
    differs = " OR ".join(
        f"count(DISTINCT {quote(name)}) > 1 OR (count({quote(name)}) > 0 AND count({quote(name)}) < count(*))"
        for name in others
    )
    found = connection.execute(
        f"SELECT {keys} FROM {stored} GROUP BY {keys} HAVING count(*) > 1 AND ({differs}) ORDER BY {keys} LIMIT 1"
    ).fetchall()
    if found:
        named = ", ".join(f"{name} {value}" for name, value in zip(key, found[0], strict=True))
        raise UserError(
            "DuplicateKey",
            f"{what.source}: there are several rows with different values for {named}. Such rows are not "
            "aggregated: keep one row for each key.",
        )
