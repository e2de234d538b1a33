"""Forecasts of a trained AutoPredictor from the latest data."""

from __future__ import annotations

import numpy as np

from ..algorithms.interface import Forecast
from ..algorithms.local import LocalAlgorithm, clip_to_history
from ..backtest.tasks import LocalTask, row_chunks, run_task
from ..data.assembly import Group
from ..events import Events
from ..parallel import Run
from .auto import Ensemble, finish
from .cold_start import fill_cold_starts


def predict_ensemble(
    group: Group, ensemble: Ensemble, horizon: int, levels: tuple[float, ...], run: Run, events: Events
) -> Forecast:
    """Every series of the group from its end; a candidate is computed only where it has weight.

    `ensemble.weights` are those of the group's series; `levels` have to contain 0.5.
    """
    count = len(ensemble.candidates)
    quantiles = np.full((count, group.size, horizon, len(levels)), np.nan)
    mean = np.full((count, group.size, horizon), np.nan)
    tasks = [
        LocalTask(candidate.name, candidate, {}, group.length, horizon, levels, rows)
        for k, candidate in enumerate(ensemble.candidates)
        if isinstance(candidate, LocalAlgorithm)
        for rows in row_chunks(np.flatnonzero(ensemble.weights[k] > 0), candidate.width)
    ]
    total = len(tasks) + len(ensemble.models)
    order = {candidate.name: k for k, candidate in enumerate(ensemble.candidates)}
    for done, (index, part) in enumerate(run(run_task, tasks), start=1):
        task = tasks[index]
        quantiles[order[task.name], task.rows] = part.quantiles
        mean[order[task.name], task.rows] = part.mean
        events.progress("predict", done, total, task.name)
    panel = group.panel()
    for done, (name, model) in enumerate(ensemble.models.items(), start=len(tasks) + 1):
        if ensemble.weights[order[name]].any():
            part = model.predict(panel, horizon, levels)
            quantiles[order[name]], mean[order[name]] = part.quantiles, part.mean
        events.progress("predict", done, total, name)
    forecast = finish(ensemble.weights, quantiles, mean, levels, ensemble.factors)
    return fill_cold_starts(clip_to_history(forecast, panel), panel)
