"""Steps as the service runs them: a process for each, `job.json` in, exit code and files out."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from slipway_forecast.events import Events
from slipway_forecast.job import Fields
from slipway_forecast.steps import import_data

SOURCE = Path(__file__).resolve().parents[1] / "src"
KINDS = {"target": "TARGET_TIME_SERIES", "related": "RELATED_TIME_SERIES", "metadata": "ITEM_METADATA"}
TTS = (("timestamp", "timestamp"), ("item_id", "string"), ("target_value", "float"))
ALGORITHM = "arn:aws:forecast:::algorithm/"

T = TypeVar("T")
Row = tuple[Any, ...]
Columns = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Ended:
    """A step that has ended: its exit code, what it said and where its files lie."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def report(self) -> dict[str, Any]:
        """`report.json`; stderr explains where there is none."""
        assert self.code == 0, f"exit code {self.code}: {self.stderr}"
        return self.json("report.json")

    @property
    def failure(self) -> dict[str, str]:
        """`failure.json` of a step that ended with 10 and left no report."""
        assert self.code == 10, f"exit code {self.code}: {self.stderr}"
        assert not (self.out / "report.json").exists()
        return json.loads((self.out.parent / "failure.json").read_text(encoding="utf-8"))

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the step told while it ran."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def json(self, name: str) -> Any:
        """A JSON document of the output."""
        return json.loads((self.out / name).read_text(encoding="utf-8"))

    def rows(self, name: str, columns: str = "*") -> list[Row]:
        """Rows of a Parquet or CSV file of the output in their order."""
        return duckdb.connect().execute(f"SELECT {columns} FROM '{self.out / name}'").fetchall()

    def columns(self, name: str) -> list[str]:
        """Column names of a Parquet or CSV file of the output."""
        return [row[0] for row in duckdb.execute(f"DESCRIBE SELECT * FROM '{self.out / name}'").fetchall()]

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file; `report.json` without the seconds it took."""
        found = {str(path.relative_to(self.out)): path for path in sorted(self.out.rglob("*")) if path.is_file()}
        digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
        return digests | {"report.json": json.dumps({**self.report, "elapsedSeconds": 0})}


def write_job(folder: Path, job: Mapping[str, Any]) -> Path:
    """Writes `job.json` with the output folder `out`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "job.json"
    path.write_text(json.dumps({"output": "out", **job}), encoding="utf-8")
    return path


def spawn(arguments: list[str], **options: Any) -> subprocess.Popen[str]:
    """Starts `python -m slipway_forecast` with its output in pipes."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "slipway_forecast", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, encoding="utf-8", **pipes, **options)


def step(name: str, folder: Path, job: Mapping[str, Any]) -> Ended:
    """Runs a step to its end."""
    process = spawn([name, str(write_job(folder, job))])
    stdout, stderr = process.communicate()
    return Ended(process.returncode, stdout, stderr, folder / "out")


def together(function: Callable[..., T], cases: Sequence[Any]) -> list[T]:
    """`function(index, case)` of all cases, side by side: processes that wait for nobody keep all cores busy."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, range(len(cases)), cases))


def schema(columns: Columns) -> dict[str, Any]:
    """The API's Schema of (name, type) pairs."""
    return {"Attributes": [{"AttributeName": name, "AttributeType": kind} for name, kind in columns]}


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV without header; None is an empty cell."""
    return "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)


def _import_document(
    folder: Path, content: Mapping[str, str | bytes], kind: str, columns: Columns, frequency: str | None
) -> dict[str, Any]:
    files = []
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(content.items()):
        staged = folder / f"staged-{number}"
        staged.write_bytes(data.encode() if isinstance(data, str) else data)
        files.append({"path": staged.name, "name": f"s3://b/{name}"})
    return {
        "source": "s3://b/",
        "files": files,
        "domain": "CUSTOM",
        "datasetType": KINDS[kind],
        "dataFrequency": frequency,
        "schema": schema(columns),
    }


def import_job(
    folder: Path, content: Mapping[str, str | bytes], kind: str, columns: Columns, frequency: str | None, **job: Any
) -> Ended:
    """Runs `import` over files given as name → content; messages call them `s3://b/<name>`."""
    return step("import", folder, _import_document(folder, content, kind, columns, frequency) | job)


def dataset(
    folder: Path, rows: Iterable[Row], frequency: str | None, kind: str = "target", columns: Columns = TTS
) -> dict[str, Any]:
    """Imports rows and gives the data set as `train` and `forecast` take it.

    In this process, which saves half a second each time; the step as a process has tests of its own.
    """
    job = _import_document(folder, {f"{kind}.csv": csv_text(rows)}, kind, columns, frequency)
    import_data.run(Fields.load(write_job(folder, job)), Events("import", io.StringIO()))
    return {"files": [str(folder / "out" / "data.parquet")], "schema": schema(columns), "dataFrequency": frequency}


def train_job(
    data: Mapping[str, Any], algorithm: str | None, horizon: int, frequency: str, workers: int | None = 1, **more: Any
) -> dict[str, Any]:
    """A `train` job; `data` has `target` and perhaps `related` and `metadata`, `more` goes into `predictor`."""
    arn = None if algorithm is None else ALGORITHM + algorithm
    predictor = {"algorithmArn": arn, "forecastHorizon": horizon, "forecastFrequency": frequency, **more}
    return {"domain": "CUSTOM", **data, "predictor": predictor, "workers": workers}


def forecast_job(data: Mapping[str, Any], trained: Ended, workers: int | None = 1, **more: Any) -> dict[str, Any]:
    """A `forecast` job with the model of a finished training."""
    return {"domain": "CUSTOM", **data, "model": str(trained.out / "model"), "workers": workers, **more}


def times(start: str, count: int, hours: int) -> list[str]:
    """Timestamps in steps of whole hours."""
    first = datetime.fromisoformat(start)
    return [str(first + timedelta(hours=hours * k)) for k in range(count)]


def wavy(seed: int, count: int, season: int) -> list[float]:
    """A positive series with level, trend, season and noise; the same for the same seed."""
    source = random.Random(seed)
    level, slope = source.uniform(20, 60), source.uniform(-0.05, 0.2)
    shape = [source.uniform(0.6, 1.4) for _ in range(season)]
    return [round((level + slope * t) * shape[t % season] + source.gauss(0, 2), 3) for t in range(count)]


def daily(series: Mapping[str, list[float | None]], start: str = "2023-01-01 00:00:00") -> list[Row]:
    """Daily target rows; None leaves the row out."""
    return [
        (time, item, value)
        for item, values in series.items()
        for time, value in zip(times(start, len(values), 24), values, strict=True)
        if value is not None
    ]
