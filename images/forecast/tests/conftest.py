"""One AutoPredictor that several tests look at from different sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jobs import Ended, Row, dataset, forecast_job, step, times, train_job, wavy

STORES = ("timestamp", "timestamp"), ("item_id", "string"), ("target_value", "float"), ("store", "string")
LEVELS = [f"{percent / 100:.2f}" for percent in range(1, 100)]
ALL_TYPES = [*LEVELS, "mean"]


@dataclass(frozen=True)
class Predictor:
    """Its data sets, the training and a forecast of all quantiles, both with one worker."""

    data: dict[str, Any]
    job: dict[str, Any]
    trained: Ended
    forecast: Ended


@pytest.fixture(scope="session")
def auto(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """AutoPredictor over two items in two stores, daily."""
    folder: Path = tmp_path_factory.mktemp("auto")
    rows: list[Row] = [
        (time, f"i{k % 2}", value, f"s{k // 2}")
        for k in range(4)
        for time, value in zip(times("2023-01-01 00:00:00", 70, 24), wavy(k, 70, 7), strict=True)
    ]
    data = {"target": dataset(folder / "import", rows, "D", columns=STORES)}
    job = train_job(data, None, 7, "D", forecastDimensions=["store"])
    trained = step("train", folder / "train", job)
    return Predictor(
        data, job, trained, step("forecast", folder / "forecast", forecast_job(data, trained, forecastTypes=ALL_TYPES))
    )
