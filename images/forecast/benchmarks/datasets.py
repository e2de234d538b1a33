"""Public data sets as jobs: CSV files, schemas, horizon, and held-out values where the data set has them."""

from __future__ import annotations

import csv
import gzip
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_TTS = [("timestamp", "timestamp"), ("item_id", "string"), ("target_value", "float")]


@dataclass(frozen=True)
class BenchmarkData:
    """One data set. `held_out` maps an item to the values of the horizon; empty: the last backtest window is scored."""

    name: str
    frequency: str
    horizon: int
    target: tuple[Path, list[tuple[str, str]]]
    domain: str = "CUSTOM"
    dimensions: tuple[str, ...] = ()
    related: tuple[Path, list[tuple[str, str]]] | None = None
    metadata: tuple[Path, list[tuple[str, str]]] | None = None
    held_out: dict[str, np.ndarray] = field(default_factory=dict)
    holiday: str | None = None


def data_folder() -> Path:
    """Where the data sets lie: SLIPWAY_TEST_DATA, by default `shared/data` beside the repository."""
    default = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    return Path(os.environ.get("SLIPWAY_TEST_DATA", default))


def load(name: str, work: Path) -> BenchmarkData:
    """A data set by name; files that have to be converted are written into `work`."""
    return {
        "item-demand": _item_demand,
        "electronics": _electronics,
        "instruments": _instruments,
        "m4-hourly": lambda folder, out: _m4(folder, out, "Hourly", "H", 48),
        "m4-weekly": lambda folder, out: _m4(folder, out, "Weekly", "W", 13),
    }[name](data_folder(), work)


NAMES = ("item-demand", "electronics", "instruments", "m4-hourly", "m4-weekly")


def _item_demand(folder: Path, _work: Path) -> BenchmarkData:
    schema = [("timestamp", "timestamp"), ("target_value", "float"), ("item_id", "string")]
    path = folder / "item-demand" / "item-demand-time-train.csv"
    return BenchmarkData("item-demand", "H", 72, (path, schema))


def _electronics(folder: Path, _work: Path) -> BenchmarkData:
    keys = [("item_id", "string"), ("store_id", "string"), ("timestamp", "timestamp")]
    return BenchmarkData(
        "electronics",
        "M",
        3,
        (folder / "electronics" / "consumer_electronics_TTS.csv", [*keys, ("demand", "float")]),
        domain="RETAIL",
        dimensions=("store_id",),
        related=(folder / "electronics" / "consumer_electronics_RTS.csv", [*keys, ("price", "float")]),
    )


def _instruments(folder: Path, work: Path) -> BenchmarkData:
    with zipfile.ZipFile(folder / "instruments" / "data.zip") as archive:
        archive.extractall(work)
    metadata = (work / "IM.csv", [("item_id", "string"), ("Model_Type", "string")])
    return BenchmarkData("instruments", "M", 12, (work / "TTS.csv", _TTS), metadata=metadata, holiday="US")


def _m4(folder: Path, work: Path, kind: str, frequency: str, horizon: int) -> BenchmarkData:
    """M4 series end at different, unpublished times; here they are set to end together."""
    end = np.datetime64("2020-01-06T00:00:00")  # a Monday
    step = np.timedelta64(1, "h") if frequency == "H" else np.timedelta64(7, "D")
    path = work / "TTS.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for name, values in _m4_rows(folder / "m4" / f"{kind}-train.csv.gz"):
            times = end - step * np.arange(values.size, 0, -1)
            writer.writerows((str(t).replace("T", " "), name, v) for t, v in zip(times, values, strict=True))
    held_out = dict(_m4_rows(folder / "m4" / f"{kind}-test.csv.gz"))
    return BenchmarkData(f"m4-{kind.lower()}", frequency, horizon, (path, _TTS), held_out=held_out)


def _m4_rows(path: Path) -> list[tuple[str, np.ndarray]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    return [(row[0], np.array([float(cell) for cell in row[1:] if cell])) for row in rows]
