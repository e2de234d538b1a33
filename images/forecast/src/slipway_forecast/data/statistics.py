"""FieldStatistics of an import, as DescribeDatasetImportJob returns them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from .columns import literal, quote
from .schema import Attribute, Schema

_LARGEST_INT = 2**31 - 1


def field_statistics(connection: duckdb.DuckDBPyConnection, data: Path, schema: Schema) -> dict[str, Any]:
    """Statistics by attribute of an imported Parquet file; one thread, so that sums are the same every time.

    Counts above 2³¹ − 1 are −1 in the int members and exact in the Long ones. Avg and Stddev leave NaN out;
    Stddev is that of a sample (unverified: the service's divisor is not documented).
    """
    connection.execute("SET threads = 1")
    source = f"read_parquet({literal(str(data))})"
    return {
        attribute.name: _statistics(connection, source, attribute)
        for attribute in schema.attributes
    }  # fmt: skip


def _statistics(connection: duckdb.DuckDBPyConnection, source: str, attribute: Attribute) -> dict[str, Any]:
    column = quote(attribute.name)
    if not attribute.is_number:
        known, distinct, missing, low, high = connection.execute(
            f"SELECT count({column}), count(DISTINCT {column}), count(*) - count({column}), "
            f"min({column}), max({column}) FROM {source}"
        ).fetchall()[0]
        out = _counts(Count=known, CountDistinct=distinct, CountNull=missing)
        if attribute.type == "timestamp" and known:
            out |= {"Min": low.strftime("%Y-%m-%dT%H:%M:%SZ"), "Max": high.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return out
    number = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END"
    known, distinct, missing, nan, low, high, mean, deviation = connection.execute(
        f"SELECT count({column}), count(DISTINCT {column}), count(*) - count({column}), "
        f"count(*) FILTER (isnan({column})), min({number}), max({number}), avg({number}), stddev_samp({number}) "
        f"FROM {source}"
    ).fetchall()[0]
    out = _counts(Count=known, CountDistinct=distinct, CountNull=missing, CountNan=nan)
    if low is None:
        return out
    bounds = {"Min": _text(low, attribute), "Max": _text(high, attribute)}
    return out | bounds | {"Avg": mean, "Stddev": 0.0 if deviation is None else deviation}


def _text(value: float, attribute: Attribute) -> str:
    return str(int(value)) if attribute.type == "integer" else repr(float(value))


def _counts(**counts: int) -> dict[str, int]:
    short = {name: value if value <= _LARGEST_INT else -1 for name, value in counts.items()}
    return short | {f"{name}Long": value for name, value in counts.items()}
