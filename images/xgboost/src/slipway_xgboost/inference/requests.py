"""Bodies of requests as rows of features."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from slipway_xgboost.data.channels import CSV, LIBSVM
from slipway_xgboost.data.libsvm import parse_lines

if TYPE_CHECKING:
    import scipy.sparse

    from slipway_contract.serving import Invocation


class UnreadableBodyError(Exception):
    """The body is not what its content type says."""


def read_rows(invocation: Invocation) -> np.ndarray | scipy.sparse.csr_matrix:
    """Gives a request's rows.

    Raises:
        UnreadableBodyError: for an unknown content type, or a body that is something else.
    """
    kind = invocation.content_type.split(";", 1)[0].strip().lower()
    try:
        if kind in CSV:
            return _csv(invocation.body)
        if kind in LIBSVM:
            return parse_lines(invocation.body.decode("utf-8").splitlines())
    except (ValueError, UnicodeDecodeError) as error:
        raise UnreadableBodyError(
            f"Loading {kind} data failed with Exception, please ensure data is in {kind} format: {error}"
        ) from error
    raise UnreadableBodyError(
        f"Content type {kind or '(none)'} is not supported; send text/csv or text/libsvm"
    )


def _csv(body: bytes) -> np.ndarray:
    rows = [_cells(line) for line in body.split(b"\n") if line.strip()]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows have different numbers of columns")
    return np.array(rows, dtype=np.float32)


def _cells(line: bytes) -> list[float]:
    cells = line.split(b"," if b"," in line or b";" not in line else b";")
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return [float(cell) if cell.strip() else math.nan for cell in cells]
