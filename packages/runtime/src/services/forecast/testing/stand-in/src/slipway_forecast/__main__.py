"""Stands in for images/forecast where a test needs a process that fails, dies or waits when told to.

It keeps the contract of images/forecast/README.md and computes nothing: what it writes are fixed values.
`control.json` beside `src` says what a step does, by its name:

    {"train": {"wait": "/path/of/a/fifo"}}       runs on when somebody opens the fifo for writing
    {"import": {"code": 10, "message": "…"}}     fails: 10 with failure.json, any other code without
    {"import": {"die": true}}                    is killed by SIGKILL
"""

import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

CONTROL = Path(__file__).parents[2] / "control.json"
DATES = ["2026-01-01T00:00:00", "2026-02-01T00:00:00"]
AUTOML = ["arn:aws:forecast:::algorithm/NPTS", "arn:aws:forecast:::algorithm/ETS"]
ITEMS = ["item_1", "item_2"]


def say(event: dict) -> None:
    """Prints an event as the image does."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def obey(step: str, job_file: Path) -> None:
    """Does what `control.json` orders for a step."""
    orders = json.loads(CONTROL.read_text()).get(step, {}) if CONTROL.exists() else {}
    if "wait" in orders:
        say({"event": "progress", "step": step, "done": 1, "total": 4, "elapsedSeconds": 60})
        with Path(orders["wait"]).open(encoding="utf-8"):
            pass
    if orders.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if "code" in orders:
        if orders["code"] == 10:
            failure = {"code": "Test", "message": orders["message"]}
            (job_file.parent / "failure.json").write_text(json.dumps(failure))
        sys.exit(orders["code"])


def run_import(job: dict, out: Path) -> dict:
    """The files as they are, one after the other."""
    text = "".join(Path(file["path"]).read_text() for file in job["files"])
    (out / "data.parquet").write_text(text)
    names = [attribute["AttributeName"] for attribute in job["schema"]["Attributes"]]
    statistics = {name: {"Count": text.count("\n"), "CountLong": text.count("\n")} for name in names}
    rows = {"FieldStatistics": statistics, "DataSize": len(text) / 2**30, "RowCount": text.count("\n")}
    (out / "statistics.json").write_text(json.dumps(rows))
    return {"notes": [f"{len(job['files'])} files"]}


def run_train(job: dict, out: Path) -> dict:
    """The same accuracy for everything."""
    read = [path for path in job["target"]["files"] if Path(path).read_text()]
    losses = [{"Quantile": quantile, "LossValue": 0.5} for quantile in (0.9, 0.5, 0.1)]
    metrics = {"RMSE": 1.5, "WeightedQuantileLosses": losses, "AverageWeightedQuantileLoss": 0.5}
    window = {"TestWindowStart": 1767225600.0, "TestWindowEnd": 1772323200.0, "ItemCount": 2}
    windows = [{"EvaluationType": "SUMMARY"}, {**window, "EvaluationType": "COMPUTED"}]
    result = {"TestWindows": [{**window, "Metrics": metrics} for window in windows]}
    automl = job["predictor"].get("performAutoML")
    arns = AUTOML if automl else [job["predictor"]["algorithmArn"]]
    results = [result if arn is None else {**result, "AlgorithmArn": arn} for arn in arns]
    (out / "metrics.json").write_text(json.dumps({"PredictorEvaluationResults": results}))
    for name in ("backtest.parquet", "item-metrics.parquet"):
        (out / name).write_text(name)
    (out / "model").mkdir(exist_ok=True)
    (out / "model" / "files.json").write_text(json.dumps(len(read)))
    say({"event": "note", "step": "train", "message": "nothing was trained"})
    parameters = job["predictor"].get("trainingParameters", {})
    if job["predictor"].get("performHpo"):
        parameters = {**parameters, "context_length": "7"}
    chosen = {"algorithm": AUTOML[0].rpartition("/")[2]} if automl else {}
    return {"notes": ["nothing was trained"], "trainingParameters": parameters, **chosen}


def run_forecast(job: dict, out: Path) -> dict:
    """Numbers that tell series, step and type."""
    for path in job["target"]["files"]:
        Path(path).read_text()
    (Path(job["model"]) / "files.json").read_text()
    types = [kind if kind == "mean" else f"p{round(float(kind) * 100)}" for kind in job["forecastTypes"]]
    items = ITEMS
    if job.get("selector"):
        items = "".join(Path(file["path"]).read_text() for file in job["selector"]["files"]).split()
    (out / "forecast.parquet").write_text(",".join(items))
    database = sqlite3.connect(out / "forecast.sqlite")
    columns = ", ".join(f'"{kind}" REAL' for kind in types)
    database.executescript(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"
        "CREATE TABLE series (series INTEGER PRIMARY KEY, item_id TEXT);"
        f"CREATE TABLE forecast (series INTEGER, date TEXT, {columns}, PRIMARY KEY (series, date)) WITHOUT ROWID;"
    )
    meta = {"identifier": "item_id", "dimensions": [], "types": types, "start": DATES[0], "end": DATES[-1]}
    database.executemany("INSERT INTO meta VALUES (?, ?)", [(key, json.dumps(value)) for key, value in meta.items()])
    for series, item in enumerate(items):
        database.execute("INSERT INTO series VALUES (?, ?)", (series, item))
        for step, date in enumerate(DATES):
            values = [series * 10 + step + place / 10 for place in range(len(types))]
            marks = ", ".join("?" * len(types))
            database.execute(f"INSERT INTO forecast VALUES (?, ?, {marks})", (series, date, *values))
    database.commit()
    database.close()
    return {"notes": []}


def run_export(job: dict, out: Path) -> dict:
    """One part, which is the forecast file."""
    name = f"{job['name']}_part0.{job['format'].lower()}"
    (out / name).write_text(Path(job["forecast"]).read_text())
    return {"notes": [], "files": [name]}


def run_backtest_export(job: dict, out: Path) -> dict:
    """One part in each folder."""
    files = []
    for folder, source in (("forecasted-values", "backtest"), ("accuracy-metrics-values", "itemMetrics")):
        (out / folder).mkdir(exist_ok=True)
        name = f"{folder}/{job['name']}_part0.{job['format'].lower()}"
        (out / name).write_text(Path(job[source]).read_text())
        files.append(name)
    return {"notes": [], "files": files}


STEPS = {
    "import": run_import,
    "train": run_train,
    "forecast": run_forecast,
    "export": run_export,
    "backtest-export": run_backtest_export,
}


def main() -> None:
    """Runs a step: `python -m slipway_forecast <step> <job.json>`."""
    step, job_file = sys.argv[1], Path(sys.argv[2])
    job = json.loads(job_file.read_text())
    obey(step, job_file)
    out = Path(job["output"])
    out.mkdir(parents=True, exist_ok=True)
    report = {"step": step, "elapsedSeconds": 0.1, **STEPS[step](job, out)}
    (out / "report.json").write_text(json.dumps(report))
    say({"event": "done", "step": step, "elapsedSeconds": 0.1})


main()
