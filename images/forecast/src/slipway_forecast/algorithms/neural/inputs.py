"""A panel as arrays that windows are cut from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Floats, Integers, Panel
from .covariates import Norm, channels
from .known_ahead import calendar_features, holiday_features


@dataclass(frozen=True)
class Layout:
    """What a network was built for, kept with it: the same panel has to give the same columns again.

    `season` is the longest one that the history holds twice, in buckets.
    """

    horizon: int
    season: int
    lookback: int
    years: float
    norms: tuple[Norm, ...]
    categories: tuple[int, ...]
    historical: bool = True
    forward: bool = True


@dataclass(frozen=True)
class Inputs:
    """Arrays over buckets −lookback … L + horizon − 1; bucket b is column b + `lookback`.

    `values` (N, T) is NaN where unknown, `common` (T, F) holds what all series share and is known ahead, `forward`
    (N, T, C) related series known ahead, `historical` (N, T, D) those that are not, `static` (N, A) codes from 1,
    0 for unknown. `usual` (N, T) is the mean size of all values up to a bucket, 0 where there is none.
    """

    layout: Layout
    length: int
    first: Integers
    values: Floats
    common: np.ndarray
    forward: np.ndarray
    historical: np.ndarray
    static: Integers
    usual: Floats

    @classmethod
    def of(cls, panel: Panel, layout: Layout) -> Inputs:
        """Related series reach as far into the future as the panel knows them."""
        before, after = layout.lookback, layout.horizon
        start, end = -before, panel.length + after
        parts = [calendar_features(panel, start, end, layout.years)]
        if layout.forward:
            parts.append(holiday_features(panel, start, end))
        nothing = np.zeros((panel.size, panel.length, 0), dtype=np.float32)
        ahead = channels(panel, layout.norms, True) if layout.forward else nothing
        behind = channels(panel, layout.norms, False) if layout.historical else nothing
        return cls(
            layout=layout,
            length=panel.length,
            first=panel.first,
            values=np.pad(panel.values, ((0, 0), (before, after)), constant_values=np.nan),
            common=np.concatenate(parts, axis=1).astype(np.float32),
            forward=_reaching(ahead, before, panel.length + after),
            historical=_reaching(behind, before, panel.length + after),
            static=_static(panel, layout),
            usual=np.pad(_running_size(panel.values), ((0, 0), (before, after)), mode="edge"),
        )

    @property
    def size(self) -> int:
        """Number of series N."""
        return self.values.shape[0]

    def positions(self, origin: Integers, first: int, last: int) -> Integers:
        """Columns (B, last − first + 1) of the buckets origin + first … origin + last."""
        return origin[:, None] + self.layout.lookback + np.arange(first, last + 1)


def _running_size(values: Floats) -> Floats:
    known = ~np.isnan(values)
    total = np.cumsum(np.where(known, np.abs(values), 0.0), axis=1)
    return total / np.maximum(np.cumsum(known, axis=1), 1)


def _reaching(values: np.ndarray, before: int, end: int) -> np.ndarray:
    """Zeros in front, and cut or filled up with zeros at `end`."""
    kept = values[:, :end]
    return np.pad(kept, ((0, 0), (before, end - kept.shape[1]), (0, 0)))


def _static(panel: Panel, layout: Layout) -> Integers:
    """Codes from 1; those the network has never seen count as unknown."""
    if panel.metadata is None or not layout.categories:
        return np.zeros((panel.size, 0), dtype=np.int64)
    codes = panel.metadata + 1
    return np.where(codes < np.array(layout.categories), codes, 0)


def categories_of(panel: Panel) -> tuple[int, ...]:
    """Number of codes of each attribute, the unknown one included."""
    if panel.metadata is None:
        return ()
    return tuple(int(column.max(initial=-1)) + 2 for column in panel.metadata.T)
