"""The engine's functions for data frames, pandas and Polars."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import polars as pl
import pytest

import slipway_forecast
from slipway_forecast.errors import UserError

_MONTHS = 60


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    """Two shops' monthly sales of one article, with a season of a year, months given by their ends."""
    months = pd.date_range("2020-01-31", periods=_MONTHS, freq="ME")
    season = 10 * np.sin(np.arange(_MONTHS) * np.pi / 6)
    return pd.concat(
        pd.DataFrame({"shop": shop, "sku": 7, "month": months, "units": level + season})
        for shop, level in (("north", 100.0), ("south", 50.0))
    )


def test_a_pandas_frame_gives_a_pandas_frame(sales: pd.DataFrame) -> None:
    shuffled = sales.sample(frac=1, random_state=1)
    ahead = slipway_forecast.forecast(shuffled, 12, target="units", series=["shop", "sku"])
    assert list(ahead.columns) == ["shop", "sku", "month", "p10", "p50", "p90", "mean"]
    assert ahead["sku"].dtype == sales["sku"].dtype
    assert ahead["month"].min() == pd.Timestamp("2025-01-01")
    assert ahead.groupby("shop").size().to_dict() == {"north": 12, "south": 12}
    assert (ahead["p10"] <= ahead["p50"]).all() and (ahead["p50"] <= ahead["p90"]).all()
    truth = np.concatenate([100 + 10 * np.sin(np.arange(12) * np.pi / 6), 50 + 10 * np.sin(np.arange(12) * np.pi / 6)])
    np.testing.assert_allclose(ahead["p50"], truth, atol=4)


def test_a_polars_frame_gives_a_polars_frame_and_its_accuracy(sales: pd.DataFrame) -> None:
    frame = pl.DataFrame({name: sales[name].to_list() for name in ("shop", "month", "units")})
    frame = frame.with_columns(pl.col("month").cast(pl.Date))
    told: list[tuple[str, int, int, str | None]] = []
    fitted = slipway_forecast.fit(frame, 6, quantiles=(0.05, 0.5), progress=lambda *event: told.append(event))
    ahead = fitted.forecast()
    assert isinstance(ahead, pl.DataFrame)
    assert ahead.schema["month"] == pl.Date
    assert ahead.columns == ["shop", "month", "p5", "p50", "mean"]
    accuracy = fitted.accuracy()
    assert accuracy.columns == ["shop", "wQL", "WAPE", "RMSE", "MASE", "MAPE"]
    assert accuracy["shop"].to_list() == [None, "north", "south"]
    assert accuracy["WAPE"][0] < 0.05
    assert sum(fitted.weights.values()) == pytest.approx(1, abs=1e-3)
    assert {"boosting", "ets"} <= {candidate for _, _, _, candidate in told if candidate}


def test_one_series_needs_no_column_that_names_it_and_threads_do_no_harm(sales: pd.DataFrame) -> None:
    north = sales.loc[sales["shop"] == "north", ["month", "units"]]
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        ahead = slipway_forecast.forecast(north, 3)
    finally:
        stop.set()
        other.join()
    assert list(ahead.columns) == ["month", "p10", "p50", "p90", "mean"]
    assert len(ahead) == 3


def test_columns_known_in_advance_have_an_influence() -> None:
    days = pd.date_range("2024-01-01", periods=160, freq="D")
    rng = np.random.default_rng(5)
    frames = []
    for item in range(8):
        promotion = (rng.random(160) < 0.2).astype(float)
        units = 20 + item + 30 * promotion + rng.normal(0, 1, 160)
        units[150:] = np.nan
        frames.append(pd.DataFrame({"item": f"i{item}", "day": days, "units": units, "promotion": promotion}))
    ahead = slipway_forecast.forecast(pd.concat(frames), 10, target="units", known=["promotion"])
    promoted = np.concatenate([frame["promotion"][150:] for frame in frames]) > 0
    assert ahead["p50"][promoted].mean() - ahead["p50"][~promoted].mean() > 15


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda f: f.drop(columns="units"), {}, "no column of numbers; say which is meant with target="),
        (lambda f: f.assign(month=f["month"].astype(str)), {}, "no column of dates or times"),
        (lambda f: f.assign(month=f["month"].astype(str)), {"time": "month"}, "convert it first"),
        (lambda f: f.assign(other=1.0), {}, "several columns of numbers: 'units', 'other'"),
        (lambda f: f.assign(units=np.inf), {}, "Row 0, column 'units': is infinite"),
        (lambda f: f.assign(shop=None), {"series": "shop"}, "tells series apart and has missing values"),
        (lambda f: f.assign(month=pd.NaT).astype({"month": "datetime64[ns]"}), {}, "has no time"),
        (lambda f: f, {"target": "sales"}, "There is no column 'sales'; there are: shop, month, units."),
        (lambda f: f.iloc[:1], {}, "No series has two times"),
        (lambda f: f, {"quantiles": (0.005,)}, "Forecast type '0.005' is not valid"),
        (lambda f: f, {"metric": "R2"}, "OptimizationMetric 'R2' is not one of"),
        (lambda f: f, {"missing": "guess"}, "'guess'"),
        (list, {}, "A pandas or Polars data frame is needed, not list"),
    ],
)
def test_what_cannot_be_used_is_refused(sales: pd.DataFrame, change, options: dict, message: str) -> None:  # noqa: ANN001
    with pytest.raises(UserError) as refused:
        slipway_forecast.forecast(change(sales.drop(columns="sku")), 6, **options)
    assert message in str(refused.value)


@pytest.mark.parametrize(("horizon", "message"), [(0, "at least 1"), (2.5, "whole number"), (40, "at most 15")])
def test_horizons_out_of_range(sales: pd.DataFrame, horizon: float, message: str) -> None:
    with pytest.raises(UserError, match=message):
        slipway_forecast.forecast(sales.drop(columns="sku"), horizon)
