"""Forecasts: quantiles in order, the index for queries, exports and selected series."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import duckdb
import pytest
from conftest import ALL_TYPES, Predictor
from jobs import Ended, daily, dataset, forecast_job, schema, step, train_job, wavy

PERCENTS = [f"p{percent}" for percent in range(1, 100)]


def assert_in_order(ended: Ended) -> None:
    """Every row has p1 ≤ p2 ≤ … ≤ p99, all finite, and a finite mean that lies among them."""
    rows = ended.rows("forecast.parquet", ", ".join([*PERCENTS, "mean"]))
    assert rows
    for *quantiles, mean in rows:
        assert quantiles == sorted(quantiles)
        assert all(abs(value) < float("inf") for value in (*quantiles, mean))
        # A weighted mean of equal numbers may miss them by rounding.
        rounding = 1e-12 * abs(mean)
        assert quantiles[0] - rounding <= mean <= quantiles[-1] + rounding


def test_quantiles_of_the_autopredictor(auto: Predictor) -> None:
    assert_in_order(auto.forecast)
    assert auto.forecast.columns("forecast.parquet") == ["item_id", "store", "date", *PERCENTS, "mean"]
    rows = auto.forecast.rows("forecast.parquet", "item_id, store, date::VARCHAR")
    assert rows == sorted(rows)
    assert [row[2] for row in rows[:7]] == [f"2023-03-{day} 00:00:00" for day in range(12, 19)]
    report = auto.forecast.report
    assert (report["seriesCount"], report["rowCount"], report["types"]) == (4, 28, [*PERCENTS, "mean"])
    assert (report["start"], report["end"]) == ("2023-03-12T00:00:00", "2023-03-18T00:00:00")


@pytest.mark.parametrize("algorithm", ["ETS", "ARIMA", "NPTS"])
def test_quantiles_of_an_algorithm(tmp_path: Path, algorithm: str) -> None:
    """Also of negative, sparse and trending series, and in the backtests."""
    series = {
        "wavy": wavy(1, 60, 7),
        "negative": [v - 60 for v in wavy(2, 60, 7)],
        "sparse": [float(t % 11 == 0) for t in range(60)],
        "growing": [1.12**t for t in range(60)],
        "constant": [5.0] * 60,
    }
    data = {"target": dataset(tmp_path / "import", daily(series), "D")}
    trained = step("train", tmp_path / "train", train_job(data, algorithm, 7, "D", forecastTypes=ALL_TYPES))
    backtest = trained.rows("backtest.parquet", ", ".join(PERCENTS))
    assert len(backtest) == 35
    assert all(list(row) == sorted(row) for row in backtest)
    assert_in_order(step("forecast", tmp_path / "forecast", forecast_job(data, trained)))


def test_index_for_queries(auto: Predictor) -> None:
    connection = sqlite3.connect(auto.forecast.out / "forecast.sqlite")
    meta = {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    assert meta == {
        "identifier": "item_id",
        "dimensions": ["store"],
        "types": [*PERCENTS, "mean"],
        "frequency": "D",
        "start": "2023-03-12T00:00:00",
        "end": "2023-03-18T00:00:00",
    }
    found = connection.execute(
        "SELECT f.date, f.p10, f.mean FROM series s JOIN forecast f USING (series) "
        "WHERE s.item_id = 'i1' AND s.store = 's0' AND f.date BETWEEN '2023-03-13T00:00:00' AND '2023-03-15T00:00:00' "
        "ORDER BY f.date"
    ).fetchall()
    connection.close()
    rows = auto.forecast.rows("forecast.parquet", "item_id, store, strftime(date, '%Y-%m-%dT%H:%M:%S'), p10, mean")
    assert found == [row[2:] for row in rows if row[:2] == ("i1", "s0")][1:4]


@pytest.fixture(scope="module")
def small(auto: Predictor, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A forecast of three types in the spellings and the order of a user."""
    job = forecast_job(auto.data, auto.trained, forecastTypes=["mean", ".9", "0.10"])
    return step("forecast", tmp_path_factory.mktemp("small"), job)


