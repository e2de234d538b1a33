"""Forecasts of data frames, pandas or Polars."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from ..data.columns import literal
from ..data.datasets import Dataset
from ..errors import UserError
from ..settings import METRICS
from .steps import Progress, run_step
from .table import Table

_MEASURES = {"wQL": "Average wQL", "WAPE": "WAPE", "RMSE": "RMSE", "MASE": "MASE", "MAPE": "MAPE"}
# Without these a single missing value of a feature is an error.
_KNOWN = {"middlefill": "median", "backfill": "median", "futurefill": "median"}


def forecast(frame: Any, horizon: int, *, quantiles: Sequence[float] = (0.1, 0.5, 0.9), **options: Any) -> Any:
    """Forecasts every series of a frame `horizon` periods ahead.

    ```python
    ahead = slipway_forecast.forecast(sales, 12)
    ```

    `frame` has one row for each series and time: a column of times, one of numbers, and any number of text columns
    that tell the series apart (none where there is one series). Options are those of `fit`. Returns a frame of the
    same kind: the series' columns, the time, one column for each quantile (`p10`, `p50`, …) and `mean`.
    """
    return fit(frame, horizon, quantiles=quantiles, **options).forecast()


def fit(
    frame: Any,
    horizon: int,
    *,
    quantiles: Sequence[float] = (0.1, 0.5, 0.9),
    time: str | None = None,
    target: str | None = None,
    series: str | Sequence[str] | None = None,
    known: Sequence[str] = (),
    frequency: str | None = None,
    holidays: str | None = None,
    missing: str = "nan",
    aggregation: str = "sum",
    metric: str = METRICS[0],
    processes: int | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Trains the ensemble on a frame and measures it on the last `horizon` periods.

    The work is done by processes of their own, so it is safe in notebooks and beside other libraries' threads.

    Args:
        frame: pandas or Polars data frame, any order of rows.
        horizon: periods to forecast, at most a quarter of the longest history and 500.
        quantiles: up to 20 levels from 0.01 to 0.99.
        time: column of times; the only one of dates or times where not given.
        target: column to be forecast; the only numeric one where not given.
        series: column or columns that tell series apart; all text columns where not given.
        known: numeric columns that are known in advance, such as prices; rows after the last value, with the target
            empty, have to give them for the whole horizon.
        frequency: `Y`, `M`, `W`, `D`, `H`, `min` or a multiple such as `15min`; guessed from the times where not given.
        holidays: a country's holidays, such as `US`.
        missing: what a period without a row counts as: `nan` (unknown), `zero`, `mean`, `median`, `min` or `max`.
        aggregation: how several rows of a period become one: `sum`, `avg`, `first`, `min` or `max`.
        metric: chooses the ensemble's weights: `AverageWeightedQuantileLoss`, `WAPE`, `RMSE`, `MASE` or `MAPE`.
        processes: how many work; all cores where not given.
        progress: is called with phase, done, total and the name of the candidate or None.

    Raises:
        UserError: the frame or an option cannot be used; the text says what is wrong and what to do.
    """
    if isinstance(horizon, bool) or not isinstance(horizon, int) or horizon < 1:
        raise UserError("BadHorizon", f"horizon is {horizon!r}, it has to be a whole number of at least 1.")
    table = Table.of(frame, time, target, [series] if isinstance(series, str) else series, known)
    found = frequency or table.guessed()
    folder = TemporaryDirectory(prefix="slipway-fit-")
    target_data, related = table.write(Path(folder.name), found)
    predictor = {
        "algorithmArn": None,
        "forecastHorizon": horizon,
        "forecastFrequency": found,
        "forecastDimensions": list(table.dimensions),
        "forecastTypes": [f"{level:g}" for level in quantiles],
        "optimizationMetric": metric,
        "attributeConfigs": _configs(missing, aggregation, len(table.known)),
        "additionalDatasets": [] if holidays is None else [{"Name": "holiday", "Value": holidays}],
    }
    data = {
        "domain": "CUSTOM",
        "target": _described(target_data, found),
        "related": None if related is None else _described(related, found),
        "metadata": None,
        "workers": processes,
    }
    report = run_step(Path(folder.name), "train", {**data, "predictor": predictor}, progress)
    return Fitted(table, folder, data, tuple(predictor["forecastTypes"]), report, progress)


