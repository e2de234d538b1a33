"""The panel: all series of a data set on one grid of buckets, which every algorithm works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from .frequency import Calendar, Times

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Covariate:
    """One feature of the related time series on the grid of the panel.

    `values` is (series, buckets + future); NaN where unknown. `future` buckets lie after the panel's last one.
    `forward_looking` features are known over the horizon in advance; historical ones end with the target.
    Categorical text features are integer codes with `categories` naming them.
    """

    name: str
    values: Floats
    forward_looking: bool
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Panel:
    """N series on a common grid of L buckets that ends with the last bucket of the data set.

    `values` is (N, L): NaN before a series' first observation and in gaps left unfilled.
    `first` is (N,): index of the first observation of each series (L for a series without any).
    `keys` are the N identifiers with their dimensions, in ascending order.
    `metadata` is (N, attributes): integer codes, −1 for unknown.
    `holidays` are days with their names, in ascending order.
    """

    keys: tuple[tuple[str, ...], ...]
    calendar: Calendar
    values: Floats
    first: Integers
    covariates: tuple[Covariate, ...] = ()
    metadata: Integers | None = None
    metadata_names: tuple[str, ...] = ()
    holidays: Mapping[np.datetime64, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of series N."""
        return self.values.shape[0]

    @property
    def length(self) -> int:
        """Number of buckets L."""
        return self.values.shape[1]

    @property
    def season(self) -> int:
        """Length of the main season in buckets."""
        return self.calendar.frequency.season

    def times(self, start: int, end: int) -> Times:
        """First seconds of buckets start … end − 1; buckets ≥ L lie in the future."""
        return self.calendar.start(np.arange(start, end))

    def select(self, rows: npt.ArrayLike) -> Panel:
        """The panel of some series, given by index."""
        index = np.asarray(rows)
        return replace(
            self,
            keys=tuple(self.keys[i] for i in index),
            values=self.values[index],
            first=self.first[index],
            covariates=tuple(replace(c, values=c.values[index]) for c in self.covariates),
            metadata=None if self.metadata is None else self.metadata[index],
        )
