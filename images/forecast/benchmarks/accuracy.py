"""Accuracy and seconds of every step on public data sets, through the job steps as the service runs them.

    python benchmarks/accuracy.py [--algorithm ETS|…|auto|automl]… [item-demand electronics instruments m4-hourly …]

Prints one line per data set and algorithm: metrics of the last backtest window, or of the held-out values where the
data set has some, and below it the AutoPredictor's average weights.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from datasets import NAMES, BenchmarkData, load

from slipway_forecast.algorithms.interface import Forecast
from slipway_forecast.metrics import Metrics, mase_scale, measure

_KINDS = {"target": "TARGET_TIME_SERIES", "related": "RELATED_TIME_SERIES", "metadata": "ITEM_METADATA"}
_LEVELS = (0.1, 0.5, 0.9)
_LEAST_SHARE = 0.01


def main() -> None:
    """Runs the data sets named on the command line, default all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=[], metavar="data set", help=", ".join(NAMES))
    parser.add_argument(
        "--algorithm",
        action="append",
        help="ARIMA, CNN-QR, Deep_AR_Plus, ETS, NPTS, Prophet, automl, or auto (the AutoPredictor; default)",
    )
    arguments = parser.parse_args()
    head = f"{'data set':12} {'algorithm':12} {'series':>6} {'avg wQL':>8} {'WAPE':>7} {'RMSE':>10} {'MASE':>6}"
    print(f"{head} {'in 80%':>6}  seconds")
    for name in arguments.names or NAMES:
        for algorithm in arguments.algorithm or ["auto"]:
            with tempfile.TemporaryDirectory() as folder:
                print(_benchmark(load(name, Path(folder)), algorithm, Path(folder)), flush=True)


def _benchmark(data: BenchmarkData, algorithm: str, folder: Path) -> str:
    seconds: dict[str, float] = {}
    imported = {}
    for kind, source in (("target", data.target), ("related", data.related), ("metadata", data.metadata)):
        if source is not None:
            imported[kind] = _import(data, kind, source, folder / kind, seconds)
    predictor = {
        "algorithmArn": None if algorithm in ("auto", "automl") else f"arn:aws:forecast:::algorithm/{algorithm}",
        "performAutoML": algorithm == "automl",
        "forecastHorizon": data.horizon,
        "forecastFrequency": data.frequency,
        "forecastDimensions": list(data.dimensions),
        "additionalDatasets": [{"Name": "holiday", "Value": data.holiday}] if data.holiday else [],
    }
    job = {"domain": data.domain, **imported}
    _step("train", folder / "train", {**job, "predictor": predictor}, seconds)
    types = ["0.1", "0.5", "0.9", "mean"]
    model = str(folder / "train" / "out" / "model")
    _step("forecast", folder / "forecast", {**job, "model": model, "forecastTypes": types}, seconds)
    report = json.loads((folder / "train" / "out" / "report.json").read_text())
    metrics, coverage = _held_out(data, folder) if data.held_out else _backtest(folder)
    spent = " ".join(f"{step} {took:.1f}" for step, took in seconds.items())
    shares = sorted(report.get("weights", {}).items(), key=lambda entry: -entry[1])
    weights = "".join(f"\n{'':19} {name} {share:.2f}" for name, share in shares if share >= _LEAST_SHARE)
    return (
        f"{data.name:12} {report.get('algorithm', algorithm):12} {report['seriesCount']:6d} "
        f"{metrics['AverageWeightedQuantileLoss']:8.4f} {metrics['WAPE']:7.4f} "
        f"{metrics['RMSE']:10.3f} {metrics['MASE']:6.3f} {coverage:6.1%}  {spent}{weights}"
    )


def _import(
    data: BenchmarkData, kind: str, source: tuple[Path, list[tuple[str, str]]], folder: Path, seconds: dict[str, float]
) -> dict[str, Any]:
    path, columns = source
    schema = {"Attributes": [{"AttributeName": n, "AttributeType": t} for n, t in columns]}
    job = {
        "source": str(path),
        "files": [{"path": str(path), "name": path.name}],
        "domain": data.domain,
        "datasetType": _KINDS[kind],
        "dataFrequency": data.frequency,
        "schema": schema,
    }
    _step("import", folder, job, seconds)
    return {"files": [str(folder / "out" / "data.parquet")], "schema": schema, "dataFrequency": data.frequency}


def _step(step: str, folder: Path, job: dict[str, Any], seconds: dict[str, float]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "job.json"
    path.write_text(json.dumps({**job, "output": "out"}), encoding="utf-8")
    started = time.perf_counter()
    # A process for each step, as the service runs them: worker processes forked after a step that has predicted
    # with LightGBM would inherit an OpenMP runtime whose threads are gone, and wait for them for ever.
    command = [sys.executable, "-m", "slipway_forecast", step, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    ended = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started
    if ended.returncode:
        raise SystemExit(f"{step} ended with {ended.returncode}: {ended.stderr.decode()}")


def _backtest(folder: Path) -> tuple[dict[str, float], float]:
    """Metrics of the reported window from `metrics.json`, coverage from the backtest forecasts."""
    document = json.loads((folder / "train" / "out" / "metrics.json").read_text())
    window = document["PredictorEvaluationResults"][0]["TestWindows"][1]["Metrics"]
    path = folder / "train" / "out" / "backtest.parquet"
    inside = duckdb.execute(
        f"SELECT avg((target_value BETWEEN p10 AND p90)::INT) FROM read_parquet('{path}')"
    ).fetchall()[0][0]
    return {**window["ErrorMetrics"][0], **window}, inside


def _held_out(data: BenchmarkData, folder: Path) -> tuple[dict[str, float], float]:
    """Metrics of the forecast against values the engine has never seen."""
    rows = duckdb.execute(
        f"SELECT item_id, p10, p50, p90, mean FROM read_parquet('{folder / 'forecast' / 'out' / 'forecast.parquet'}')"
    ).fetchnumpy()
    items = list(dict.fromkeys(rows["item_id"]))
    shape = (len(items), data.horizon)
    quantiles = np.stack([np.asarray(rows[name]).reshape(shape) for name in ("p10", "p50", "p90")], axis=2)
    forecast = Forecast(_LEVELS, quantiles, np.asarray(rows["mean"]).reshape(shape))
    actual = np.stack([data.held_out[item] for item in items])
    season = 24 if data.frequency == "H" else 1
    metrics: Metrics = measure(actual, forecast, mase_scale(_history(data, items), season))
    inside = float(((actual >= quantiles[:, :, 0]) & (actual <= quantiles[:, :, 2])).mean())
    named = {"WAPE": metrics.wape, "RMSE": metrics.rmse, "MASE": metrics.mase or 0.0}
    return {**named, "AverageWeightedQuantileLoss": metrics.average_quantile_loss or 0.0}, inside


def _history(data: BenchmarkData, items: list[str]) -> np.ndarray:
    """Training values, right-aligned with NaN in front."""
    found = duckdb.execute(
        f"SELECT column1, list(column2 ORDER BY column0) FROM read_csv('{data.target[0]}', header = false) "
        "GROUP BY column1"
    ).fetchall()
    values = dict(found)
    length = max(len(v) for v in values.values())
    return np.array([[np.nan] * (length - len(values[i])) + list(values[i]) for i in items])


if __name__ == "__main__":
    main()
