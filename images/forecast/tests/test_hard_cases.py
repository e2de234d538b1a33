"""Data that break forecasters: what comes out has to be finite, plausible and explained."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from jobs import Ended, daily, dataset, forecast_job, step, times, together, train_job, wavy

METADATA = (("item_id", "string"), ("color", "string"))
PRICE = (("timestamp", "timestamp"), ("item_id", "string"), ("price", "float"))
TYPES = ["0.1", "0.5", "0.9", "mean"]
ALGORITHMS = ["ETS", "ARIMA", "NPTS", "Prophet", "CNN-QR", "Deep_AR_Plus", None]
# Those that give items without history a forecast.
GLOBAL = ("CNN-QR", "Deep_AR_Plus", None)
# Enough for these data, and quick.
EPOCHS = {"CNN-QR": {"epochs": "30"}, "Deep_AR_Plus": {"epochs": "30", "learning_rate": "0.005"}}


def run(
    folder: Path, data: dict[str, Any], algorithm: str | None, horizon: int = 5, **more: Any
) -> tuple[Ended, Ended]:
    parameters = {"trainingParameters": EPOCHS[algorithm]} if algorithm in EPOCHS else {}
    job = train_job(data, algorithm, horizon, "D", workers=2, **parameters, **more)
    trained = step("train", folder / "train", job)
    assert trained.report
    return trained, step("forecast", folder / "forecast", forecast_job(data, trained, forecastTypes=TYPES))


def predicted(ended: Ended) -> dict[str, list[tuple[float, ...]]]:
    """(p10, p50, p90, mean) of each step by item."""
    out: dict[str, list[tuple[float, ...]]] = {}
    assert ended.report
    for item, *row in ended.rows("forecast.parquet", "item_id, p10, p50, p90, mean"):
        assert all(value is not None and math.isfinite(value) for value in row), item
        assert row[:3] == sorted(row[:3])
        out.setdefault(item, []).append(tuple(row))
    return out


BASE = wavy(3, 60, 7)
SERIES: dict[str, list[float | None]] = {
    "wavy": list(BASE),
    "zeros": [0.0] * 60,
    "constant": [42.0] * 60,
    "intermittent": [5.0 if t % 9 == 4 else 0.0 for t in range(60)],
    "gappy": [v if t % 4 else None for t, v in enumerate(BASE)],
    "negative": [-v for v in BASE],
    "huge": [v * 1e12 for v in BASE],
    "tiny": [v * 1e-12 for v in BASE],
    "one": [None] * 57 + [7.0, None, None],
    "two": [None] * 58 + [3.0, 5.0],
    "three": [None] * 57 + [3.0, 3.0, 3.0],
    "ended": [*BASE[:20], *[None] * 40],
    "nothing": [None] * 60,
}


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> dict[str | None, tuple[Ended, Ended]]:
    """Training and forecast of SERIES by each algorithm."""
    folder = tmp_path_factory.mktemp("kinds")
    rows = [*daily(SERIES), ("2023-01-01 00:00:00", "nothing", None)]
    data = {"target": dataset(folder / "import", rows, "D")}
    ended = together(lambda index, algorithm: run(folder / str(index), data, algorithm), ALGORITHMS)
    return dict(zip(ALGORITHMS, ended, strict=True))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_series_of_all_kinds_side_by_side(
    side_by_side: dict[str | None, tuple[Ended, Ended]], algorithm: str | None
) -> None:
    trained, ended = side_by_side[algorithm]
    found = predicted(ended)
    assert set(found) == set(SERIES) - (set() if algorithm in GLOBAL else {"nothing"})
    assert all(len(steps) == 5 for steps in found.values())
    assert all(step == (0, 0, 0, 0) for step in found["zeros"])
    assert all(p == pytest.approx(42) for step in found["constant"] for p in step)
    for item in ("intermittent", "gappy", "huge", "tiny", "one", "two", "three", "ended", "wavy"):
        assert all(p >= 0 for step in found[item] for p in step), item
    assert max(p for step in found["intermittent"] for p in step) <= 15
    assert all(step[1] < 0 for step in found["negative"])
    for item, unit in (("huge", 1e12), ("tiny", 1e-12)):
        for step_, same in zip(found[item], found["wavy"], strict=True):
            assert [p / unit for p in step_] == pytest.approx(same, rel=0.15), item
    middle = [step[1] for step in found["wavy"]]
    assert min(BASE) * 0.5 < min(middle) <= max(middle) < max(BASE) * 1.5
    metrics = trained.json("metrics.json")["PredictorEvaluationResults"][0]["TestWindows"][1]
    # one, two and three begin inside the window or have no history before it, nothing never begins.
    assert metrics["ItemCount"] == len(SERIES) - 4


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "Deep_AR_Plus"])
def test_one_short_series(tmp_path: Path, algorithm: str | None) -> None:
    """The shortest history that each kind of predictor takes."""
    length = 4 if algorithm is None else 3
    data = {"target": dataset(tmp_path / "import", daily({"a": [2.0, 4.0, 3.0, 5.0][:length]}), "D")}
    _, ended = run(tmp_path, data, algorithm, 1)
    assert len(predicted(ended)["a"]) == 1


def test_too_short_a_series(tmp_path: Path) -> None:
    for length, algorithm in ((1, "ETS"), (2, None), (2, "CNN-QR")):
        folder = tmp_path / str(length)
        data = {"target": dataset(folder / "import", daily({"a": [2.0] * length}), "D")}
        failed = step("train", folder / "train", train_job(data, algorithm, 1, "D"))
        assert failed.failure["code"] == "HorizonTooLong"


@pytest.mark.parametrize(("algorithm", "count"), [("NPTS", 500), ("CNN-QR", 60), (None, 30)])
def test_many_items_with_one_row_each(tmp_path: Path, algorithm: str | None, count: int) -> None:
    dates = times("2023-01-01 00:00:00", 30, 24)
    rows = [(dates[k % 30], f"i{k}", k % 7) for k in range(count)]
    data = {"target": dataset(tmp_path / "import", rows, "D")}
    trained, ended = run(tmp_path, data, algorithm, 2)
    assert trained.report["itemCount"] == count
    assert len(predicted(ended)) == count


def test_too_few_observations_for_a_recurrent_network(tmp_path: Path) -> None:
    data = {"target": dataset(tmp_path / "import", daily({"a": wavy(1, 200, 7)}), "D")}
    failure = step("train", tmp_path / "train", train_job(data, "Deep_AR_Plus", 5, "D")).failure
    assert failure["code"] == "TooFewObservations"
    assert "at least 300 observations over all time series" in failure["message"]


@pytest.mark.parametrize(
    ("likelihood", "value", "words"),
    [("beta", "1.5", "between 0 and 1"), ("negative-binomial", "0.5", "a whole number of at least 0")],
)
def test_values_that_a_likelihood_cannot_have(tmp_path: Path, likelihood: str, value: str, words: str) -> None:
    series = {"a": [1.0] * 400, "b": [*[0.0] * 10, float(value), *[1.0] * 389]}
    data = {"target": dataset(tmp_path / "import", daily(series), "D")}
    job = train_job(data, "Deep_AR_Plus", 5, "D", trainingParameters={"likelihood": likelihood})
    message = step("train", tmp_path / "train", job).failure["message"]
    assert f"needs every target value to be {words}, but b has {value} at 2023-01-11 00:00:00" in message


def test_nothing_to_evaluate(tmp_path: Path) -> None:
    """All series begin inside the only window."""
    rows = [("2023-01-10 00:00:00", f"i{k}", 1) for k in range(5)] + [("2023-01-01 00:00:00", "gone", None)]
    data = {"target": dataset(tmp_path / "import", rows, "D")}
    failure = step("train", tmp_path / "train", train_job(data, "ETS", 3, "D")).failure
    assert failure["code"] == "NoBacktest"
    assert "starts at 2023-01-08 00:00:00" in failure["message"]


def test_no_value_at_all(tmp_path: Path) -> None:
    data = {"target": dataset(tmp_path / "import", [(d, "a", None) for d in times("2023-01-01", 9, 24)], "D")}
    assert step("train", tmp_path / "train", train_job(data, "ETS", 1, "D")).failure["code"] == "NoData"


def test_cold_start_from_item_metadata(tmp_path: Path) -> None:
    """A new item looks like those it shares its colour with; without any in common like all of them."""
    series = {"red1": [10.0] * 40, "red2": [10.0] * 40, "blue1": [1000.0] * 40, "blue2": [1000.0] * 40}
    items = [(item, item[:-1]) for item in series] + [("red9", "red"), ("blue9", "blue"), ("green9", "green")]
    data = {
        "target": dataset(tmp_path / "tts", daily(series), "D"),
        "metadata": dataset(tmp_path / "im", items, None, "metadata", METADATA),
    }
    trained, ended = run(tmp_path, data, None)
    assert trained.report["notes"] == ["3 new items without history get the typical forecast of items like them."]
    found = predicted(ended)
    assert all(p == pytest.approx(10, rel=0.01) for step in found["red9"] for p in step)
    assert all(p == pytest.approx(1000, rel=0.01) for step in found["blue9"] for p in step)
    assert all(step[3] == pytest.approx(505, rel=0.01) for step in found["green9"])
    _, ended = run(tmp_path / "network", data, "CNN-QR")
    found = predicted(ended)
    assert all(p == pytest.approx(10, rel=0.01) for step in found["red9"] for p in step)
    assert all(p == pytest.approx(1000, rel=0.01) for step in found["blue9"] for p in step)
    single, ended = run(tmp_path / "single", data, "ETS")
    assert single.report["notes"] == ["ETS does not use item metadata: it had no influence."]
    assert set(predicted(ended)) == set(series)


def test_items_absent_from_the_metadata(tmp_path: Path) -> None:
    data = {
        "target": dataset(tmp_path / "tts", daily({"a": wavy(1, 30, 7), "b": wavy(2, 30, 7)}), "D"),
        "metadata": dataset(tmp_path / "im", [("a", "red")], None, "metadata", METADATA),
    }
    failure = step("train", tmp_path / "train", train_job(data, None, 3, "D")).failure
    assert failure["code"] == "MetadataMissing"
    assert "1 items of the target time series are absent from the item metadata: b." in failure["message"]


def test_data_without_influence_are_told(tmp_path: Path) -> None:
    """Related series, metadata and holidays that a single algorithm does not use; series that RTS leave out."""
    series = {"a": wavy(1, 30, 7), "b": wavy(2, 30, 7)}
    prices = [(time, "a", 1) for time in times("2023-01-01 00:00:00", 33, 24)]
    data = {
        "target": dataset(tmp_path / "tts", daily(series), "D"),
        "related": dataset(tmp_path / "rts", prices, "D", "related", PRICE),
        "metadata": dataset(tmp_path / "im", [("a", "red"), ("b", "red")], None, "metadata", METADATA),
    }
    holiday = [{"Name": "holiday", "Configuration": {"CountryCode": ["US"]}}]
    trained, ended = run(tmp_path, data, "ETS", 3, additionalDatasets=holiday)
    notes = [
        "1 of 2 series have no related time series and are left out of training and forecast, as the service does.",
        "ETS does not use related time series: price had no influence.",
        "ETS does not use item metadata: it had no influence.",
        "ETS does not use holidays: US had no influence.",
    ]
    assert trained.report["notes"] == notes
    assert [event["message"] for event in trained.events if event["event"] == "note"] == notes
    assert set(predicted(ended)) == {"a"}
