"""Local algorithms: each series is predicted from itself alone, so a function of a panel is the whole model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..panel import Floats, Integers, Panel
from .interface import Forecast, Model, Options, Parameter

Predict = Callable[[Panel, int, tuple[float, ...], Options], Forecast]

# Below this length series are grouped exactly; above, lengths are rounded down by at most 1/16 so that few
# groups remain (a little of the oldest history is given up).
_EXACT_LENGTH = 64
_ROUNDING = 16


@dataclass(frozen=True)
class LocalModel:
    """A local algorithm with its options; nothing is learnt before `predict`."""

    function: Predict
    options: Options

    def predict(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """Estimates and predicts every series of `panel`."""
        return clip_to_history(self.function(panel, horizon, levels, self.options), panel)

    def save(self, folder: Path) -> None:
        """Nothing to save: options are kept with the predictor."""


@dataclass(frozen=True)
class LocalAlgorithm:
    """Wraps a prediction function into the interface of algorithms."""

    name: str
    function: Predict
    parameters: tuple[Parameter, ...] = ()
    # Series in one task: enough to work on arrays, few enough to keep all cores busy.
    width: int = 256

    def fit(self, panel: Panel, horizon: int, options: Options) -> Model:  # noqa: ARG002
        """Returns the model at once."""
        return LocalModel(self.function, options)

    def load(self, folder: Path, options: Options) -> Model:  # noqa: ARG002
        """Same as `fit`: there is nothing in the folder."""
        return LocalModel(self.function, options)


@dataclass(frozen=True)
class Block:
    """Some series of a panel that have the same length: `values` (T, n) divided by `scale` (n,)."""

    rows: Integers
    values: Floats
    scale: Floats


def blocks(panel: Panel, longest: int, width: int) -> Iterator[Block]:
    """Cuts a panel into blocks of at most `width` series of equal length, at most the `longest` latest buckets.

    Scaled to mean absolute value one (all-zero series keep their zeros), so that algorithms see comparable
    numbers whatever the unit. Series without observations are left
    out; one whose latest buckets are all missing is taken whole.
    """
    recent = (~np.isnan(panel.values[:, max(0, panel.length - longest) :])).any(axis=1)
    lengths = panel.length - panel.first
    lengths = np.where(recent, np.minimum(lengths, longest), lengths)
    large = lengths > _EXACT_LENGTH
    grid = np.maximum(2 ** np.floor(np.log2(np.maximum(lengths, 1))) / _ROUNDING, 1).astype(np.int64)
    lengths = np.where(large & (lengths < longest), lengths // grid * grid, lengths)
    for length in np.unique(lengths[lengths > 0]):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, rows.size, width):
            part = rows[start : start + width]
            values = panel.values[part, panel.length - length :].T.copy()
            known = ~np.isnan(values)
            total = np.where(known, np.abs(values), 0.0).sum(axis=0)
            scale = total / np.maximum(known.sum(axis=0), 1)
            scale = np.where(scale > 0, scale, 1.0)
            yield Block(part, values / scale, scale)


def clip_to_history(forecast: Forecast, panel: Panel) -> Forecast:
    """Keeps forecasts of a series that never was negative from becoming negative."""
    floor = lowest_forecast(panel)
    return Forecast(
        forecast.levels,
        np.maximum(forecast.quantiles, floor[:, None, None]),
        np.maximum(forecast.mean, floor[:, None]),
    )


def lowest_forecast(panel: Panel) -> Floats:
    """(N,) 0 for a series that never was negative, minus infinity for the others."""
    return np.where((panel.values < 0).any(axis=1), -np.inf, 0.0)
