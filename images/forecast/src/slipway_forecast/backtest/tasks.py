"""The units of work of training and forecasting, run by worker processes on a shared `Group`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algorithms.interface import Algorithm, Forecast, Model, Options
from ..data.assembly import Group
from ..panel import Integers

# Series in one task of a local algorithm: enough to work on arrays, few enough to keep all cores busy.
_SERIES = 256


@dataclass(frozen=True)
class LocalTask:
    """Predict `rows` of the group from before bucket `end` by a local algorithm."""

    name: str
    algorithm: Algorithm
    options: Options
    end: int
    horizon: int
    levels: tuple[float, ...]
    rows: Integers


@dataclass(frozen=True)
class GlobalTask:
    """Fit a global algorithm on everything before bucket `end` and predict from the buckets `origins`."""

    name: str
    algorithm: Algorithm
    options: Options
    end: int
    origins: tuple[int, ...]
    horizon: int
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Fitted:
    """Outcome of a global task: the model and one forecast for each origin."""

    model: Model
    forecasts: tuple[Forecast, ...]


def run_task(group: Group, task: Any) -> Any:
    """Carries out a task; what worker processes call."""
    if isinstance(task, LocalTask):
        panel = group.panel(task.end, task.rows)
        model = task.algorithm.fit(panel, task.horizon, task.options)
        return model.predict(panel, task.horizon, task.levels)
    model = task.algorithm.fit(group.panel(task.end), task.horizon, task.options)
    forecasts = [model.predict(group.panel(origin), task.horizon, task.levels) for origin in task.origins]
    return Fitted(model, tuple(forecasts))


def row_chunks(rows: Integers) -> list[Integers]:
    """Rows in pieces of a task's size."""
    return [rows[start : start + _SERIES] for start in range(0, rows.size, _SERIES)]


def all_rows(group: Group) -> Integers:
    """Indices of all series."""
    return np.arange(group.size)
