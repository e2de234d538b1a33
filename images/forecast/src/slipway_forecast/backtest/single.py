"""Backtests of the algorithms of the API: a forecast for each window, and the model that later forecasts use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..algorithms.interface import Algorithm, Forecast, Model, Options
from ..algorithms.local import LocalAlgorithm
from ..algorithms.registry import Published, read_options
from ..data.assembly import Group
from ..errors import UserError
from ..parallel import Run
from .tasks import Fitted, GlobalTask, LocalTask, Refused, all_rows, row_chunks, run_task
from .windows import Window


@dataclass(frozen=True)
class Choice:
    """An algorithm of the API with its training parameters, as values and, defaults included, as texts."""

    published: Published
    options: Options
    texts: dict[str, str]

    @classmethod
    def read(cls, published: Published, raw: dict[str, str], horizon: int) -> Choice:
        """UserError `BadParameter`."""
        options, texts = read_options(published.algorithm, raw, horizon)
        return cls(published, options, texts)

    @property
    def algorithm(self) -> Algorithm:
        """Its implementation."""
        return self.published.algorithm


@dataclass
class Backtest:
    """Forecasts of a choice by the start of their window; `model` learnt from everything, if it is a global one.

    `refused` says why it cannot work with the data. `out_of_time`: a fit was ended by its time limit.
    """

    forecasts: dict[int, Forecast]
    model: Model | None = None
    refused: UserError | None = None
    out_of_time: bool = False


def run_backtests(
    group: Group,
    choices: Sequence[Choice],
    windows: Sequence[Window],
    horizon: int,
    levels: tuple[float, ...],
    run: Run,
    *,
    cores: int,
    tell: Callable[[int, int, str], None],
    models: bool = True,
) -> list[Backtest]:
    """One backtest for each choice, all side by side. Without `models` nothing is fitted beyond the windows.

    Networks share the `cores` that there are more of than networks. `tell(done, total, name)` is called as tasks
    finish.
    """
    tasks = [(k, task) for k, choice in enumerate(choices) for task in _tasks(group, choice, windows, horizon, levels)]
    tasks += [
        (k, task) for k, choice in enumerate(choices) if models for task in _final(group, choice, horizon, levels)
    ]
    # Networks take longest, so they go first.
    tasks.sort(key=lambda entry: isinstance(entry[1], LocalTask))
    shared = _numbered([task for _, task in tasks], cores)
    found = [Backtest({w.start: Forecast.empty(group.size, horizon, levels) for w in windows}) for _ in choices]
    for done, (index, result) in enumerate(run(run_task, shared), start=1):
        _take(found[tasks[index][0]], shared[index], result)
        tell(done, len(shared), shared[index].name)
    return found


def _tasks(
    group: Group, choice: Choice, windows: Iterable[Window], horizon: int, levels: tuple[float, ...]
) -> list[LocalTask | GlobalTask]:
    algorithm = choice.algorithm
    if isinstance(algorithm, LocalAlgorithm):
        return [
            LocalTask(algorithm.name, algorithm, choice.options, window.start, horizon, levels, rows)
            for window in windows
            for rows in row_chunks(all_rows(group), algorithm.width)
        ]
    options = {**choice.options, "levels": levels}
    return [GlobalTask(algorithm.name, algorithm, options, w.start, (w.start,), horizon, levels) for w in windows]


def _final(group: Group, choice: Choice, horizon: int, levels: tuple[float, ...]) -> list[GlobalTask]:
    """The fit that forecasts are made with."""
    if isinstance(choice.algorithm, LocalAlgorithm):
        return []
    options = {**choice.options, "levels": levels}
    return [GlobalTask(choice.algorithm.name, choice.algorithm, options, group.length, (), horizon, levels)]


def _numbered(tasks: list[LocalTask | GlobalTask], cores: int) -> list[LocalTask | GlobalTask]:
    """Fits with their number and their threads."""
    count = sum(isinstance(task, GlobalTask) for task in tasks)
    threads = max(1, cores // max(count, 1))
    return [
        replace(task, number=k, options={**task.options, "threads": threads}) if isinstance(task, GlobalTask) else task
        for k, task in enumerate(tasks)
    ]


def _take(found: Backtest, task: LocalTask | GlobalTask, result: Forecast | Fitted | Refused) -> None:
    if isinstance(result, Refused):
        found.refused = found.refused or result.error
    elif isinstance(task, LocalTask):
        found.forecasts[task.end].quantiles[task.rows] = result.quantiles
        found.forecasts[task.end].mean[task.rows] = result.mean
    else:
        found.out_of_time = found.out_of_time or result.model.out_of_time
        if task.origins:
            found.forecasts[task.end] = result.forecasts[0]
        else:
            found.model = result.model
