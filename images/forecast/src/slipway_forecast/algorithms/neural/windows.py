"""Which windows of a panel a network learns from, and which ones tell when to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers
from .inputs import Inputs

# At least this many values have to be held out for their loss to mean anything.
_HELD_OUT_VALUES = 400
_HELD_OUT_SHARE = 0.15
_MOST_HELD_OUT_WINDOWS = 512
# Origins of held-out windows are this share of a horizon apart.
_HELD_OUT_SPACING = 3
# Numbers farther off than this many scales are outliers of the scale, not of the series.
_FARTHEST = 30.0
# The scale never falls below this share of the mean size: constant stretches have no deviation.
_LEAST_SCALE = 0.01


@dataclass(frozen=True)
class Windows:
    """Windows by series and origin, the last bucket that is known; equal lengths."""

    series: Integers
    origin: Integers

    @property
    def size(self) -> int:
        """Number of windows."""
        return self.series.size

    def pick(self, index: Integers) -> Windows:
        """Some of them."""
        return Windows(self.series[index], self.origin[index])


def _held_out_buckets(inputs: Inputs) -> int:
    """How many of the latest buckets are kept from training to tell when to stop; 0 where history is too short."""
    horizon, length = inputs.layout.horizon, inputs.length
    alive = int((inputs.first < length).sum())
    wanted = max(horizon, min(4 * horizon, -(-_HELD_OUT_VALUES // max(alive, 1))))
    most = int(_HELD_OUT_SHARE * length)
    kept = min(wanted, max(most, horizon))
    return kept if length >= kept + 2 * horizon else 0


def _training_windows(inputs: Inputs, end: int) -> Windows:
    """All windows whose horizon lies before bucket `end`.

    A series shorter than that gives its windows whose horizon is partly unknown.
    """
    last = np.where(inputs.first <= end - 1 - inputs.layout.horizon, end - 1 - inputs.layout.horizon, end - 2)
    counts = np.maximum(last + 1 - inputs.first, 0)
    series = np.repeat(np.arange(inputs.size), counts)
    position = np.arange(series.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return Windows(series, inputs.first[series] + position)


def _held_out_windows(inputs: Inputs, end: int) -> Windows:
    """Windows of buckets from `end` on, at most a few hundred of them."""
    horizon = inputs.layout.horizon
    spacing = max(1, horizon // _HELD_OUT_SPACING)
    origins = np.arange(end - 1, max(inputs.length - horizon, end), spacing)
    alive = np.flatnonzero(inputs.first < end)
    step = -(-alive.size * origins.size // _MOST_HELD_OUT_WINDOWS)
    chosen = alive[:: max(1, step)]
    return Windows(np.repeat(chosen, origins.size), np.tile(origins, chosen.size))


def split(inputs: Inputs) -> tuple[Windows, Windows, Windows]:
    """Windows to learn from, later ones that are held out (none where history is too short), and all there are."""
    end = inputs.length - _held_out_buckets(inputs)
    return _training_windows(inputs, end), _held_out_windows(inputs, end), _training_windows(inputs, inputs.length)


def last_windows(inputs: Inputs) -> Windows:
    """The window after the end of each series that has an observation."""
    alive = np.flatnonzero(inputs.first < inputs.length)
    return Windows(alive, np.full(alive.size, inputs.length - 1))


@dataclass(frozen=True)
class Batch:
    """Arrays of B windows, float32 but `base` and `scale` (B,): a value is base + scale · number.

    Units are those of the context, or of the latest season where that is longer.
    `past` (B, K) and `target` (B, H) are in these units, 0 where unknown, with flags that say where they are known.
    """

    series: Integers
    origin: Integers
    base: Floats
    scale: Floats
    past: np.ndarray
    past_known: np.ndarray
    target: np.ndarray
    target_known: np.ndarray


def cut(inputs: Inputs, windows: Windows, context: int, centred: bool) -> Batch:
    """Cuts windows with `context` buckets before their horizon."""
    horizon, span = inputs.layout.horizon, max(context, inputs.layout.season)
    rows = windows.series[:, None]
    seen = inputs.values[rows, inputs.positions(windows.origin, 1 - span, 0)]
    base, scale = _units(inputs, windows, seen, centred)
    future = inputs.values[rows, inputs.positions(windows.origin, 1, horizon)]
    past, past_known = scaled(seen[:, span - context :], base, scale)
    target, target_known = scaled(future, base, scale)
    return Batch(windows.series, windows.origin, base, scale, past, past_known, target, target_known)


def scaled(values: Floats, base: Floats, scale: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Values (B, K) in the units of their windows, 0 where unknown, and flags of what is known."""
    known = ~np.isnan(values)
    number = np.where(known, (values - base[:, None]) / scale[:, None], 0.0)
    return np.clip(number, -_FARTHEST, _FARTHEST).astype(np.float32), known.astype(np.float32)


def _units(inputs: Inputs, windows: Windows, seen: Floats, centred: bool) -> tuple[Floats, Floats]:
    """Base and scale (B,): mean and deviation of what is `seen` (B, K), or 0 and its mean size where not centred.

    Where nothing is known of it or all is zero the mean size of all before counts.
    """
    known = ~np.isnan(seen)
    count = known.sum(axis=1)
    total = np.maximum(count, 1)
    clean = np.where(known, seen, 0.0)
    size = np.abs(clean).sum(axis=1) / total
    size = np.where(size > 0, size, inputs.usual[windows.series, windows.origin + inputs.layout.lookback])
    size = np.where(size > 0, size, 1.0)
    if not centred:
        return np.zeros(count.size), size
    mean = clean.sum(axis=1) / total
    deviation = np.sqrt(np.where(known, (seen - mean[:, None]) ** 2, 0.0).sum(axis=1) / total)
    return mean, np.maximum(deviation, _LEAST_SCALE * size)
