"""Step `export`: a forecast as CSV or Parquet part files."""

from __future__ import annotations

from ..errors import JobError
from ..events import Events
from ..export.parts import CSV, PARQUET, WITH_Z, write_parts
from ..job import Fields
from ..output import Output

ROWS_PER_PART = 100_000


def run(job: Fields, events: Events) -> None:
    """Carries the step out as README.md describes it."""
    folder = job.path("output")
    forecast = job.path("forecast")
    name = job.text("name")
    format_ = read_format(job)
    rows = job.integer("rowsPerPart", ROWS_PER_PART)
    job.finish()
    output = Output(folder)
    made = output.file(f"{name}_part0").parent
    files = write_parts(forecast, made, name, format_, rows, {"date": WITH_Z})
    output.publish(events, files=files)


def read_format(job: Fields) -> str:
    """CSV (default) or PARQUET."""
    format_ = job.text("format", CSV)
    if format_ not in (CSV, PARQUET):
        raise JobError(f"job.format '{format_}' is neither CSV nor PARQUET")
    return format_
