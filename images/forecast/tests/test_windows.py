"""Backtest windows, and those by which the AutoPredictor chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway_forecast.backtest.windows import Window, backtest_windows, check_limits
from slipway_forecast.ensemble.plan import make_plan
from slipway_forecast.errors import UserError
from slipway_forecast.job import Fields
from slipway_forecast.settings import Settings


def settings(
    algorithm: str | None, horizon: int, count: int = 1, offset: int | None = None, *, retrain: bool = False
) -> Settings:
    """Of a daily predictor."""
    predictor = {
        "algorithmArn": algorithm,
        "forecastHorizon": horizon,
        "forecastFrequency": "D",
        "evaluationParameters": {"NumberOfBacktestWindows": count, "BackTestWindowOffset": offset or horizon},
        "retrain": retrain,
    }
    return Settings.read(Fields(predictor, "predictor", Path()), "CUSTOM")


def test_windows_are_listed_newest_first() -> None:
    assert backtest_windows(100, 7, 3, 10) == [Window(90, 97), Window(80, 87), Window(70, 77)]


@pytest.mark.parametrize("length", [1, 4, 10, 48, 50, 99, 100, 101, 1000])
@pytest.mark.parametrize("horizon", [1, 2, 7, 25])
@pytest.mark.parametrize("series", [1, 400, 401, 2000, 2001])
def test_the_autopredictor_chooses_by_windows_that_end_before_the_reported_one(
    length: int, horizon: int, series: int
) -> None:
    plan = make_plan(length, horizon, series)
    assert plan.report == Window(length - horizon, length)
    assert len(plan.selection) <= 3
    later = plan.report
    for window in plan.selection:
        assert window.end - window.start == horizon
        assert 0 < window.start < window.end <= later.start
        later = window
    # Wherever the horizon is allowed and the history is long enough for one such window, there is one.
    assert bool(plan.selection) == (length >= 3 * horizon)


@pytest.mark.parametrize(
    ("length", "algorithm", "retrain", "limit"),
    [
        (100, None, False, 25),
        (100, None, True, 33),
        (10_000, None, False, 500),
        (3, None, False, 0),
        (100, "CNN-QR", False, 33),
        (100, "Deep_AR_Plus", False, 33),
    ],
)
def test_longest_horizon(length: int, algorithm: str | None, retrain: bool, limit: int) -> None:
    if limit:
        check_limits(length, settings(algorithm, limit, retrain=retrain))
    with pytest.raises(UserError, match=f"can be at most {limit} ") as caught:
        check_limits(length, settings(algorithm, limit + 1, retrain=retrain))
    assert caught.value.code == "HorizonTooLong"


@pytest.mark.parametrize(
    ("length", "horizon", "count", "offset", "code"),
    [
        (100, 100, 1, 100, "HorizonTooLong"),
        (2000, 501, 1, 501, "HorizonTooLong"),
        (100, 10, 1, 9, "BadEvaluation"),
        (100, 10, 1, 50, "BadEvaluation"),
        (100, 10, 5, 20, "BadEvaluation"),
        (100, 49, 1, 49, None),
        (100, 10, 5, 19, None),
    ],
)
def test_limits_of_an_algorithm(length: int, horizon: int, count: int, offset: int, code: str | None) -> None:
    if code is None:
        check_limits(length, settings("ETS", horizon, count, offset))
        return
    with pytest.raises(UserError) as caught:
        check_limits(length, settings("ETS", horizon, count, offset))
    assert caught.value.code == code
