"""How good the backtests were: as the service measured, and what the exported forecasts add."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

# Columns of an accuracy export; the service has written the average in more than one way.
MEASURES = {
    "wape": r"WAPE",
    "awql": r"(Average|Avg|Mean)[ _]?w?QL|AverageWQL|AverageWeightedQuantileLoss",
    "rmse": r"RMSE",
    "mase": r"MASE",
    "mape": r"MAPE",
}
FORECAST_COLUMN = re.compile(r"p\d{1,2}|mean")


def measures_of_windows(metrics: dict | None) -> dict | None:
    """GetAccuracyMetrics as the run kept it, one row a window, the summary first."""
    if not metrics:
        return None
    windows = []
    for window in metrics.get("TestWindows", []):
        measured = window.get("Metrics", {})
        errors = (measured.get("ErrorMetrics") or [{}])[0]
        losses = measured.get("WeightedQuantileLosses") or []
        windows.append(
            {
                "summary": window.get("EvaluationType") == "SUMMARY",
                "start": window.get("TestWindowStart"),
                "end": window.get("TestWindowEnd"),
                "items": window.get("ItemCount"),
                "awql": measured.get("AverageWeightedQuantileLoss"),
                "wql": {f"{loss['Quantile']:g}": loss["LossValue"] for loss in losses},
                "wape": errors.get("WAPE"),
                "rmse": errors.get("RMSE", measured.get("RMSE")),
                "mase": errors.get("MASE"),
                "mape": errors.get("MAPE"),
            }
        )
    return {"algorithm": metrics.get("Algorithm"), "windows": windows}


def forecast_columns(table: pd.DataFrame) -> list[str]:
    """Names of the forecast types in a table, in its order: `p10`, `p50`, `mean` …"""
    return [name for name in table.columns if FORECAST_COLUMN.fullmatch(name)]


def central(columns: list[str]) -> str | None:
    """The column that stands for the forecast as one number: the median, else the mean, else the middle quantile."""
    for name in ("p50", "mean"):
        if name in columns:
            return name
    return by_quantile(columns)[len(columns) // 2] if columns else None


def by_quantile(columns: list[str]) -> list[str]:
    """Forecast types from the lowest quantile to the highest, the mean last."""
    return sorted(columns, key=lambda name: (name == "mean", int(name[1:]) if name != "mean" else 0))


def item_measures(table: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """Measures per item and window of an accuracy export: their names, and a table of numbers.

    The table has the item's key columns, `summary`, `start`, `end`, and one column per measure.
    """
    kind = next(name for name in table.columns if name.lower() == "backtest_window")
    keys = list(table.columns[: list(table.columns).index(kind)])
    picked = table[keys].copy()
    picked["summary"] = table[kind].str.lower() == "summary"
    picked["start"] = table["backtestwindow_start_time"]
    picked["end"] = table["backtestwindow_end_time"]
    names = []
    for name, pattern in MEASURES.items():
        column = next((c for c in table.columns if re.fullmatch(pattern, c, re.IGNORECASE)), None)
        if column is not None:
            picked[name] = pd.to_numeric(table[column], errors="coerce")
            names.append(name)
    for column in table.columns:
        loss = re.fullmatch(r"wQL\[(0?\.\d+)\]", column, re.IGNORECASE)
        if loss:
            names.append(f"wql{float(loss[1]):g}")
            picked[names[-1]] = pd.to_numeric(table[column], errors="coerce")
    return names, picked


def calibration(values: pd.DataFrame) -> list[dict]:
    """How often the actual value was at or below each quantile; a good 0.9 quantile holds nine times of ten."""
    actual = values["_actual"]
    known = actual.notna()
    return [
        {
            "quantile": int(name[1:]) / 100,
            "share": float((actual[known] <= values.loc[known, name]).mean()),
            "count": int(known.sum()),
        }
        for name in by_quantile(forecast_columns(values))
        if name != "mean" and known.any()
    ]


def bias(values: pd.DataFrame, column: str) -> float | None:
    """Forecast over actual of all backtests, less one: +0.1 is ten percent too much."""
    known = values["_actual"].notna()
    total = float(values.loc[known, "_actual"].sum())
    return None if total == 0 else float(values.loc[known, column].sum()) / total - 1


def error_shares(values: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    """Each item's share of the sum of absolute errors."""
    errors = (values[column] - values["_actual"]).abs().groupby([values[key] for key in keys], sort=False).sum()
    total = errors.sum()
    return errors / total if total > 0 else errors * np.nan
