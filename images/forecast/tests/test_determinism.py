"""The same job gives the same bytes: again, with more workers, and after being killed."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import ALL_TYPES, Predictor
from jobs import daily, dataset, forecast_job, spawn, step, train_job, wavy, write_job


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Data enough for a network to learn from."""
    series = {f"i{k}": wavy(k, 110, 7) for k in range(4)}
    return {"target": dataset(tmp_path_factory.mktemp("noisy"), daily(series), "D")}


@pytest.mark.parametrize("algorithm", ["ETS", "ARIMA", "NPTS"])
def test_single_algorithm_twice(auto: Predictor, tmp_path: Path, algorithm: str) -> None:
    def run(workers: int) -> dict[str, str]:
        folder = tmp_path / str(workers)
        evaluation = {"NumberOfBacktestWindows": 2}
        job = train_job(auto.data, algorithm, 7, "D", workers=workers, evaluationParameters=evaluation)
        trained = step("train", folder / "train", job)
        forecast = step("forecast", folder / "forecast", forecast_job(auto.data, trained, workers=workers))
        return {f"{ended.report['step']}/{n}": d for ended in (trained, forecast) for n, d in ended.digests().items()}

    with ThreadPoolExecutor() as pool:
        one, two = pool.map(run, (1, 2))
    assert one == two


def test_killed_in_the_middle_and_run_again_with_more_workers(auto: Predictor, tmp_path: Path) -> None:
    path = write_job(tmp_path, {**auto.job, "workers": 2})
    process = spawn(["train", str(path)])
    assert process.stdout is not None
    while (event := json.loads(process.stdout.readline())).get("phase") != "backtest":
        pass
    assert 0 < event["done"] < event["total"]
    process.send_signal(signal.SIGKILL)
    # The workers hold the other ends of the pipes: this returns only when they have ended too.
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    out = tmp_path / "out"
    assert [entry.name for entry in out.iterdir()] == [".partial"]
    again = step("train", tmp_path, {**auto.job, "workers": 2})
    assert again.digests() == auto.trained.digests()
    assert not (out / ".partial").exists()
    job = forecast_job(auto.data, again, workers=2, forecastTypes=ALL_TYPES)
    assert step("forecast", tmp_path / "forecast", job).digests() == auto.forecast.digests()


@pytest.mark.parametrize("algorithm", ["CNN-QR", "Deep_AR_Plus", "Prophet"])
def test_killed_while_learning_and_run_again(noisy: dict[str, Any], tmp_path: Path, algorithm: str) -> None:
    parameters = {} if algorithm == "Prophet" else {"trainingParameters": {"epochs": "6"}}
    job = train_job(noisy, algorithm, 7, "D", workers=2, **parameters)

    def whole(name: str) -> dict[str, str]:
        trained = step("train", tmp_path / name, job)
        forecast = step("forecast", tmp_path / f"{name}-forecast", forecast_job(noisy, trained))
        return trained.digests() | forecast.digests()

    process = spawn(["train", str(write_job(tmp_path / "killed", job))])
    assert process.stdout is not None
    wanted = "load" if algorithm == "Prophet" else "train"
    while json.loads(process.stdout.readline()).get("phase") != wanted:
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert whole("killed") == whole("undisturbed")


def test_a_finished_step_can_be_run_again(auto: Predictor, tmp_path: Path) -> None:
    """Also over a failure: files of the earlier run are replaced, its failure.json is gone."""
    folder = tmp_path / "forecast"
    failed = step("forecast", folder, forecast_job(auto.data, auto.trained, forecastTypes=["1.5"]))
    assert failed.failure["code"] == "BadForecastType"
    first = step("forecast", folder, forecast_job(auto.data, auto.trained, forecastTypes=["0.2"]))
    assert first.columns("forecast.parquet")[-1] == "p20"
    again = step("forecast", folder, forecast_job(auto.data, auto.trained, forecastTypes=ALL_TYPES))
    assert again.digests() == auto.forecast.digests()
    assert not (folder / "failure.json").exists()


def test_progress_never_goes_back(auto: Predictor) -> None:
    for ended in (auto.trained, auto.forecast):
        events = ended.events
        assert events[-1]["event"] == "done"
        progress = [event for event in events if event["event"] == "progress"]
        for phase in {event["phase"] for event in progress}:
            own = [event for event in progress if event["phase"] == phase]
            assert [event["done"] for event in own] == list(range(1, own[0]["total"] + 1))
        assert all(event["step"] == ended.report["step"] for event in events)
