"""Prophet: trend, seasons, holidays and related series as one additive regression for each series.

Taylor & Letham (2018), "Forecasting at scale", by the authors' own package with its defaults, as the Amazon Forecast
developer guide has it ("Prophet Algorithm"): linear growth, seasons chosen by frequency and span, 1000 draws.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import numpy as np

from ...panel import Floats, Panel
from ..interface import Forecast, Options
from ..local import LocalAlgorithm
from ..neural.known_ahead import holiday_features

if TYPE_CHECKING:
    import pandas

_SEED = 7
# Prophet cannot be fitted to fewer.
_FEWEST = 2
_HOLIDAYS = "holidays_in_period"
# Half a second a series: tasks of a few keep all cores busy.
_SERIES_A_TASK = 4
# The package's own names for columns of a frame.
_RESERVED = "related_"


def predict(panel: Panel, horizon: int, levels: tuple[float, ...], options: Options) -> Forecast:  # noqa: ARG001
    """Fits every series and draws its future; one that has a single value, or always the same, keeps it."""
    out = Forecast.empty(panel.size, horizon, levels)
    for row in np.flatnonzero(panel.first < panel.length):
        known = panel.values[row][~np.isnan(panel.values[row])]
        if known.size < _FEWEST or (known == known[-1]).all():
            out.quantiles[row], out.mean[row] = known[-1], known[-1]
            continue
        draws = _draws(panel, int(row), horizon)
        out.quantiles[row] = np.quantile(draws, levels, axis=1).T
        out.mean[row] = draws.mean(axis=1)
    return out


def _draws(panel: Panel, row: int, horizon: int) -> Floats:
    """(H, draws) of the future of one series."""
    from prophet import Prophet

    _quiet()
    first, end = int(panel.first[row]), panel.length
    frame = _frame(panel, row, first, end + horizon)
    daily = panel.calendar.frequency.is_sub_daily or panel.calendar.frequency.unit == "D"
    model = Prophet(holidays=_named_holidays(panel) if panel.holidays and daily else None)
    for name in frame.columns[1:]:
        model.add_regressor(name)
    past = frame.iloc[: end - first].copy()
    past["y"] = panel.values[row, first:]
    model.fit(past, seed=_SEED)
    # Prophet draws from numpy's global generator.
    np.random.seed(_SEED)  # noqa: NPY002
    return model.predictive_samples(frame.iloc[end - first :].reset_index(drop=True))["yhat"]


def _frame(panel: Panel, row: int, first: int, end: int) -> pandas.DataFrame:
    """Times and regressors of buckets first … end − 1; an unknown value of a regressor is its mean."""
    import pandas

    columns = {"ds": panel.times(first, end).astype("datetime64[ns]")}
    frequency = panel.calendar.frequency
    if panel.holidays and not frequency.is_sub_daily and frequency.unit != "D":
        columns[_HOLIDAYS] = holiday_features(panel, first, end)[:, 1]
    for covariate in panel.covariates:
        values = covariate.values[row, first:end]
        if covariate.forward_looking and not np.isnan(values).all():
            columns[_RESERVED + covariate.name] = np.where(np.isnan(values), np.nanmean(values), values)
    return pandas.DataFrame(columns)


def _named_holidays(panel: Panel) -> pandas.DataFrame:
    import pandas

    days = np.array(list(panel.holidays), dtype="datetime64[ns]")
    return pandas.DataFrame({"ds": days, "holiday": list(panel.holidays.values())})


def _quiet() -> None:
    """What the packages tell on stderr says nothing to the user of a forecast; importing them sets it up anew."""
    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="prophet|cmdstanpy|pandas")


PROPHET = LocalAlgorithm("Prophet", predict, width=_SERIES_A_TASK)
