"""The units of work of training and forecasting, run by worker processes on a shared `Group`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algorithms.interface import Algorithm, Forecast, Model, Options
from ..data.assembly import Group
from ..errors import UserError
from ..panel import Integers
from ..parallel import tell


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
    number: int = 0


@dataclass(frozen=True)
class Fitted:
    """Outcome of a global task: the model and one forecast for each origin."""

    model: Model
    forecasts: tuple[Forecast, ...]


@dataclass(frozen=True)
class Refused:
    """Outcome of a task whose algorithm cannot work with the data."""

    error: UserError


@dataclass(frozen=True)
class EpochDone:
    """What a task, known by its number, tells while a network is trained: `done` of at most `most` epochs."""

    name: str
    task: int
    done: int
    most: int


def run_task(group: Group, task: Any) -> Any:
    """Carries out a task; what worker processes call."""
    try:
        return _carried_out(group, task)
    except UserError as error:
        return Refused(error)


def _carried_out(group: Group, task: Any) -> Any:
    if isinstance(task, LocalTask):
        panel = group.panel(task.end, task.rows)
        model = task.algorithm.fit(panel, task.horizon, task.options)
        return model.predict(panel, task.horizon, task.levels)
    options = {**task.options, "tell": lambda done, most: tell(EpochDone(task.name, task.number, done, most))}
    model = task.algorithm.fit(group.panel(task.end), task.horizon, options)
    forecasts = [model.predict(group.panel(origin), task.horizon, task.levels) for origin in task.origins]
    return Fitted(model, tuple(forecasts))


def row_chunks(rows: Integers, width: int) -> list[Integers]:
    """Rows in pieces of a task's size."""
    return [rows[start : start + width] for start in range(0, rows.size, width)]


def all_rows(group: Group) -> Integers:
    """Indices of all series."""
    return np.arange(group.size)
