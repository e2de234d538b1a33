"""Item metadata as codes, and the items that have metadata but no history (cold start)."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from ..errors import UserError
from ..panel import Integers
from .alignment import Grid
from .columns import quote
from .datasets import Dataset

_NAMED = 5


@dataclass(frozen=True)
class Metadata:
    """`codes` (N, attributes) of the series of a grid, −1 for an empty cell.

    `new_items` are only in the metadata and have the codes `new_codes`.
    """

    names: tuple[str, ...]
    codes: Integers
    new_items: tuple[str, ...]
    new_codes: Integers


def load_metadata(connection: duckdb.DuckDBPyConnection, metadata: Dataset, grid: Grid) -> Metadata:
    """Attributes of every item of the target. UserError `MetadataMissing` names items that have none."""
    schema = metadata.schema
    names = tuple(name for name in schema.names() if name != schema.identifier)
    cells = ", ".join(f"any_value({quote(name)}::VARCHAR) AS {quote(name)}" for name in names)
    rows = connection.execute(
        f"SELECT {quote(schema.identifier)}{', ' + cells if cells else ''} FROM {metadata.relation()} "
        f"GROUP BY {quote(schema.identifier)} ORDER BY 1"
    ).fetchall()
    attributes = {row[0]: row[1:] for row in rows}
    items = [key[0] for key in grid.keys]
    missing = sorted({item for item in items if item not in attributes})
    if missing:
        shown = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
        raise UserError(
            "MetadataMissing",
            f"{len(missing)} items of the target time series are absent from the item metadata: {shown}. Every "
            "item needs a row there.",
        )
    known = set(items)
    new = tuple(item for item in attributes if item not in known)
    codes = [
        {value: code for code, value in enumerate(sorted({a[i] for a in attributes.values()} - {None}))}
        for i in range(len(names))
    ]
    return Metadata(names, _encode(items, attributes, codes), new, _encode(list(new), attributes, codes))


def _encode(items: list[str], attributes: dict[str, tuple], codes: list[dict[str, int]]) -> Integers:
    table = [[code.get(attributes[item][i], -1) for i, code in enumerate(codes)] for item in items]
    return np.array(table, dtype=np.int64).reshape(len(items), len(codes))
