"""How the step `train` makes a predictor: the AutoPredictor, one algorithm, or the best of all (AutoML)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..algorithms.interface import Model
from ..algorithms.registry import PUBLISHED, Published, published
from ..backtest.results import WindowResult, window_result
from ..backtest.single import Backtest, Choice, run_backtests
from ..backtest.windows import backtest_windows
from ..data.assembly import Group
from ..ensemble.auto import Ensemble, train_ensemble
from ..errors import UserError
from ..events import Events
from ..metrics import average
from ..parallel import Run
from ..settings import Settings
from ..tuning.tune import tuned

_MEDIAN = 0.5


@dataclass(frozen=True)
class Trained:
    """A predictor: `settings` with the algorithm that was chosen, results of the windows of every algorithm tried.

    `results` has the chosen algorithm first; None is the AutoPredictor.
    """

    settings: Settings
    results: dict[str | None, list[WindowResult]]
    report: dict[str, Any]
    ensemble: Ensemble | None = None
    model: Model | None = None


def train_auto(group: Group, settings: Settings, candidates: Any, run: Run, events: Events) -> Trained:
    """The AutoPredictor."""
    levels = tuple(sorted({*settings.forecast_types.levels, _MEDIAN}))
    ensemble, result = train_ensemble(group, candidates, settings.horizon, levels, settings.metric, run, events)
    names = [candidate.name for candidate in ensemble.candidates]
    history = group.grid.first < group.length
    shares = ensemble.weights[:, history].mean(axis=1)
    report = {
        "candidates": names,
        "weights": {name: round(float(share), 4) for name, share in zip(names, shares, strict=True)},
        "spread": [round(factor, 4) for factor in ensemble.factors],
        "trainingParameters": {},
    }
    return Trained(settings, {None: [result]}, report, ensemble)


def train_single(group: Group, settings: Settings, run: Run, events: Events, cores: int) -> Trained:
    """The algorithm of the settings, its parameters tuned first if they say so. UserErrors of the algorithm."""
    chosen = published(settings.algorithm or "")
    texts = settings.training
    if settings.tune:
        windows = backtest_windows(group.length, settings.horizon, 1, settings.offset)
        texts = tuned(group, settings, chosen, windows[0], run, events, cores)
    choice = Choice.read(chosen, texts, settings.horizon)
    (backtest,) = _backtests(group, settings, [choice], run, events, cores)
    if backtest.refused is not None:
        raise backtest.refused
    results = {chosen.suffix: _results(group, settings, backtest)}
    return Trained(
        replace(settings, training=choice.texts), results, {"trainingParameters": choice.texts}, model=backtest.model
    )


def train_best(group: Group, settings: Settings, run: Run, events: Events, cores: int) -> Trained:
    """AutoML: every algorithm, those that can be tuned tuned, and the one of least loss over all windows.

    An algorithm that cannot work with the data is left out with a note. UserError of the last one if none can.
    """
    choices: list[Choice] = []
    refusals: dict[str, UserError] = {}
    first = backtest_windows(group.length, settings.horizon, 1, settings.offset)[0]
    for entry in PUBLISHED:
        try:
            texts = tuned(group, settings, entry, first, run, events, cores) if _is_tunable(entry) else {}
            choices.append(Choice.read(entry, texts, settings.horizon))
        except UserError as error:
            refusals[entry.suffix] = error
    tried: list[tuple[float, Choice, Backtest, list[WindowResult]]] = []
    for choice, backtest in zip(choices, _backtests(group, settings, choices, run, events, cores), strict=True):
        try:
            if backtest.refused is not None:
                raise backtest.refused
            results = _results(group, settings, backtest)
        except UserError as error:
            refusals[choice.published.suffix] = error
            continue
        loss = average([result.metrics for result in results]).value(settings.metric)
        tried.append((loss, choice, backtest, results))
    for suffix, error in refusals.items():
        events.note(f"{suffix} was left out: {error.message}")
    if not tried:
        raise next(reversed(refusals.values()))
    tried.sort(key=lambda entry: entry[0])
    _, choice, backtest, _ = tried[0]
    suffix = choice.published.suffix
    report = {"trainingParameters": choice.texts, "algorithm": suffix}
    made = replace(settings, algorithm=suffix, automl=False, training=choice.texts)
    return Trained(made, {c.published.suffix: r for _, c, _, r in tried}, report, model=backtest.model)


def _is_tunable(entry: Published) -> bool:
    return any(parameter.tunable for parameter in entry.algorithm.parameters)


def _backtests(
    group: Group, settings: Settings, choices: list[Choice], run: Run, events: Events, cores: int
) -> list[Backtest]:
    found = run_backtests(
        group,
        choices,
        backtest_windows(group.length, settings.horizon, settings.windows, settings.offset),
        settings.horizon,
        settings.forecast_types.levels or (_MEDIAN,),
        run,
        cores=cores,
        tell=lambda done, total, name: events.progress("backtest", done, total, name),
    )
    for choice, backtest in zip(choices, found, strict=True):
        if backtest.out_of_time:
            events.note(
                f"{choice.published.suffix} was still learning when its time was up: the best it knew by then is used."
            )
    return found


def _results(group: Group, settings: Settings, backtest: Backtest) -> list[WindowResult]:
    windows = backtest_windows(group.length, settings.horizon, settings.windows, settings.offset)
    return [window_result(group, window, backtest.forecasts[window.start]) for window in windows]
