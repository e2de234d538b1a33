"""Step `train`: backtests, accuracy metrics and the artefact for later forecasts."""

from __future__ import annotations

from typing import Any

from .. import artefact
from ..algorithms.interface import Algorithm, Forecast
from ..algorithms.registry import Published, published, read_options
from ..backtest.results import (
    WindowResult,
    accuracy_document,
    window_result,
    write_forecasts,
    write_item_metrics,
)
from ..backtest.tasks import LocalTask, all_rows, row_chunks, run_task
from ..backtest.windows import backtest_windows, check_limits
from ..data.assembly import Group, assemble
from ..data.datasets import Dataset
from ..ensemble.auto import Ensemble, train_ensemble, usable_candidates
from ..events import Events
from ..job import Fields
from ..output import Output
from ..parallel import Run, workers
from ..settings import Settings

_MEDIAN = 0.5


def run(job: Fields, events: Events) -> None:
    """Carries the step out as README.md describes it."""
    folder = job.path("output")
    domain = job.text("domain")
    target = Dataset.read(job.child("target"), domain)
    related = Dataset.read(job.optional_child("related"), domain)
    metadata = Dataset.read(job.optional_child("metadata"), domain)
    settings = Settings.read(job.child("predictor"), domain)
    processes = job.optional_integer("workers")
    job.finish()
    assert target is not None
    algorithm = None if settings.algorithm is None else published(settings.algorithm)
    output = Output(folder)
    group = assemble(target, related, metadata, settings, output.work("spill"), events)
    check_limits(
        group.length,
        settings.horizon,
        settings.algorithm,
        settings.retrain,
        settings.windows,
        settings.offset,
    )
    events.progress("load", 1, 1)
    _note_unused(group, algorithm, settings, events)
    # Loaded before the workers are forked, which then share it.
    candidates = usable_candidates(events) if algorithm is None else ()
    with workers(processes, group) as pool:
        if algorithm is None:
            report, results, ensemble = _train_auto(group, settings, candidates, pool, events)
        else:
            report, results, ensemble = _train_single(group, settings, algorithm, pool, events)
    types = settings.forecast_types
    cut = [_only(result, types.levels) for result in results]
    document = accuracy_document(group, cut, settings)
    output.json("metrics.json", document)
    write_forecasts(output.file("backtest.parquet"), group, cut, types)
    write_item_metrics(output.file("item-metrics.parquet"), group, cut)
    artefact.save(output.file("model"), settings, group.grid.keys, ensemble)
    output.publish(events, **_described(group, document), **report)


def _train_auto(
    group: Group, settings: Settings, candidates: tuple[Algorithm, ...], pool: Run, events: Events
) -> tuple[dict[str, Any], list[WindowResult], Ensemble]:
    levels = tuple(sorted({*settings.forecast_types.levels, _MEDIAN}))
    ensemble, result = train_ensemble(group, candidates, settings.horizon, levels, settings.metric, pool, events)
    names = [candidate.name for candidate in ensemble.candidates]
    history = group.grid.first < group.length
    shares = ensemble.weights[:, history].mean(axis=1)
    report = {
        "candidates": names,
        "weights": {name: round(float(share), 4) for name, share in zip(names, shares, strict=True)},
        "spread": [round(factor, 4) for factor in ensemble.factors],
        "trainingParameters": {},
    }
    return report, [result], ensemble


def _train_single(
    group: Group, settings: Settings, algorithm: Published, pool: Run, events: Events
) -> tuple[dict[str, Any], list[WindowResult], None]:
    assert algorithm.algorithm is not None
    options, texts = read_options(algorithm.algorithm, settings.training)
    windows = backtest_windows(group.length, settings.horizon, settings.windows, settings.offset)
    levels = settings.forecast_types.levels or (_MEDIAN,)
    name = algorithm.algorithm.name
    tasks = [
        LocalTask(name, algorithm.algorithm, options, window.start, settings.horizon, levels, rows)
        for window in windows
        for rows in row_chunks(all_rows(group))
    ]
    forecasts = {w.start: Forecast.empty(group.size, settings.horizon, levels) for w in windows}
    for done, (index, part) in enumerate(pool(run_task, tasks), start=1):
        forecasts[tasks[index].end].quantiles[tasks[index].rows] = part.quantiles
        forecasts[tasks[index].end].mean[tasks[index].rows] = part.mean
        events.progress("backtest", done, len(tasks), name)
    results = [window_result(group, window, forecasts[window.start]) for window in windows]
    return {"trainingParameters": texts}, results, None


def _only(result: WindowResult, levels: tuple[float, ...]) -> WindowResult:
    """The result with just the quantiles metrics are asked for."""
    columns = [result.forecast.levels.index(level) for level in levels]
    forecast = Forecast(levels, result.forecast.quantiles[:, :, columns], result.forecast.mean)
    return WindowResult(result.window, forecast, result.actual, result.scale, result.rows)


def _described(group: Group, document: dict[str, Any]) -> dict[str, Any]:
    """What Describe* and messages want to know about the data."""
    start, end, after = group.grid.calendar.start([0, group.length - 1, group.length])
    windows = document["PredictorEvaluationResults"][0]["TestWindows"][1:]
    return {
        "seriesCount": group.size,
        "itemCount": len({key[0] for key in group.grid.keys}),
        "historyLength": group.length,
        "dataStart": str(start),
        "dataEnd": str(end),
        "forecastStart": str(after),
        "testWindows": [{key: w[key] for key in ("TestWindowStart", "TestWindowEnd")} for w in windows],
    }


def _note_unused(group: Group, algorithm: Published | None, settings: Settings, events: Events) -> None:
    """Says which data a single algorithm does not look at."""
    if algorithm is None:
        return
    if group.covariates and not algorithm.uses_related:
        names = ", ".join(covariate.name for covariate in group.covariates)
        events.note(f"{algorithm.suffix} does not use related time series: {names} had no influence.")
    if group.metadata is not None and not algorithm.uses_metadata:
        events.note(f"{algorithm.suffix} does not use item metadata: it had no influence.")
    if settings.holiday is not None and not algorithm.uses_holidays:
        events.note(f"{algorithm.suffix} does not use holidays: {settings.holiday} had no influence.")
    without = int((group.grid.first >= group.length).sum())
    if without:
        events.note(f"{without} series have no observation; {algorithm.suffix} gives no forecast for them.")
