"""Gathers everything that the page shows."""

from __future__ import annotations

import math
from datetime import datetime, timezone

import numpy as np
import pandas as pd

from .accuracy import bias, calibration, error_shares, item_measures, measures_of_windows
from .execution import execution_input, started, timeline
from .inputs import identifier, read_inputs
from .plots import history_length, listed_items, plain, plots, rounded_to, totals
from .profile import describe_metadata, describe_related, describe_target
from .remarks import remarks
from .series import Series, gather
from .tables import read_csv, read_parts

# Numbers in all plots together: about 12 MB.
BUDGET = 2_400_000
MANY_ITEMS = 1_000


def report_data(s3, bucket: str, run: dict, events: list[dict], steps: list[dict], budget: int = BUDGET) -> dict:
    """The page's data. `run` is what the state machine knows at the end: `uid, notes, failure, metrics`."""
    config = execution_input(events).get("config") or {}
    uid = run["uid"]
    # Objects in S3 have times of whole seconds.
    since = datetime.fromtimestamp(int(started(events)), timezone.utc)
    inputs = read_inputs(s3, bucket, config, since) if "Dataset" in config else {}
    forecast = read_csv(s3, bucket, f"forecast/{uid}.csv")
    if forecast is not None and ("date" not in forecast.columns or len(forecast) == 0):
        forecast = None
    values = read_parts(s3, bucket, f"backtest/{uid}/forecasted-values/")
    measured = read_parts(s3, bucket, f"backtest/{uid}/accuracy-metrics-values/")
    frequency, aggregation = _frequency(config), _aggregation(config)
    target, by_item = describe_target(inputs.get("TTS"))
    series = gather(inputs.get("TTS"), forecast, values, frequency, aggregation) if frequency else None
    known = set(by_item.index) if by_item is not None else set()
    end = series.periods.start(int(series.forecast["period"].max())) if series and len(series.forecast) else None
    profile = {
        "target": target,
        "related": describe_related(inputs.get("RTS"), known, end),
        "metadata": describe_metadata(inputs.get("IM"), known),
    }
    return {
        "run": _run(run, config, events),
        "setup": _setup(config),
        "steps": timeline(events, steps),
        "accuracy": _accuracy(run, series),
        "profile": profile,
        "remarks": remarks(config, profile),
        "missing": _missing(run, forecast, values, measured),
        "totals": totals(series) if series else None,
        "items": _items(series, by_item, measured, inputs, budget) if series else None,
        "axis": _axis(series, frequency, aggregation) if series else None,
    }


def _run(run: dict, config: dict, events: list[dict]) -> dict:
    now = datetime.now(timezone.utc).timestamp()
    group = (config.get("DatasetGroup") or {}).get("DatasetGroupName")
    return {
        "uid": run["uid"],
        "execution": run["execution"],
        "title": (config.get("Forecast") or {}).get("ForecastName") or group or "Forecast",
        "started": started(events),
        "written": now,
        "failure": run["failure"],
        "notes": run["notes"],
    }


def _setup(config: dict) -> dict:
    predictor = config.get("Predictor") or config.get("AutoPredictor") or {}
    return {
        "group": (config.get("DatasetGroup") or {}).get("DatasetGroupName"),
        "domain": (config.get("DatasetGroup") or {}).get("Domain"),
        "predictor": "AutoPredictor"
        if "AutoPredictor" in config
        else predictor.get("AlgorithmArn", "AutoML").rpartition("/")[2],
        "horizon": predictor.get("ForecastHorizon"),
        "frequency": _frequency(config),
        "types": (config.get("Forecast") or {}).get("ForecastTypes") or predictor.get("ForecastTypes"),
        "deletes": config.get("PerformDelete"),
    }


def _frequency(config: dict) -> str | None:
    if "AutoPredictor" in config:
        return config["AutoPredictor"].get("ForecastFrequency")
    return (config.get("Predictor") or {}).get("FeaturizationConfig", {}).get("ForecastFrequency")


def _aggregation(config: dict) -> str:
    """How values of one period become one: the target's setting, or the service's default."""
    for attribute in (config.get("AutoPredictor") or {}).get("DataConfig", {}).get("AttributeConfigs", []):
        if "aggregation" in attribute.get("Transformations", {}):
            return attribute["Transformations"]["aggregation"]
    featurizations = (config.get("Predictor") or {}).get("FeaturizationConfig", {}).get("Featurizations", [])
    for featurization in featurizations:
        for method in featurization.get("FeaturizationPipeline", []):
            if "aggregation" in method.get("FeaturizationMethodParameters", {}):
                return method["FeaturizationMethodParameters"]["aggregation"]
    return "sum"


