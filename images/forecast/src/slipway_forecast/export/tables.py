"""Columns in memory to Parquet."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from ..data.columns import literal


def write_parquet(path: Path, columns: dict[str, np.ndarray]) -> None:
    """Writes equally long columns (text, datetime64, float64) in their order; NaN becomes null.

    The same columns give the same bytes.
    """
    ready = {
        name: column.astype("datetime64[us]") if column.dtype.kind == "M" else column
        for name, column in columns.items()
    }
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = true")
    connection.register("columns", ready)
    connection.execute(f"COPY (SELECT * FROM columns) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)")
    connection.close()
