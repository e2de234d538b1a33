"""Tuning of the neural algorithms, and AutoML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobs import daily, dataset, forecast_job, step, train_job, wavy

from slipway_forecast.algorithms.cnn_qr import CNN_QR
from slipway_forecast.algorithms.deep_ar import DEEP_AR
from slipway_forecast.algorithms.interface import Range
from slipway_forecast.errors import UserError
from slipway_forecast.tuning.ranges import read_ranges, value_at

SERIES = {f"i{k}": wavy(k, 110, 7) for k in range(4)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {"target": dataset(tmp_path_factory.mktemp("data"), daily(SERIES), "D")}


@pytest.mark.parametrize(
    ("low", "high", "scaling", "middle"),
    [
        (1, 9, "Linear", "5"),
        (0.001, 0.1, "Logarithmic", "0.01"),
        (0.001, 0.1, "Auto", "0.01"),
        (1, 9, "Auto", "5"),
        (0, 0.99, "ReverseLogarithmic", "0.9"),
    ],
)
def test_points_of_a_range(low: float, high: float, scaling: str, middle: str) -> None:
    found = Range("x", low, high, scaling)
    assert [float(value_at(found, "number", share)) for share in (0.0, 0.5, 1.0)] == pytest.approx(
        [low, float(middle), high]
    )


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ({"IntegerParameterRanges": [{"Name": "epochs", "MinValue": 1, "MaxValue": 2}]}, "epochs cannot be tuned"),
        ({"IntegerParameterRanges": [{"Name": "context_length", "MinValue": 2, "MaxValue": 2}]}, "MinValue below"),
        ({"IntegerParameterRanges": [{"Name": "context_length", "MinValue": 0, "MaxValue": 2}]}, "at least 1"),
        ({"CategoricalParameterRanges": [{"Name": "use_related_data", "Values": ["SOME"]}]}, "one of ALL, NONE"),
    ],
)
def test_ranges_that_are_none(ranges: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_ranges(ranges, CNN_QR)


def test_every_kind_of_range_is_read() -> None:
    raw = {
        "IntegerParameterRanges": [{"Name": "context_length", "MinValue": 7, "MaxValue": 70, "ScalingType": "Linear"}],
        "ContinuousParameterRanges": [{"Name": "learning_rate", "MinValue": 0.001, "MaxValue": 0.01}],
    }
    assert read_ranges(raw, DEEP_AR) == (Range("context_length", 7, 70, "Linear"), Range("learning_rate", 0.001, 0.01))


def test_tuning_chooses_within_the_ranges(data: dict[str, Any], tmp_path: Path) -> None:
    ranges = {"IntegerParameterRanges": [{"Name": "context_length", "MinValue": 20, "MaxValue": 28}]}
    given = {"trainingParameters": {"epochs": "3", "context_length": "21"}}
    job = train_job(data, "CNN-QR", 7, "D", workers=2, performHpo=True, parameterRanges=ranges, **given)
    trained = step("train", tmp_path / "train", job)
    parameters = trained.report["trainingParameters"]
    assert 20 <= int(parameters["context_length"]) <= 28
    assert {**parameters, "context_length": ""} == {
        "context_length": "",
        "use_related_data": "ALL",
        "use_item_metadata": "ALL",
        "epochs": "3",
    }
    assert any(event.get("phase") == "tuning" for event in trained.events)
    assert step("forecast", tmp_path / "forecast", forecast_job(data, trained)).report["seriesCount"] == len(SERIES)


def test_automl_takes_the_best_and_leaves_out_what_cannot_be_trained(tmp_path: Path) -> None:
    data = {"target": dataset(tmp_path / "import", daily({"a": wavy(1, 40, 7)}), "D")}
    trained = step("train", tmp_path / "train", train_job(data, None, 2, "D", workers=2, performAutoML=True))
    (note,) = (note for note in trained.report["notes"] if "was left out" in note)
    assert note.startswith("Deep_AR_Plus was left out: Deep_AR_Plus needs at least 300 observations")
    found = trained.json("metrics.json")
    assert found["IsAutoPredictor"] is False
    results = found["PredictorEvaluationResults"]
    names = {result["AlgorithmArn"].rpartition("/")[2] for result in results}
    assert names == {"ARIMA", "CNN-QR", "ETS", "NPTS", "Prophet"}
    losses = [result["TestWindows"][0]["Metrics"]["AverageWeightedQuantileLoss"] for result in results]
    assert losses == sorted(losses)
    assert results[0]["AlgorithmArn"].endswith(f"/{trained.report['algorithm']}")
    assert step("forecast", tmp_path / "forecast", forecast_job(data, trained)).report["seriesCount"] == 1
