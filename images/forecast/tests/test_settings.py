"""What a job may ask for: user errors end with 10 and a message, faults of the caller with 2 and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobs import SOURCE, TTS, Ended, daily, dataset, forecast_job, schema, spawn, step, together, train_job, wavy

from slipway_forecast.algorithms.npts import NPTS
from slipway_forecast.algorithms.registry import read_options
from slipway_forecast.errors import UserError


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Forty days of one series."""
    return {"target": dataset(tmp_path_factory.mktemp("data"), daily({"a": wavy(1, 40, 7)}), "D")}


def train(data: dict[str, Any], folder: Path, algorithm: str | None = "NPTS", horizon: int = 5, **more: Any) -> Ended:
    return step("train", folder, train_job(data, algorithm, horizon, "D", **more))


@pytest.mark.parametrize(
    ("algorithm", "horizon", "limit"), [(None, 11, "at most 10 (a quarter"), ("ETS", 40, "at most 39 (less than all")]
)
def test_horizon_too_long(
    data: dict[str, Any], tmp_path: Path, algorithm: str | None, horizon: int, limit: str
) -> None:
    failure = train(data, tmp_path, algorithm, horizon).failure
    assert failure["code"] == "HorizonTooLong"
    assert failure["message"].startswith(
        f"ForecastHorizon is {horizon}, but with 40 periods of history it can be {limit}"
    )


def test_an_algorithm_that_does_not_exist(data: dict[str, Any], tmp_path: Path) -> None:
    failure = train(data, tmp_path, "CNN").failure
    assert failure["code"] == "UnknownAlgorithm"
    assert failure["message"].endswith("ARIMA, CNN-QR, Deep_AR_Plus, ETS, NPTS, Prophet exist.")


