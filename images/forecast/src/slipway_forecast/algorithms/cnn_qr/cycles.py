"""The same phase of the latest seasons, for each step ahead: what a season repeats."""

from __future__ import annotations

import numpy as np

from ..neural.inputs import Inputs
from ..neural.windows import Batch, scaled

_CYCLES = 4


def reach(lengths: tuple[int, ...], horizon: int) -> int:
    """Buckets before an origin that are looked at."""
    return max((m * (_CYCLES + -(-horizon // m)) for m in lengths), default=1)


def last_cycles(inputs: Inputs, batch: Batch, lengths: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Values (B, H, S) of the last known cycles in the units of the windows, and flags of what is known."""
    steps = np.arange(1, inputs.layout.horizon + 1)
    parts = [_nothing(batch, steps.size)]
    for m in lengths:
        latest = steps - m * -(-steps // m)
        for k in range(_CYCLES):
            columns = batch.origin[:, None] + inputs.layout.lookback + latest - k * m
            parts.append(scaled(inputs.values[batch.series[:, None], columns], batch.base, batch.scale))
    values, known = ([part[i] for part in parts[1:]] or [parts[0][i]] for i in (0, 1))
    return np.stack(values, axis=2), np.stack(known, axis=2)


def count(lengths: tuple[int, ...]) -> int:
    """Number of cycles S."""
    return max(1, _CYCLES * len(lengths))


def _nothing(batch: Batch, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Without a season: one cycle that is never known."""
    nothing = np.zeros((batch.series.size, horizon), dtype=np.float32)
    return nothing, nothing
