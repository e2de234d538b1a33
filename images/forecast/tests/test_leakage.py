"""Nothing of a backtest window, or of what comes after it, has an influence on its forecast."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jobs import Ended, Row, daily, dataset, step, times, train_job, wavy

LENGTH, HORIZON, OFFSET = 77, 7, 9
RTS = (("timestamp", "timestamp"), ("item_id", "string"), ("price", "float"), ("stock", "float"))
SERIES = {f"i{k}": wavy(k, LENGTH, 7) for k in range(7)}
Forecasts = dict[float, list[Row]]


def forecasts(ended: Ended) -> Forecasts:
    """Forecasts by window start, with item and time but without the actual value."""
    out: Forecasts = {}
    assert ended.report
    for start, *row in ended.rows(
        "backtest.parquet", "epoch(backtestwindow_start_time), * EXCLUDE (target_value, backtestwindow_start_time)"
    ):
        out.setdefault(start, []).append(tuple(row))
    return out


def changed(
    start: int, values: dict[str, list[float]], change: Callable[[float], float] = lambda value: -7 * value - 500
) -> dict[str, list[float]]:
    """Other values from bucket `start` on: negative ones, and of another size."""
    return {item: [v if t < start else change(v) for t, v in enumerate(own)] for item, own in values.items()}


def target(folder: Path, series: dict[str, list[float]]) -> dict[str, Any]:
    return {"target": dataset(folder, daily(series), "D")}


# A few epochs show what has an influence as well as many do.
QUICK = {"CNN-QR": {"epochs": "2"}, "Deep_AR_Plus": {"epochs": "2"}}


@pytest.mark.parametrize("algorithm", ["ETS", "ARIMA", "NPTS", "Prophet", "CNN-QR", "Deep_AR_Plus"])
def test_single_algorithm(tmp_path: Path, algorithm: str) -> None:
    evaluation = {"NumberOfBacktestWindows": 3, "BackTestWindowOffset": OFFSET}

    def run(name: str, series: dict[str, list[float]]) -> Forecasts:
        data = target(tmp_path / f"import-{name}", series)
        more = {"evaluationParameters": evaluation, "forecastTypes": ["0.1", "mean"]}
        parameters = {"trainingParameters": QUICK[algorithm]} if algorithm in QUICK else {}
        job = train_job(data, algorithm, HORIZON, "D", **more, **parameters)
        return forecasts(step("train", tmp_path / name, job))

    # The newest window starts OFFSET before the end, so values behind a window are changed too.
    cases = [SERIES, *(changed(LENGTH - OFFSET * (3 - index), SERIES) for index in range(3))]
    with ThreadPoolExecutor() as pool:
        before, *others = pool.map(run, ["before", "oldest", "middle", "newest"], cases)
    for start, after in zip(sorted(before), others, strict=True):
        kept = [other for other in before if other <= start]
        assert {s: after[s] for s in kept} == {s: before[s] for s in kept}
        assert all(after[s] != before[s] for s in before if s > start)


def test_the_test_notices_a_change_before_the_window(tmp_path: Path) -> None:
    found = []
    for start in (LENGTH - HORIZON - 1, LENGTH - HORIZON):
        data = target(tmp_path / f"import-{start}", changed(start, SERIES))
        found.append(forecasts(step("train", tmp_path / f"train-{start}", train_job(data, "NPTS", HORIZON, "D"))))
    assert found[0] != found[1]


@pytest.mark.parametrize("algorithm", [None, "CNN-QR", "Deep_AR_Plus"])
def test_features(tmp_path: Path, algorithm: str | None) -> None:
    """Target and a historical feature from the window on, a forward-looking feature after the window."""
    parameters = {"trainingParameters": QUICK[algorithm]} if algorithm in QUICK else {}
    start = LENGTH - HORIZON
    price = {item: wavy(50 + k, LENGTH + HORIZON, 5) for k, item in enumerate(SERIES)}
    stock = {item: wavy(80 + k, LENGTH, 3) for k, item in enumerate(SERIES)}

    def run(
        name: str, series: dict[str, list[float]], price: dict[str, list[float]], stock: dict[str, list[float]]
    ) -> Forecasts:
        dates = times("2023-01-01 00:00:00", LENGTH + HORIZON, 24)
        rows = [
            (date, item, price[item][t], stock[item][t] if t < LENGTH else None)
            for item in SERIES
            for t, date in enumerate(dates)
        ]
        data = target(tmp_path / f"tts-{name}", series)
        data |= {"related": dataset(tmp_path / f"rts-{name}", rows, "D", "related", RTS)}
        return forecasts(step("train", tmp_path / name, train_job(data, algorithm, HORIZON, "D", **parameters)))

    cases = {
        "before": (SERIES, price, stock),
        "changed": (changed(start, SERIES), changed(LENGTH, price), changed(start, stock)),
        "price": (SERIES, changed(start, price), stock),
        "stock": (SERIES, price, changed(start - HORIZON, stock)),
    }
    with ThreadPoolExecutor() as pool:
        found = dict(zip(cases, pool.map(lambda name: run(name, *cases[name]), cases), strict=True))
    assert found["changed"] == found["before"]
    # Both features are used, and prices inside the window are known in advance.
    assert found["price"] != found["before"]
    # DeepAR+ has no place for what is not known ahead.
    assert (found["stock"] != found["before"]) == (algorithm != "Deep_AR_Plus")
