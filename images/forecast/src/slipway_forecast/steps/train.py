"""Step `train`: backtests, accuracy metrics and the artefact for later forecasts."""

from __future__ import annotations

from typing import Any

from .. import artefact
from ..algorithms.interface import Forecast
from ..algorithms.registry import Published, published
from ..backtest.epochs import EpochProgress
from ..backtest.results import WindowResult, accuracy_document, write_forecasts, write_item_metrics
from ..backtest.windows import check_limits
from ..data.assembly import Group, assemble
from ..data.datasets import Dataset
from ..ensemble.auto import usable_candidates
from ..events import Events
from ..job import Fields
from ..output import Output
from ..parallel import available_cores, workers
from ..settings import Settings
from .training import train_auto, train_best, train_single


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
    check_limits(group.length, settings)
    events.progress("load", 1, 1)
    _note_unused(group, algorithm, settings, events)
    # Loaded before the workers are forked, which then share it.
    candidates = usable_candidates(events) if settings.is_auto_predictor else ()
    epochs = EpochProgress(events)
    cores = processes or available_cores()
    with workers(processes, group, epochs.hear) as pool:
        if settings.is_auto_predictor:
            trained = train_auto(group, settings, candidates, pool, events)
        elif settings.automl:
            trained = train_best(group, settings, pool, events, cores)
        else:
            trained = train_single(group, settings, pool, events, cores)
    types = settings.forecast_types
    cut = {name: [_only(result, types.levels) for result in results] for name, results in trained.results.items()}
    document = accuracy_document(group, cut, settings)
    output.json("metrics.json", document)
    chosen = next(iter(cut.values()))
    write_forecasts(output.file("backtest.parquet"), group, chosen, types)
    write_item_metrics(output.file("item-metrics.parquet"), group, chosen)
    artefact.save(output.file("model"), trained.settings, group.grid.keys, trained.ensemble, trained.model)
    output.publish(events, **_described(group, document), **trained.report)


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
    historical = [covariate.name for covariate in group.covariates if not covariate.forward_looking]
    if historical and algorithm.uses_related and not algorithm.uses_historical:
        events.note(
            f"{algorithm.suffix} uses related time series that reach over the horizon only: {', '.join(historical)} "
            "had no influence."
        )
    if group.metadata is not None and not algorithm.uses_metadata:
        events.note(f"{algorithm.suffix} does not use item metadata: it had no influence.")
    if settings.holiday is not None and not algorithm.uses_holidays:
        events.note(f"{algorithm.suffix} does not use holidays: {settings.holiday} had no influence.")
    without = int((group.grid.first >= group.length).sum())
    if without and not algorithm.cold_start:
        events.note(f"{without} series have no observation; {algorithm.suffix} gives no forecast for them.")