@pytest.mark.parametrize(
    ("algorithm", "parameters", "words"),
    [
        ("ETS", {"alpha": "1"}, "'alpha' is not a training parameter of this algorithm, which has none."),
        ("CNN-QR", {"epochs": "0"}, "epochs has the value '0', it has to be an integer of at least 1."),
        ("Deep_AR_Plus", {"learning_rate_decay": "1"}, "it has to be a number between 0 and 1, both excluded."),
        ("Deep_AR_Plus", {"likelihood": "poisson"}, "it has to be one of beta, deterministic-L1, gaussian, negative"),
        ("NPTS", {"context_length": "0"}, "context_length has the value '0', it has to be an integer of at least 1."),
    ],
)
def test_training_parameters(
    data: dict[str, Any], tmp_path: Path, algorithm: str, parameters: dict[str, str], words: str
) -> None:
    failure = train(data, tmp_path, algorithm, trainingParameters=parameters).failure
    assert failure["code"] == "BadParameter"
    assert words in failure["message"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "context",
            "1",
            "'context' is not a training parameter of this algorithm, which has context_length, kernel_type",
        ),
        ("context_length", "1.5", "context_length has the value '1.5', it has to be an integer of at least 1."),
        ("exp_kernel_weights", "0", "it has to be a number greater than 0."),
        ("exp_kernel_weights", "nan", "exp_kernel_weights has the value 'nan'"),
        ("kernel_type", "gaussian", "it has to be one of exponential, uniform."),
        ("use_seasonal_model", "yes", "it has to be one of True, False."),
    ],
)
def test_training_parameters_out_of_range(name: str, value: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        read_options(NPTS, {name: value}, 1)
    assert caught.value.code == "BadParameter"
    assert words in caught.value.message


SETTINGS = [
    ({"forecastTypes": ["0.995"]}, "BadForecastType"),
    ({"forecastTypes": ["p50"]}, "BadForecastType"),
    ({"optimizationMetric": "sMAPE"}, "BadMetric"),
    ({"evaluationParameters": {"NumberOfBacktestWindows": 6}}, "BadEvaluation"),
    ({"evaluationParameters": {"NumberOfBacktestWindows": 2, "BackTestWindowOffset": 4}}, "BadEvaluation"),
    (
        {"attributeConfigs": [{"AttributeName": "price", "Transformations": {"middlefill": "zero"}}]},
        "BadFeaturization",
    ),
    ({"timeAlignmentBoundary": {"DayOfWeek": "MONDAY"}}, "BadTimeAlignmentBoundary"),
    ({"additionalDatasets": [{"Name": "weather"}]}, "UnsupportedWeather"),
    ({"additionalDatasets": [{"Name": "holiday", "Value": "GB"}]}, "BadAdditionalDataset"),
]


@pytest.fixture(scope="module")
def refused(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[Ended]:
    """Trainings with each of SETTINGS."""
    folder = tmp_path_factory.mktemp("settings")
    return together(lambda index, case: train(data, folder / str(index), **case[0]), SETTINGS)


@pytest.mark.parametrize("index", range(len(SETTINGS)), ids=[str(case[0]) for case in SETTINGS])
def test_other_settings(refused: list[Ended], index: int) -> None:
    assert refused[index].failure["code"] == SETTINGS[index][1]


def test_defaults_are_filled_in_and_featurizations_of_both_apis_mean_the_same(
    data: dict[str, Any], tmp_path: Path
) -> None:
    old = {"aggregation": "avg", "middlefill": "zero"}
    method = {"FeaturizationMethodName": "filling", "FeaturizationMethodParameters": old}
    featurizations = [{"AttributeName": "target_value", "FeaturizationPipeline": [method]}]
    configs = [{"AttributeName": "target_value", "Transformations": old}]
    one = train(data, tmp_path / "1", featurizations=featurizations)
    two = train(data, tmp_path / "2", attributeConfigs=configs)
    assert one.digests() == two.digests()
    assert one.report["trainingParameters"] == {
        "kernel_type": "exponential",
        "exp_kernel_weights": "0.01",
        "use_seasonal_model": "True",
        "use_default_time_features": "True",
    }


def assert_bad_job(ended: Ended, words: str) -> None:
    assert ended.code == 2, ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (ended.out.parent / "failure.json").exists()
    assert not (ended.out / "report.json").exists()


BREACHES = [
    ({"surprise": 1}, "job.surprise is not a key of this step"),
    ({"target": None}, "job.target is missing"),
    ({"domain": "FOOD"}, "domain 'FOOD' is not one of"),
    ({"workers": "2"}, "job.workers has to be a whole number, it is '2'"),
    ({"workers": 0}, "job.workers has to be at least 1, it is 0"),
    ({"workers": True}, "job.workers has to be a whole number"),
    ({"predictor": {"forecastHorizon": 5}}, "job.predictor.forecastFrequency is missing"),
    ({"predictor": {"forecastHorizon": 5, "forecastFrequency": "D", "x": 0}}, "job.predictor.x is not a key"),
    ({"predictor": []}, "job.predictor has to be an object"),
    ({"metadata": {"files": [1], "schema": schema(TTS)}}, "job.metadata.files has to hold strings only"),
    ({"related": {"files": [], "schema": {}}}, "schema is not a list of AttributeName and AttributeType"),
]


@pytest.fixture(scope="module")
def broken(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[Ended]:
    """Trainings whose job has each of BREACHES."""
    folder = tmp_path_factory.mktemp("breaches")
    job = train_job(data, "ETS", 5, "D")
    return together(lambda index, case: step("train", folder / str(index), job | case[0]), BREACHES)


@pytest.mark.parametrize("index", range(len(BREACHES)), ids=[case[1] for case in BREACHES])
def test_a_job_that_breaks_the_contract(broken: list[Ended], index: int) -> None:
    assert_bad_job(broken[index], BREACHES[index][1])


@pytest.mark.parametrize(
    ("name", "missing"),
    [("import", "job.output"), ("forecast", "job.output"), ("export", "job.output"), ("backtest-export", "job.output")],
)
def test_other_steps_name_what_is_missing(tmp_path: Path, name: str, missing: str) -> None:
    assert_bad_job(step(name, tmp_path / "a", {"output": None}), f"{missing} is missing")
    known = {"output": "out", "format": "CSV", "name": "x"}
    assert_bad_job(step(name, tmp_path / "b", known), "is missing")


@pytest.mark.parametrize("arguments", [[], ["train"], ["predict", "job.json"], ["train", "none/job.json"]])
def test_usage(arguments: list[str]) -> None:
    process = spawn(arguments)
    _, stderr = process.communicate()
    assert process.returncode == 2
    assert ("none/job.json" if "none/job.json" in arguments else "usage: ") in stderr


def test_catalog_is_not_stale() -> None:
    """`python -m slipway_forecast algorithms > algorithms.json` has been run."""
    process = spawn(["algorithms"])
    stdout, _ = process.communicate()
    assert process.returncode == 0
    assert stdout == (SOURCE.parent / "algorithms.json").read_text(encoding="utf-8")


def test_everything_can_be_loaded() -> None:
    process = spawn(["warm"])
    assert (process.communicate(), process.returncode) == (("", ""), 0)


def test_a_forecast_without_a_model_is_no_user_error(data: dict[str, Any], tmp_path: Path) -> None:
    ended = step("forecast", tmp_path, forecast_job(data, Ended(0, "", "", tmp_path / "nothing")))
    assert ended.code == 1
    assert "predictor.json" in ended.stderr