@dataclass(frozen=True)
class Fitted:
    """A trained ensemble. Its files go when it does."""

    _table: Table
    _folder: TemporaryDirectory
    _data: dict[str, Any]
    _types: tuple[str, ...]
    _report: dict[str, Any]
    _progress: Progress | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know although nothing failed, such as data that was left out."""
        return tuple(self._report["notes"])

    @property
    def weights(self) -> dict[str, float]:
        """How much each candidate counts in the forecasts, on average over the series."""
        return dict(self._report["weights"])

    def forecast(self) -> Any:
        """The forecast as a frame: the series' columns, the time, `p10` …, `mean`."""
        job = {**self._data, "model": "train/model", "forecastTypes": [*self._types, "mean"]}
        run_step(Path(self._folder.name), "forecast", job, self._progress)
        columns = self._read("forecast/forecast.parquet")
        return self._frame({self._table.time if name == "date" else name: column for name, column in columns.items()})

    def accuracy(self) -> Any:
        """The errors over the last `horizon` periods, forecast from what came before, as a frame.

        One row for each series, after one for all of them, in which the series' columns are empty. Columns: the
        series' columns, `wQL` (average weighted quantile loss), `WAPE`, `RMSE`, `MASE`, `MAPE`; null where a measure is
        not defined.
        """
        metrics = json.loads((Path(self._folder.name) / "train/metrics.json").read_text(encoding="utf-8"))
        overall = metrics["PredictorEvaluationResults"][0]["TestWindows"][0]["Metrics"]
        errors = {**overall["ErrorMetrics"][0], "wQL": overall.get("AverageWeightedQuantileLoss")}
        columns = self._read("train/item-metrics.parquet", "WHERE backtest_window = 'Summary'")
        columns = {**columns, **{name: columns[stored] for name, stored in _MEASURES.items()}}
        keys = ("item_id", *self._table.dimensions)
        first = {**dict.fromkeys(keys), **errors}
        wanted = (*keys, *_MEASURES)
        return self._frame({name: np.array([first.get(name), *columns[name]]) for name in wanted})

    def _read(self, file: str, where: str = "") -> dict[str, np.ndarray]:
        source = literal(str(Path(self._folder.name) / file))
        with duckdb.connect() as connection:
            return connection.execute(f"SELECT * FROM read_parquet({source}) {where}").fetchnumpy()

    def _frame(self, columns: dict[str, np.ndarray]) -> Any:
        """With the names that the frame's own columns have."""
        own = dict(zip(("item_id", *self._table.dimensions), self._table.series, strict=False))
        return self._table.frame(
            {own.get(name, name): column for name, column in columns.items() if own or name != "item_id"}
        )


def _configs(missing: str, aggregation: str, known: int) -> list[dict[str, Any]]:
    filling = {"middlefill": missing, "backfill": missing, "aggregation": aggregation}
    configs: list[dict[str, Any]] = [{"AttributeName": "target_value", "Transformations": filling}]
    return [*configs, *({"AttributeName": f"feature_{i}", "Transformations": _KNOWN} for i in range(known))]


def _described(dataset: Dataset, frequency: str) -> dict[str, Any]:
    """As `job.json` has it."""
    attributes = [{"AttributeName": a.name, "AttributeType": a.type} for a in dataset.schema.attributes]
    return {
        "files": [str(path) for path in dataset.files],
        "schema": {"Attributes": attributes},
        "dataFrequency": frequency,
    }
