"""Training of the AutoPredictor: backtests of all candidates, weights, the reported window, final models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algorithms import boosting
from ..algorithms.interface import Algorithm, Forecast, Model
from ..algorithms.local import LocalAlgorithm, clip_to_history, lowest_forecast
from ..algorithms.registry import CANDIDATES
from ..backtest.results import WindowResult, window_result
from ..backtest.tasks import Fitted, GlobalTask, LocalTask, all_rows, row_chunks, run_task
from ..data.assembly import Group
from ..events import Events
from ..panel import Floats
from ..parallel import Run
from .calibration import choose_spread, spread
from .plan import Plan, make_plan
from .weights import Trial, choose_weights, combine


@dataclass(frozen=True)
class Ensemble:
    """A trained AutoPredictor with K candidates.

    `weights` (K, N) are those of the series, `mix` (K,) those of new ones; `factors` spread the quantiles below and
    above the median; `models` are the global candidates fitted on everything.
    """

    candidates: tuple[Algorithm, ...]
    weights: Floats
    mix: Floats
    factors: tuple[float, float]
    models: dict[str, Model]


def usable_candidates(events: Events) -> tuple[Algorithm, ...]:
    """All candidates; without the global ones, and a note, where LightGBM cannot be loaded."""
    reason = boosting.problem()
    if reason is None:
        return CANDIDATES
    events.note(f"The gradient-boosted models were left out, which costs accuracy: {reason}.")
    return tuple(candidate for candidate in CANDIDATES if isinstance(candidate, LocalAlgorithm))


def train_ensemble(
    group: Group,
    candidates: tuple[Algorithm, ...],
    horizon: int,
    levels: tuple[float, ...],
    metric: str,
    run: Run,
    events: Events,
) -> tuple[Ensemble, WindowResult]:
    """Weights from windows that end before the reported one, that window's result, and models on all data.

    `levels` have to contain 0.5.
    """
    plan = make_plan(group.length, horizon, group.size)
    jobs = _Jobs(group, plan, candidates, horizon, levels)
    outcome = jobs.run(run, events)
    trials = [jobs.trial(outcome, window.start) for window in plan.selection]
    reported = jobs.trial(outcome, plan.report.start)
    weights, mix = _weights([*trials, reported], metric, candidates)
    before = group.panel(plan.report.start)
    combined = [combine(weights, trial.quantiles, trial.mean)[0] for trial in trials]
    factors = choose_spread(trials, combined, lowest_forecast(before))
    forecast = finish(weights, reported.quantiles, reported.mean, levels, factors)
    models = {c.name: outcome[c.name, None] for c in candidates if not isinstance(c, LocalAlgorithm)}
    ensemble = Ensemble(candidates, weights, mix, factors, models)
    return ensemble, window_result(group, plan.report, clip_to_history(forecast, before))


def _weights(trials: list[Trial], metric: str, candidates: tuple[Algorithm, ...]) -> tuple[Floats, Floats]:
    """Weights (K, N) and common mix (K,) from all trials but the last, which is the reported window.

    A candidate that could not predict a series that counts (too little data to train on) gets no weight.
    """
    counting = [~np.isnan(trial.actual).any(axis=1) for trial in trials]
    able = np.array(
        [
            all(not np.isnan(t.mean[k][rows]).any() for t, rows in zip(trials, counting, strict=True))
            for k in range(len(candidates))
        ]
    )
    favoured = np.array([not isinstance(c, LocalAlgorithm) for c in candidates]) & able
    share = (favoured if favoured.any() else able).astype(float)
    share /= share.sum()
    if len(trials) == 1:
        return np.repeat(share[:, None], trials[0].actual.shape[0], axis=1), share
    cut = [Trial(t.levels, t.quantiles[able], t.mean[able], t.actual) for t in trials[:-1]]
    weights, mix = np.zeros((able.size, trials[0].actual.shape[0])), np.zeros(able.size)
    weights[able], mix[able] = choose_weights(cut, metric, share[able])
    return weights, mix


def finish(
    weights: Floats, quantiles: Floats, mean: Floats, levels: tuple[float, ...], factors: tuple[float, float]
) -> Forecast:
    """The ensemble's forecast from those of its candidates, (K, N, H, Q) and (K, N, H)."""
    return spread(Forecast(levels, *combine(weights, quantiles, mean)), factors)


class _Jobs:
    """The tasks of one training and the putting together of their outcomes."""

    def __init__(
        self,
        group: Group,
        plan: Plan,
        candidates: tuple[Algorithm, ...],
        horizon: int,
        levels: tuple[float, ...],
    ) -> None:
        self._group, self._candidates, self._horizon, self._levels = group, candidates, horizon, levels
        self._starts = [window.start for window in (*plan.selection, plan.report)]
        self._tasks: list[LocalTask | GlobalTask] = []
        # Global models take longest, so they go first. One fit before the earliest selection window serves all
        # of these: measured, its age changes the weights by nothing that matters.
        earliest = min(window.start for window in plan.selection) if plan.selection else None
        for candidate in candidates:
            if isinstance(candidate, LocalAlgorithm):
                continue
            selection = tuple(window.start for window in plan.selection)
            if earliest is not None:
                self._global(candidate, earliest, selection, quick=True)
            self._global(candidate, plan.report.start, (plan.report.start,))
            self._global(candidate, group.length, ())
        for candidate in candidates:
            if isinstance(candidate, LocalAlgorithm):
                for start in self._starts:
                    for rows in row_chunks(all_rows(group), candidate.width):
                        self._tasks.append(LocalTask(candidate.name, candidate, {}, start, horizon, levels, rows))

    def _global(self, candidate: Algorithm, end: int, origins: tuple[int, ...], quick: bool = False) -> None:
        options = {"levels": self._levels, "quick": quick}
        self._tasks.append(GlobalTask(candidate.name, candidate, options, end, origins, self._horizon, self._levels))

    def run(self, run: Run, events: Events) -> dict[tuple[str, int | None], Any]:
        """Forecasts by (candidate, window start); the final models of global candidates under None."""
        out: dict[tuple[str, int | None], Any] = {}
        for done, (index, result) in enumerate(run(run_task, self._tasks), start=1):
            task = self._tasks[index]
            if isinstance(task, LocalTask):
                whole = out.setdefault(
                    (task.name, task.end), Forecast.empty(self._group.size, self._horizon, self._levels)
                )
                whole.quantiles[task.rows] = result.quantiles
                whole.mean[task.rows] = result.mean
            else:
                self._keep(out, task, result)
            events.progress("backtest", done, len(self._tasks), task.name)
        return out

    def _keep(self, out: dict[tuple[str, int | None], Any], task: GlobalTask, result: Fitted) -> None:
        for origin, forecast in zip(task.origins, result.forecasts, strict=True):
            out[task.name, origin] = forecast
        if task.end == self._group.length:
            out[task.name, None] = result.model

    def trial(self, outcome: dict[tuple[str, int | None], Any], start: int) -> Trial:
        """All candidates' forecasts of a window with the actuals of the series every candidate could predict."""
        forecasts = [outcome[candidate.name, start] for candidate in self._candidates]
        quantiles = np.stack([forecast.quantiles for forecast in forecasts])
        mean = np.stack([forecast.mean for forecast in forecasts])
        actual = self._group.actual(start, self._horizon)
        return Trial(self._levels, quantiles, mean, actual)
