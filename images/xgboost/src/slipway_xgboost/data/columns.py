"""CSV and Parquet files: the label stands in the first column."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from slipway_contract.errors import CustomerError
from slipway_xgboost.data.table import Table

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = ",;\t|: "


def read_csv(files: list[Path], *, with_weights: bool = False) -> Table:
    """Reads CSV without a header; an empty cell is a missing value.

    Args:
        files: all with the same columns.
        with_weights: whether the second column has the rows' weights.

    Raises:
        CustomerError: naming the file and line that cannot be read.
    """
    first = _first_line(files[0])
    delimiter = _delimiter(first)
    cells = next(csv.reader([first], delimiter=delimiter))
    if not all(_is_number(cell) for cell in cells):
        raise CustomerError(
            f"The first line of {files[0].name} is not numeric: a CSV file has no header, and numbers only. "
            f"It begins with {first[:80]!r}"
        )
    columns = {f"c{index}": "FLOAT" for index in range(len(cells))}
    with duckdb.connect() as connection:
        try:
            data = connection.read_csv(
                [str(path) for path in files],
                header=False,
                sep=delimiter,
                dtype=columns,
                auto_detect=False,
                columns=columns,
                na_values=[""],
            ).fetchnumpy()
        except duckdb.Error as error:
            raise CustomerError(f"The CSV data cannot be read: {_first_lines(error)}") from error
    return _table(list(data.values()), with_weights=with_weights)


def read_parquet(files: list[Path]) -> Table:
    """Reads Parquet files with numeric columns."""
    with duckdb.connect() as connection:
        try:
            data = connection.read_parquet([str(path) for path in files]).fetchnumpy()
        except duckdb.Error as error:
            raise CustomerError(f"The Parquet data cannot be read: {_first_lines(error)}") from error
    for name, column in data.items():
        if not np.issubdtype(column.dtype, np.number) and column.dtype != np.bool_:
            raise CustomerError(f"The Parquet column {name} is not numeric but {column.dtype}")
    return _table(list(data.values()))


def _table(columns: list[np.ndarray], *, with_weights: bool = False) -> Table:
    labels, *features = [_filled(column) for column in columns]
    weights = features.pop(0) if with_weights and features else None
    if not features:
        raise CustomerError("The data has a label but no feature; at least two columns are needed")
    if np.isnan(labels).any():
        row = int(np.flatnonzero(np.isnan(labels))[0]) + 1
        raise CustomerError(f"The label of row {row} is missing")
    return Table(np.column_stack(features), labels, weights)


def _filled(column: np.ndarray) -> np.ndarray:
    values = np.ma.asarray(column, dtype=np.float32)
    return values.filled(np.nan)


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip():
                return line.rstrip("\r\n")
    raise CustomerError(f"{path.name} is empty")


def _delimiter(line: str) -> str:
    """The one by which the line has the most cells that are numbers; a comma when that says nothing."""
    best = max(DELIMITERS, key=lambda mark: sum(_is_number(cell) for cell in line.split(mark)))
    return best if best in line else ","


def _is_number(cell: str) -> bool:
    if not cell.strip():
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _first_lines(error: duckdb.Error) -> str:
    return " ".join(line.strip() for line in str(error).splitlines()[:4])
