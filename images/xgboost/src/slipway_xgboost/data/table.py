"""What a file format is read into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse


@dataclass(frozen=True)
class Table:
    """Features (rows by columns, NaN where a value is missing), labels, and weights where there are any."""

    features: np.ndarray | scipy.sparse.csr_matrix
    labels: np.ndarray
    weights: np.ndarray | None = None
