"""Step `backtest-export`: forecasted values and accuracy metrics of the backtests, in two folders."""

from __future__ import annotations

from ..events import Events
from ..export.parts import WITH_Z, WITHOUT_Z, write_parts
from ..job import Fields
from ..output import Output
from .export import ROWS_PER_PART, read_format

_VALUES, _METRICS = "forecasted-values", "accuracy-metrics-values"


def run(job: Fields, events: Events) -> None:
    """Carries the step out as README.md describes it."""
    folder = job.path("output")
    sources = {_VALUES: job.path("backtest"), _METRICS: job.path("itemMetrics")}
    name = job.text("name")
    format_ = read_format(job)
    rows = job.integer("rowsPerPart", ROWS_PER_PART)
    job.finish()
    output = Output(folder)
    times = {
        "timestamp": WITH_Z,
        "backtestwindow_start_time": WITHOUT_Z,
        "backtestwindow_end_time": WITHOUT_Z,
    }
    files = []
    for done, (part, table) in enumerate(sources.items(), start=1):
        made = output.file(f"{part}/{name}").parent
        present = {column: text for column, text in times.items() if column != "timestamp" or part == _VALUES}
        files += [f"{part}/{file}" for file in write_parts(table, made, name, format_, rows, present)]
        events.progress("export", done, len(sources))
    output.publish(events, files=files)