@pytest.mark.parametrize("form", ["CSV", "PARQUET"])
def test_export_of_a_forecast(small: Ended, tmp_path: Path, form: str) -> None:
    job = {"forecast": str(small.out / "forecast.parquet"), "name": "x_2021-12-14T13-20-10Z", "rowsPerPart": 10}
    ended = step("export", tmp_path / "export", {**job, "format": form})
    files = ended.report["files"]
    assert files == [f"x_2021-12-14T13-20-10Z_part{part}.{form.lower()}" for part in range(3)]
    assert ended.columns(files[0]) == ["item_id", "store", "date", "p10", "p90", "mean"]
    options = ", header = true, all_varchar = true" if form == "CSV" else ""
    parts = [
        duckdb.execute(f"SELECT * FROM read_{form.lower()}('{ended.out / file}'{options})").fetchall() for file in files
    ]
    assert [len(part) for part in parts] == [10, 10, 8]
    rows = [row for part in parts for row in part]
    expected = small.rows("forecast.parquet", "* REPLACE (strftime(date, '%Y-%m-%dT%H:%M:%SZ') AS date)")
    assert [row[:3] for row in rows] == [row[:3] for row in expected]
    assert [tuple(map(float, row[3:])) for row in rows] == [row[3:] for row in expected]
    if form == "CSV":
        lines = (ended.out / files[0]).read_text(encoding="utf-8").splitlines()
        assert lines[0] == "item_id,store,date,p10,p90,mean"
        assert lines[1].startswith("i0,s0,2023-03-12T00:00:00Z,")


def test_export_of_backtests(auto: Predictor, tmp_path: Path) -> None:
    out = auto.trained.out
    job = {"backtest": str(out / "backtest.parquet"), "itemMetrics": str(out / "item-metrics.parquet"), "name": "x"}
    ended = step("backtest-export", tmp_path, job)
    values, metrics = ended.report["files"]
    assert (values, metrics) == ("forecasted-values/x_part0.csv", "accuracy-metrics-values/x_part0.csv")
    header, first = (ended.out / values).read_text(encoding="utf-8").splitlines()[:2]
    windows = "backtestwindow_start_time,backtestwindow_end_time"
    assert header == f"item_id,store,timestamp,target_value,{windows},p10,p50,p90"
    assert first.startswith("i0,s0,2023-03-05T00:00:00Z,")
    assert ",2023-03-05T00:00:00,2023-03-11T00:00:00," in first
    lines = (ended.out / metrics).read_text(encoding="utf-8").splitlines()
    losses = "wQL[0.1],wQL[0.5],wQL[0.9],Average wQL"
    assert lines[0] == f"item_id,store,backtest_window,{windows},{losses},RMSE,WAPE,MAPE,MASE"
    assert [line.split(",")[2] for line in lines[1:]] == ["Summary", "Computed"] * 4


def test_selected_series(auto: Predictor, tmp_path: Path) -> None:
    (tmp_path / "subset.csv").write_text("i1, s0\ni9,s0\n", encoding="utf-8")
    selector = {
        "files": [{"path": str(tmp_path / "subset.csv"), "name": "s3://b/subset.csv"}],
        "schema": schema([("item_id", "string"), ("store", "string")]),
    }
    job = forecast_job(auto.data, auto.trained, forecastTypes=ALL_TYPES, selector=selector)
    ended = step("forecast", tmp_path / "some", job)
    assert ended.report["notes"] == ["1 of 2 selected series are not in the data sets."]
    every = auto.forecast.rows("forecast.parquet")
    assert ended.rows("forecast.parquet") == [row for row in every if row[:2] == ("i1", "s0")]
    (tmp_path / "subset.csv").write_text("i9,s0\n", encoding="utf-8")
    assert step("forecast", tmp_path / "none", job).failure["code"] == "UnknownSeries"


def test_newer_data_move_the_forecast(tmp_path: Path) -> None:
    series = {"a": wavy(1, 40, 7), "b": wavy(2, 40, 7)}
    first = dataset(tmp_path / "full", daily(series), "D")
    trained = step("train", tmp_path / "train", train_job({"target": first}, "ETS", 4, "D"))
    more = dataset(tmp_path / "more", [("2023-02-10 00:00:00", "a", 50), ("2023-02-09 00:00:00", "c", 3)], "D")
    data = {"target": {**first, "files": first["files"] + more["files"]}}
    ended = step("forecast", tmp_path / "forecast", forecast_job(data, trained))
    assert (ended.report["start"], ended.report["seriesCount"]) == ("2023-02-11T00:00:00", 3)
