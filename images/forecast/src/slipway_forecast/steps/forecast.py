"""Step `forecast`: predictions from the latest data, and the index that answers queries."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import artefact
from ..algorithms.interface import Forecast
from ..algorithms.local import LocalAlgorithm
from ..algorithms.registry import published, read_options
from ..backtest.tasks import LocalTask, row_chunks, run_task
from ..data.assembly import Group, assemble
from ..data.datasets import Dataset
from ..data.selector import read_selector, selected_rows
from ..ensemble.cold_start import fill_cold_starts
from ..ensemble.predict import predict_ensemble
from ..errors import UserError
from ..events import Events
from ..export.forecast_index import write_index
from ..export.tables import write_parquet
from ..job import Fields
from ..output import Output
from ..parallel import Run, workers
from ..settings import ForecastTypes, Settings

_MEDIAN = 0.5


def run(job: Fields, events: Events) -> None:
    """Carries the step out as README.md describes it."""
    folder = job.path("output")
    domain = job.text("domain")
    target = Dataset.read(job.child("target"), domain)
    related = Dataset.read(job.optional_child("related"), domain)
    metadata = Dataset.read(job.optional_child("metadata"), domain)
    model = job.path("model")
    texts = job.texts("forecastTypes")
    selector = read_selector(job.optional_child("selector"), domain)
    processes = job.optional_integer("workers")
    job.finish()
    assert target is not None
    settings = artefact.load_settings(model)
    types = ForecastTypes.parse(texts) if texts else settings.forecast_types
    output = Output(folder)
    group = assemble(target, related, metadata, settings, output.work("spill"), events)
    rows = np.arange(group.size) if selector is None else selected_rows(selector, group, events)
    events.progress("load", 1, 1)
    with workers(processes, group) as pool:
        if settings.algorithm is None:
            levels = tuple(sorted({*types.levels, _MEDIAN}))
            ensemble = artefact.load_ensemble(model, group.grid.keys)
            forecast = predict_ensemble(group, ensemble, settings.horizon, levels, pool, events)
        else:
            forecast = _predict_single(group, settings, model, types, pool, events)
    predicted = rows[~np.isnan(forecast.mean[rows]).any(axis=1)]
    if predicted.size == 0:
        raise UserError("NoForecast", "No forecast could be made: none of the series has an observation.")
    if predicted.size < rows.size:
        events.note(f"{rows.size - predicted.size} series without observations have no forecast.")
    columns, keys = _table(group, forecast, types, predicted)
    write_parquet(output.file("forecast.parquet"), columns)
    span = group.grid.calendar.start([group.length, group.length + settings.horizon - 1])
    facts = {
        "identifier": group.grid.names[0],
        "dimensions": list(group.grid.names[1:]),
        "types": types.columns(),
        "frequency": settings.frequency,
        "start": str(span[0]),
        "end": str(span[1]),
    }
    write_index(output.file("forecast.sqlite"), facts, keys, columns)
    output.publish(events, seriesCount=int(predicted.size), rowCount=columns["date"].size, **facts)


def _predict_single(
    group: Group, settings: Settings, model: Path, types: ForecastTypes, pool: Run, events: Events
) -> Forecast:
    chosen = published(settings.algorithm or "")
    algorithm = chosen.algorithm
    options, _ = read_options(algorithm, settings.training, settings.horizon)
    levels = types.levels or (_MEDIAN,)
    if not isinstance(algorithm, LocalAlgorithm):
        panel = group.panel()
        forecast = artefact.load_model(model, algorithm, options).predict(panel, settings.horizon, levels)
        events.progress("predict", 1, 1, algorithm.name)
        return fill_cold_starts(forecast, panel)
    out = Forecast.empty(group.size, settings.horizon, levels)
    tasks = [
        LocalTask(algorithm.name, algorithm, options, group.length, settings.horizon, levels, rows)
        for rows in row_chunks(np.arange(group.size), algorithm.width)
    ]
    for done, (index, part) in enumerate(pool(run_task, tasks), start=1):
        out.quantiles[tasks[index].rows] = part.quantiles
        out.mean[tasks[index].rows] = part.mean
        events.progress("predict", done, len(tasks), algorithm.name)
    return out


def _table(
    group: Group, forecast: Forecast, types: ForecastTypes, rows: np.ndarray
) -> tuple[dict[str, np.ndarray], list[tuple[str, ...]]]:
    """Columns of `forecast.parquet`, series by series, and the keys of the series in that order."""
    keys = [group.grid.keys[row] for row in rows]
    horizon = forecast.mean.shape[1]
    columns: dict[str, np.ndarray] = {
        name: np.repeat(np.array([key[i] for key in keys], dtype=object), horizon)
        for i, name in enumerate(group.grid.names)
    }
    columns["date"] = np.tile(group.grid.calendar.start(np.arange(group.length, group.length + horizon)), rows.size)
    for level in types.levels:
        columns[f"p{round(level * 100)}"] = forecast.quantiles[rows, :, forecast.levels.index(level)].ravel()
    if types.mean:
        columns["mean"] = forecast.mean[rows].ravel()
    return columns, keys
