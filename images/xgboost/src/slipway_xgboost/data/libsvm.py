"""LIBSVM text: `label[:weight] index:value …`."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from slipway_contract.errors import CustomerError
from slipway_xgboost.data.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_libsvm(files: list[Path]) -> Table:
    """Reads LIBSVM files; an index is the number of its column.

    Raises:
        CustomerError: naming the file and line that cannot be read.
    """
    rows = _Rows()
    for path in files:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                try:
                    rows.add(line, with_label=True)
                except ValueError:
                    raise CustomerError(
                        f"{path.name}, line {number}: not of the form label[:weight] index:value …: "
                        f"{line[:80]!r}"
                    ) from None
    return Table(
        rows.matrix(),
        np.array(rows.labels, dtype=np.float32),
        np.array(rows.weights, dtype=np.float32) if rows.weights else None,
    )


def parse_lines(lines: Iterable[str]) -> scipy.sparse.csr_matrix:
    """Rows without labels, as requests for predictions have them; a label is passed over.

    Raises:
        ValueError: for what is not LIBSVM.
    """
    rows = _Rows()
    for line in lines:
        rows.add(line, with_label=":" not in line.split(" ", 1)[0])
    return rows.matrix()


class _Rows:
    """Rows as they come, in compressed form."""

    def __init__(self) -> None:
        self.labels = array("d")
        self.weights = array("d")
        self._values = array("d")
        self._indices = array("q")
        self._ends = array("q", [0])

    def add(self, line: str, *, with_label: bool) -> None:
        cells = line.split("#", 1)[0].split()
        if not cells:
            return
        if with_label:
            label, _, weight = cells.pop(0).partition(":")
            self.labels.append(float(label))
            if weight:
                self.weights.append(float(weight))
        for cell in cells:
            index, _, value = cell.partition(":")
            # Ranking data names its groups between label and features.
            if index == "qid":
                continue
            self._indices.append(int(index))
            self._values.append(float(value))
        self._ends.append(len(self._indices))

    def matrix(self) -> scipy.sparse.csr_matrix:
        rows = len(self._ends) - 1
        columns = max(self._indices, default=-1) + 1
        return scipy.sparse.csr_matrix(
            (np.array(self._values, dtype=np.float32), np.array(self._indices), np.array(self._ends)),
            shape=(rows, columns),
        )