def _accuracy(run: dict, series: Series | None) -> dict | None:
    measures = measures_of_windows(run["metrics"])
    if measures is None:
        return None
    if series is None or len(series.backtests) == 0 or series.central is None:
        return {**measures, "calibration": [], "bias": None, "central": None}
    return {
        **measures,
        "calibration": calibration(series.backtests),
        "bias": bias(series.backtests, series.central),
        "central": series.central,
    }


def _missing(run: dict, forecast, values, measured) -> list[str]:
    found = []
    if forecast is None:
        found.append(f"There is no forecast: forecast/{run['uid']}.csv is missing, empty, or has no column date.")
    if run["metrics"] is None:
        found.append("The service gave no accuracy metrics.")
    if values is None or measured is None:
        found.append("There is no backtest export: accuracy per item and backtests in plots are missing.")
    return found


def _axis(series: Series, frequency: str, aggregation: str) -> dict:
    return {
        "start": series.periods.anchor.isoformat(),
        "unit": series.periods.unit,
        "multiple": series.periods.multiple,
        "frequency": frequency,
        "aggregation": aggregation,
        "types": series.columns,
        "central": series.central,
        "windows": series.windows,
    }


def _items(series: Series, by_item, measured: pd.DataFrame | None, inputs: dict, budget: int) -> dict:
    count = len(series.names)
    volume = series.history.groupby("item")["value"].sum()
    shares = (
        error_shares(series.backtests, ["item"], series.central)
        if len(series.backtests) and series.central
        else pd.Series(dtype=float)
    )
    listed = listed_items(series, shares, volume)
    names, rows = _measures(series, measured)
    length = history_length(series, len(listed), budget)
    digits = 5 if len(listed) <= MANY_ITEMS else 4
    span = int(series.history["period"].max() - series.history["period"].min() + 1) if len(series.history) else 0
    about = _about(series, by_item, inputs)
    numbers = plots(series, listed, length, digits)
    for item, plot in zip(listed, numbers):
        plot["n"] = series.names[item]
        plot["v"] = _number(volume.get(item))
        plot["e"] = _number(shares.get(item))
        plot["m"] = rows.get((item, -1))
        plot["w"] = [rows.get((item, window)) for window in range(len(series.windows))]
        plot["a"] = about.get(series.names[item][0])
    return {
        "keys": series.keys,
        "count": count,
        "measures": names,
        "history": length if length < span else None,
        "digits": digits,
        "rows": numbers,
    }


def _measures(series: Series, measured: pd.DataFrame | None) -> tuple[list[str], dict]:
    """Measures by (item, window); the summary is window -1."""
    if measured is None:
        return [], {}
    names, table = item_measures(measured)
    keys = list(table.columns[: list(table.columns).index("summary")])
    position = {tuple(name): index for index, name in enumerate(series.names)}
    starts = sorted(table.loc[~table["summary"], "start"].unique())
    windows = {start: index for index, start in enumerate(starts)}
    numbers = rounded_to(table[names].to_numpy(float), 5)
    rows = {}
    for key, summary, start, row in zip(
        table[keys].itertuples(index=False, name=None), table["summary"], table["start"], numbers
    ):
        item = position.get(key)
        if item is not None:
            rows[item, -1 if summary else windows[start]] = plain(row)
    return names, rows


def _about(series: Series, by_item, inputs: dict) -> dict:
    """By item: rows, periods with a value, gaps, zeros; then its metadata."""
    metadata = inputs.get("IM")
    texts: dict = {}
    if metadata is not None and metadata.rows is not None:
        item = identifier(metadata)
        others = [name for name in metadata.names if name != item]
        for row in metadata.rows.drop_duplicates(item)[[item, *others]].itertuples(index=False, name=None):
            texts[row[0]] = dict(zip(others, row[1:]))
    facts: dict = {}
    if by_item is not None:
        columns = by_item[["rows", "periods", "gaps", "zeros"]].to_numpy(np.int64).tolist()
        facts = dict(zip(by_item.index, columns))
    return {
        name[0]: {"f": facts.get(name[0]), "t": texts.get(name[0])}
        for name in series.names
        if name[0] in facts or name[0] in texts
    }


def _number(value) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return plain(rounded_to(np.array([float(value)]), 6))[0]
