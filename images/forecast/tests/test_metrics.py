"""Accuracy metrics: against an implementation without arrays, and against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import formulas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jobs import Ended, daily, dataset, step, train_job, wavy

from slipway_forecast.algorithms.interface import Forecast
from slipway_forecast.metrics import Metrics, as_api, average, mase_scale, measure

LEVELS = (0.1, 0.5, 0.9)
VALUE = st.one_of(st.none(), st.just(0.0), st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))
SURE = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


def as_array(rows: list[list[float | None]]) -> np.ndarray:
    return np.array([[np.nan if y is None else y for y in row] for row in rows], dtype=float)


def measured(
    actual: list[list[float | None]],
    quantiles: list[list[list[float]]],
    mean: list[list[float]],
    histories: list[list[float | None]],
    season: int,
) -> Metrics:
    forecast = Forecast(LEVELS, np.array(quantiles, dtype=float).transpose(1, 2, 0), np.array(mean, dtype=float))
    return measure(as_array(actual), forecast, mase_scale(as_array(histories), season))


@st.composite
def windows(draw: st.DrawFn) -> tuple[list, list, list, list, int]:
    """Actuals, quantile forecasts by level, means, histories and a season, with at least one observation."""
    n, h, length = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(1, 12))

    def table(cell: st.SearchStrategy, width: int) -> list[list]:
        return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=n, max_size=n))

    actual = table(VALUE, h)
    actual[0][0] = draw(SURE)
    return actual, [table(SURE, h) for _ in LEVELS], table(SURE, h), table(VALUE, length), draw(st.integers(1, 6))


def near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9)


@settings(max_examples=100, deadline=None, database=None)
@given(windows())
def test_equal_to_the_formulas(case: tuple[list, list, list, list, int]) -> None:
    actual, quantiles, mean, histories, season = case
    found = measured(*case)
    losses = [formulas.quantile_loss(level, actual, q) for level, q in zip(LEVELS, quantiles, strict=True)]
    assert found.quantile_losses == pytest.approx(losses, rel=1e-9)
    assert found.average_quantile_loss == pytest.approx(sum(losses) / 3, rel=1e-9)
    assert found.wape == near(formulas.wape(actual, mean))
    assert found.rmse == near(formulas.rmse(actual, mean))
    assert found.mape == near(formulas.mape(actual, mean))
    assert found.mase == near(formulas.mase(actual, mean, histories, season))


def test_worked_out_by_hand() -> None:
    """Two series; the gap of the second does not count, nor does its zero in MAPE.

    Σ|y| = 10 + 20 + 0 = 30. p10 misses by 2, 4, 0 from below: 2·0.1·6/30. p50 by 1 below, 2 above, 1 above:
    2·0.5·4/30. p90 by 5, 2, 3 above: 2·0.1·10/30. Mean errors are 2, −4, −1: WAPE 7/30, RMSE √(21/3), MAPE
    (0.2 + 0.2)/2. Scales with m = 2: (2 + 2)/2 = 2, and 1 with m = 1 for the series of two values: MASE
    ((2 + 4)/2/2 + 1/1)/2.
    """
    found = measured(
        actual=[[10, 20], [0, None]],
        quantiles=[[[8, 16], [0, 9]], [[9, 22], [1, 9]], [[15, 22], [3, 9]]],
        mean=[[8, 24], [1, 9]],
        histories=[[1, 5, 3, 7], [None, None, 4, 5]],
        season=2,
    )
    assert found.quantile_losses == pytest.approx((1.2 / 30, 4 / 30, 2 / 30))
    assert found.average_quantile_loss == pytest.approx(7.2 / 90)
    assert found.wape == pytest.approx(7 / 30)
    assert found.rmse == pytest.approx(7**0.5)
    assert found.mape == pytest.approx(0.2)
    assert found.mase == pytest.approx(1.25)


def test_only_zeros_leave_the_numerators_and_no_relative_metric() -> None:
    found = measured([[0, 0]], [[[0, 0]], [[1, 1]], [[2, 2]]], [[1, 3]], [[0, 0, 0]], 1)
    assert found.quantile_losses == pytest.approx((0, 2, 0.8))
    assert (found.wape, found.mape, found.mase) == (4, None, None)
    assert "MAPE" not in as_api(found)["ErrorMetrics"][0]


def test_a_summary_is_the_mean_of_its_windows_not_a_pooled_value() -> None:
    one = measured([[10]], [[[10]], [[10]], [[10]]], [[12]], [[0, 1]], 1)
    two = measured([[1000]], [[[10]], [[10]], [[10]]], [[900]], [[0, 1]], 1)
    whole = average([one, two])
    assert (whole.rmse, whole.wape, whole.mase) == pytest.approx((51, 0.15, 51))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, dict[str, list[float | None]]]:
    folder = tmp_path_factory.mktemp("metrics")
    series: dict[str, list[float | None]] = {f"i{k}": wavy(k, 60, 7) for k in range(3)}
    series["zeros"] = [0.0] * 60
    series["gappy"] = [v if t % 5 else None for t, v in enumerate(wavy(9, 60, 7))]
    data = {"target": dataset(folder / "import", daily(series), "D")}
    evaluation = {"NumberOfBacktestWindows": 3, "BackTestWindowOffset": 8}
    types = ["0.05", "0.5", "0.75", "mean"]
    job = train_job(data, "ETS", 7, "D", forecastTypes=types, evaluationParameters=evaluation)
    return step("train", folder / "train", job), series


def test_get_accuracy_metrics_follow_from_the_exported_backtests(
    trained: tuple[Ended, dict[str, list[float | None]]],
) -> None:
    """Every number of metrics.json, recomputed from backtest.parquet and the history that was given."""
    ended, series = trained
    windows = ended.json("metrics.json")["PredictorEvaluationResults"][0]["TestWindows"]
    rows = ended.rows(
        "backtest.parquet",
        "item_id, epoch(backtestwindow_start_time) AS s, target_value, mean, p5, p50, p75",
    )
    assert [window["EvaluationType"] for window in windows] == ["SUMMARY", *["COMPUTED"] * 3]
    starts = [window["TestWindowStart"] for window in windows[1:]]
    assert starts == sorted({row[1] for row in rows}, reverse=True)
    for index, window in enumerate(windows[1:], start=1):
        assert window["TestWindowEnd"] - window["TestWindowStart"] == 7 * 86_400
        assert window["ItemCount"] == len(series)
        inside = [row for row in rows if row[1] == window["TestWindowStart"]]
        items = list(dict.fromkeys(row[0] for row in inside))
        by_item = [[row for row in inside if row[0] == item] for item in items]
        actual = [[row[2] for row in own] for own in by_item]
        predicted = {column: [[row[column] for row in own] for own in by_item] for column in range(3, 7)}
        found, end = window["Metrics"], 60 - 8 * index
        assert actual == [[v or 0.0 for v in series[item][end : end + 7]] for item in items]
        losses = {entry["Quantile"]: entry["LossValue"] for entry in found["WeightedQuantileLosses"]}
        assert list(losses) == [0.75, 0.5, 0.05]
        for level, column in ((0.05, 4), (0.5, 5), (0.75, 6)):
            assert losses[level] == pytest.approx(formulas.quantile_loss(level, actual, predicted[column]))
        assert found["AverageWeightedQuantileLoss"] == pytest.approx(sum(losses.values()) / 3)
        (errors,) = found["ErrorMetrics"]
        mean = predicted[3]
        # gappy begins with a missing value, which is not filled; later gaps are zeros by default.
        histories = [
            [v if v is not None else None if t == 0 else 0.0 for t, v in enumerate(series[i][:end])] for i in items
        ]
        assert errors == {
            "ForecastType": "mean",
            "WAPE": pytest.approx(formulas.wape(actual, mean)),
            "RMSE": pytest.approx(formulas.rmse(actual, mean)),
            "MAPE": pytest.approx(formulas.mape(actual, mean)),
            "MASE": pytest.approx(formulas.mase(actual, mean, histories, 1)),
        }
        assert found["RMSE"] == errors["RMSE"]
    for name in ("WAPE", "RMSE", "MAPE", "MASE"):
        values = [window["Metrics"]["ErrorMetrics"][0][name] for window in windows]
        assert values[0] == pytest.approx(sum(values[1:]) / 3)


def test_only_the_mean_has_no_quantile_losses(tmp_path: Path) -> None:
    data = {"target": dataset(tmp_path / "import", daily({"a": wavy(1, 30, 7)}), "D")}
    ended = step("train", tmp_path / "train", train_job(data, "NPTS", 3, "D", forecastTypes=["mean"]))
    metrics = ended.json("metrics.json")["PredictorEvaluationResults"][0]["TestWindows"][0]["Metrics"]
    assert set(metrics) == {"RMSE", "ErrorMetrics"}
    assert ended.columns("backtest.parquet")[-1] == "mean"
