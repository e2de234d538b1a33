"""From rows to buckets, seen from outside: what a forecast that repeats the past shows of the past."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobs import TTS, Ended, Row, dataset, forecast_job, schema, step, times, train_job, wavy

# All observed values weigh the same: the mean forecast is the mean of the aligned, filled series.
PLAIN = {"kernel_type": "uniform", "use_seasonal_model": "False"}
PRICE = (("timestamp", "timestamp"), ("item_id", "string"), ("price", "float"))


def train(folder: Path, rows: list[Row], frequency: str, data: str | None = None, **predictor: Any) -> Ended:
    """Train of one step; `data` is the data frequency where it differs."""
    group = {"target": dataset(folder / "import", rows, data or frequency)}
    job = train_job(group, "NPTS", 1, frequency, trainingParameters=PLAIN, forecastTypes=["mean"], **predictor)
    return step("train", folder / "train", job)


def backtest(trained: Ended) -> tuple[float, float]:
    """Mean over all buckets but the last one, which is the backtest window, and the value of that one."""
    assert trained.report
    ((mean, last),) = trained.rows("backtest.parquet", "mean, target_value")
    return mean, last


def means(ended: Ended) -> dict[str, float]:
    return dict(ended.rows("forecast.parquet", "item_id, mean"))


def config(**transformations: str) -> list[dict[str, Any]]:
    return [{"AttributeName": "target_value", "Transformations": transformations}]


@pytest.mark.parametrize(
    ("method", "second"), [("sum", 12.0), ("avg", 4.0), ("min", 1.0), ("max", 9.0), ("first", 2.0)]
)  # fmt: skip
def test_aggregation(tmp_path: Path, method: str, second: float) -> None:
    """Values 9, 2, 1 and a missing one fall on one day, not in the order of their times; 6 on each other one."""
    rows: list[Row] = [(f"2024-01-0{day} 00:00:00", "a", 6) for day in (1, 3, 4)]
    rows += [
        ("2024-01-02 20:00:00", "a", 9),
        ("2024-01-02 01:00:00", "a", 2),
        ("2024-01-02 01:00:00", "a", 1),
        ("2024-01-02 00:00:00", "a", None),
    ]
    trained = train(tmp_path, rows, "D", "H", attributeConfigs=config(aggregation=method))
    assert backtest(trained) == (pytest.approx((6 + second + 6) / 3), 6)


def test_other_dimensions_are_aggregated(tmp_path: Path) -> None:
    columns = (("timestamp", "timestamp"), ("item_id", "string"), ("target_value", "float"), ("store", "string"))
    rows = [(f"2024-01-0{day}", "a", day, store) for day in (1, 2, 3) for store in ("x", "y")]
    data = {"target": dataset(tmp_path / "import", rows, "D", columns=columns)}
    for dimensions, count, first in (([], 1, 6.0), (["store"], 2, 3.0)):
        folder = tmp_path / str(count)
        trained = step("train", folder / "t", train_job(data, "NPTS", 1, "D", forecastDimensions=dimensions))
        assert trained.report["seriesCount"] == count
        assert trained.report["itemCount"] == 1
        assert trained.rows("backtest.parquet", "target_value") == [(first,)] * count
    failed = step("train", tmp_path / "f", train_job(data, "NPTS", 1, "D", forecastDimensions=["shop"]))
    assert failed.failure["code"] == "UnknownDimension"


@pytest.mark.parametrize(
    ("filling", "middle", "back"),
    [
        ({}, 0.0, 0.0),
        ({"middlefill": "mean", "backfill": "max"}, 4.0, 9.0),
        ({"middlefill": "min", "backfill": "median"}, 2.0, 4.0),
        ({"middlefill": "nan", "backfill": "nan"}, None, None),
        ({"middlefill": "value", "middlefill_value": "7", "backfill": "value", "backfill_value": "-1"}, 7.0, -1.0),
    ],
)
def test_filling(tmp_path: Path, filling: dict[str, str], middle: float | None, back: float | None) -> None:
    """Series a is missing on day 4 and from day 6 on, and begins on day 2: the front is never filled."""
    rows = [(f"2024-01-0{day}", "b", 1) for day in range(1, 9)]
    rows += [("2024-01-02", "a", 2), ("2024-01-03", "a", 6), ("2024-01-05", "a", 9)]
    trained = train(tmp_path, rows, "D", attributeConfigs=config(**filling))
    group = {"target": {"files": [str(tmp_path / "import" / "out" / "data.parquet")], "schema": schema(TTS)}}
    ended = step("forecast", tmp_path / "forecast", forecast_job(group, trained))
    values = [v for v in (2, 6, middle, 9, back, back, back) if v is not None]
    assert means(ended) == {"a": pytest.approx(sum(values) / len(values)), "b": 1.0}
    # Only zeros of the method zero are observations that count in the last window.
    (window,) = trained.json("metrics.json")["PredictorEvaluationResults"][0]["TestWindows"][1:]
    assert window["ItemCount"] == (1 if filling else 2)


@pytest.mark.parametrize(
    ("frequency", "boundary", "stamps", "start", "counts"),
    [
        # Month ends, the leap day and the 30th at nine fall to the first of their months.
        ("M", {}, ["2024-01-31", "2024-02-29", "2024-03-30 09:00:00"], "2024-04-01", (1, 1, 1)),
        ("W", {}, ["2024-02-26", "2024-03-03", "2024-03-04", "2024-03-11"], "2024-03-18", (2, 1, 1)),
        ("2W", {}, ["2024-02-26", "2024-03-10", "2024-03-11", "2024-03-25"], "2024-04-08", (2, 1, 1)),
        (
            "W",
            {"DayOfWeek": "SUNDAY"},
            ["2024-03-02", "2024-03-03", "2024-03-09", "2024-03-10"],
            "2024-03-17",
            (1, 2, 1),
        ),
        ("3D", {}, ["2024-02-28", "2024-03-01", "2024-03-02", "2024-03-05"], "2024-03-08", (2, 1, 1)),
        (
            "D",
            {"Hour": 6},
            ["2024-02-28 05:00:00", "2024-02-28 06:00:00", "2024-02-29 07:00:00"],
            "2024-03-01",
            (1, 1, 1),
        ),
        ("M", {"DayOfMonth": 15}, ["2024-01-14", "2024-01-15", "2024-02-14", "2024-02-15"], "2024-03-15", (1, 2, 1)),
        ("Y", {}, ["2022-01-01", "2022-12-31", "2023-05-05", "2024-12-31"], "2025-01-01", (2, 1, 1)),
    ],
)
def test_buckets(
    tmp_path: Path,
    frequency: str,
    boundary: dict[str, Any],
    stamps: list[str],
    start: str,
    counts: tuple[int, int, int],
) -> None:
    """Each row is a one, so that sums count the rows of three buckets; the forecast begins after the last."""
    rows = [(time if len(time) > 10 else f"{time} 00:00:00", "a", 1) for time in stamps]
    trained = train(tmp_path, rows, frequency, "H", timeAlignmentBoundary=boundary)
    assert backtest(trained) == ((counts[0] + counts[1]) / 2, counts[2])
    assert trained.report["historyLength"] == 3
    assert trained.report["forecastStart"] == f"{start}T{boundary.get('Hour', 0):02}:00:00"


def test_forecasts_are_never_finer_than_the_data(tmp_path: Path) -> None:
    data = {"target": dataset(tmp_path / "import", [("2024-01-01", "a", 1)], "W")}
    assert step("train", tmp_path / "t", train_job(data, "ETS", 1, "D")).failure["code"] == "FrequencyTooFine"


def test_later_imports_replace_rows_and_do_not_add_to_them(tmp_path: Path) -> None:
    full = dataset(tmp_path / "full", [(f"2024-01-0{day}", "a", 3) for day in (1, 2, 3, 4)], "D")
    more = dataset(tmp_path / "more", [("2024-01-02", "a", 5), ("2024-01-05", "a", 7)], "D")
    group = {"target": {**full, "files": full["files"] + more["files"]}}
    trained = step("train", tmp_path / "t", train_job(group, "NPTS", 1, "D", trainingParameters=PLAIN))
    ended = step("forecast", tmp_path / "f", forecast_job(group, trained, forecastTypes=["mean"]))
    assert means(ended) == {"a": pytest.approx((3 * 3 + 5 + 7) / 5)}


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ("late", "RelatedStartsLate", "price starts at 2024-01-03 00:00:00 for item_id i0, whose target "
         "time series starts at 2024-01-01 00:00:00"),
        ("short", "RelatedTooShort", "must extend to the last forecast period (2024-02-14 00:00:00)"),
        ("gap", "RelatedMissing", "price has no value for item_id i1 at 2024-01-21 00:00:00"),
        ("weekly", "FrequencyMismatch", "has the data frequency W, it has to be the forecast frequency D"),
        ("strangers", "RelatedMissing", "No item_id of the target time series occurs in the related time series"),
    ],
)  # fmt: skip
def test_related_series_that_do_not_fit(tmp_path: Path, change: str, code: str, words: str) -> None:
    dates = times("2024-01-01 00:00:00", 45, 24)
    tts = [
        (date, item, v) for k, item in enumerate(("i0", "i1")) for date, v in zip(dates, wavy(k, 40, 7), strict=False)
    ]
    gone = {"late": ("i0", range(2)), "short": ("i1", range(43, 45)), "gap": ("i1", range(20, 21))}.get(
        change, ("", ())
    )
    rts = [
        (date, item, 1.5)
        for item in ("i0", "i1")
        for t, date in enumerate(dates)
        if item != gone[0] or t not in gone[1]
    ]
    if change == "strangers":
        rts = [(date, "i9", 1.5) for date in dates]
    related = dataset(tmp_path / "rts", rts, "W" if change == "weekly" else "D", "related", PRICE)
    group = {"target": dataset(tmp_path / "tts", tts, "D"), "related": related}
    failure = step("train", tmp_path / "t", train_job(group, "ETS", 5, "D")).failure
    assert failure["code"] == code
    assert words in failure["message"]
    if change == "gap":
        filling = [{"AttributeName": "price", "Transformations": {"middlefill": "mean"}}]
        assert step("train", tmp_path / "g", train_job(group, "ETS", 5, "D", attributeConfigs=filling)).report
