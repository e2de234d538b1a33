"""The in-process SQL engine that all columnar work goes through."""

from __future__ import annotations

from pathlib import Path

import duckdb


def connect(scratch: Path, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that keeps rows in order and spills to `scratch` instead of running out of memory."""
    connection = duckdb.connect()
    scratch.mkdir(parents=True, exist_ok=True)
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET memory_limit = '60%'")
    connection.execute("SET temp_directory = ?", [str(scratch)])
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    return connection
