"""Fast look-ups into the past of many series: values, window means, deviations at given origins."""

from __future__ import annotations

import numpy as np

from ...panel import Floats, Integers


class History:
    """Running sums over (n, L) values, so that any window statistic is two look-ups.

    An origin is the index of the last known bucket; windows end there (or `back` buckets earlier). `series` and
    `origin` are arrays of equal length.
    """

    def __init__(self, values: Floats, season: int) -> None:
        """`season` is the lag of the differences whose mean size measures volatility."""
        known = ~np.isnan(values)
        # Dividing by the overall size keeps the running sums of squares accurate for huge and tiny units.
        size = np.where(known, np.abs(values), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        self.unit = np.where(size > 0, size, 1.0)
        self._values = values / self.unit[:, None]
        self._length = values.shape[1]
        zeroed = np.where(known, self._values, 0.0)
        change = np.full(values.shape, np.nan)
        change[:, season:] = np.abs(self._values[:, season:] - self._values[:, :-season])
        moved = ~np.isnan(change)
        self._sums = {
            "value": _running(zeroed),
            "square": _running(zeroed**2),
            "size": _running(np.abs(zeroed)),
            "count": _running(known),
            "zero": _running(known & (self._values == 0)),
            "change": _running(np.where(moved, change, 0.0)),
            "changes": _running(moved),
        }

    def at(self, series: Integers, time: Integers) -> Floats:
        """Values at `time`; NaN before the panel begins."""
        return np.where(time >= 0, self._values[series, np.maximum(time, 0)], np.nan)

    def total(self, what: str, series: Integers, origin: Integers, width: int, back: int = 0) -> Floats:
        """Sum of a quantity over the `width` buckets that end `back` before the origin."""
        sums = self._sums[what]
        end = np.clip(origin + 1 - back, 0, self._length)
        begin = np.clip(origin + 1 - back - width, 0, self._length)
        return sums[series, end] - sums[series, begin]

    def mean(self, series: Integers, origin: Integers, width: int, back: int = 0) -> Floats:
        """Mean over a window; NaN where nothing is known in it."""
        count = self.total("count", series, origin, width, back)
        total = self.total("value", series, origin, width, back)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def deviation(self, series: Integers, origin: Integers, width: int) -> Floats:
        """Standard deviation over a window; NaN where fewer than two values are known."""
        count = self.total("count", series, origin, width)
        safe = np.maximum(count, 1)
        mean = self.total("value", series, origin, width) / safe
        square = self.total("square", series, origin, width) / safe
        return np.where(count > 1, np.sqrt(np.maximum(square - mean**2, 0.0)), np.nan)

    def share(self, part: str, whole: str, series: Integers, origin: Integers, width: int) -> Floats:
        """Ratio of two window sums, 0 where the denominator is 0."""
        base = self.total(whole, series, origin, width)
        return np.where(base > 0, self.total(part, series, origin, width) / np.maximum(base, 1), 0.0)


def _running(values: np.ndarray) -> Floats:
    out = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=out[:, 1:])
    return out
