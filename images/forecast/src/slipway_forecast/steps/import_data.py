"""Step `import`: the user's files become one typed Parquet file with statistics."""

from __future__ import annotations

from pathlib import Path

from ..data.columns import TimestampRule
from ..data.database import connect
from ..data.importing import Import, import_files
from ..data.schema import METADATA, RELATED, TARGET, TIMESTAMP, Schema
from ..data.source import SourceFile
from ..data.statistics import field_statistics
from ..errors import JobError
from ..events import Events
from ..frequency import Frequency
from ..job import Fields
from ..output import Output

_GIBIBYTE = 2**30


def run(job: Fields, events: Events) -> None:
    """Carries the step out as README.md describes it."""
    folder = job.path("output")
    what = _read(job)
    output = Output(folder)
    data = output.file("data.parquet")
    connection = connect(output.work("spill"))
    rows, notes = import_files(connection, what, data, output.work("copies").parent)
    for note in notes:
        events.note(note)
    events.progress("read", 1, 2)
    size = sum(file.path.stat().st_size for file in what.files)
    statistics = {
        "FieldStatistics": field_statistics(connection, data, what.schema),
        "DataSize": size / _GIBIBYTE,
        "RowCount": rows,
    }
    connection.close()
    output.json("statistics.json", statistics)
    events.progress("statistics", 2, 2)
    output.publish(events, rowCount=rows)


def _read(job: Fields) -> Import:
    kind = job.text("datasetType")
    if kind not in (TARGET, RELATED, METADATA):
        raise JobError(f"job.datasetType '{kind}' is none of {TARGET}, {RELATED}, {METADATA}")
    schema = Schema.parse(job.raw("schema"), job.text("domain"))
    schema.require(schema.identifier)
    if kind == TARGET:
        schema.require(TIMESTAMP, schema.target)
    elif kind == RELATED:
        schema.require(TIMESTAMP)
    format_ = job.text("format", "CSV")
    if format_ not in ("CSV", "PARQUET"):
        raise JobError(f"job.format '{format_}' is neither CSV nor PARQUET")
    frequency = job.optional_text("dataFrequency")
    declared = job.optional_text("timestampFormat")
    # The sample pipeline passes its TimestampFormat to item metadata too, where it means nothing.
    parsed = None if frequency is None or kind == METADATA else Frequency.parse(frequency)
    rule = TimestampRule.of(None if kind == METADATA else declared, parsed)
    geolocation = job.optional_text("geolocationFormat")
    if geolocation not in (None, "LAT_LONG", "CC_POSTALCODE"):
        raise JobError(f"job.geolocationFormat '{geolocation}' is neither LAT_LONG nor CC_POSTALCODE")
    what = Import(
        files=tuple(_file(entry) for entry in job.children("files")),
        source=job.text("source"),
        format=format_,
        kind=kind,
        schema=schema,
        timestamps=rule,
        geolocation=geolocation,
        target_files=tuple(job.paths("targetFiles")),
    )
    job.finish()
    return what


def _file(entry: Fields) -> SourceFile:
    file = SourceFile(Path(entry.path("path")), entry.text("name"))
    entry.finish()
    return file
