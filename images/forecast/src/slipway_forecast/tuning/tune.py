"""Tuning of one algorithm on the first backtest window."""

from __future__ import annotations

from ..algorithms.registry import Published
from ..backtest.results import window_result
from ..backtest.single import Backtest, Choice, run_backtests
from ..backtest.windows import Window
from ..data.assembly import Group
from ..events import Events
from ..parallel import Run
from ..settings import Settings
from .halving import Texts, search
from .ranges import read_ranges


def tuned(
    group: Group, settings: Settings, published: Published, window: Window, run: Run, events: Events, cores: int
) -> Texts:
    """Training parameters that forecast `window` best by the optimisation metric.

    Developer guide, HPOConfig: the objective is measured on the first backtest window.
    """
    algorithm = published.algorithm
    ranges = read_ranges(settings.ranges, algorithm) or algorithm.tuned(settings.horizon)
    levels = settings.forecast_types.levels or (0.5,)

    def losses(every: list[Texts]) -> list[float]:
        found = run_backtests(
            group,
            [Choice.read(published, texts, settings.horizon) for texts in every],
            [window],
            settings.horizon,
            levels,
            run,
            cores=cores,
            tell=lambda done, total, name: events.progress("tuning", done, total, name),
            models=False,
        )
        return [_loss(group, window, backtest, settings.metric) for backtest in found]

    given = Choice.read(published, settings.training, settings.horizon).texts
    found = search(algorithm, given, ranges, losses)
    if found.out_of_time:
        events.note(f"The time for tuning {published.suffix} was up: the best parameters by then were taken.")
    return found.texts


def _loss(group: Group, window: Window, backtest: Backtest, metric: str) -> float:
    if backtest.refused is not None:
        raise backtest.refused
    return window_result(group, window, backtest.forecasts[window.start]).metrics.value(metric)
