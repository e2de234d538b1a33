"""Features of one forecast: what was known at the origin, relative to it, and the calendar of the target time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...calendar_fields import (
    day_of_month,
    day_of_week,
    day_of_year,
    hour_of_day,
    minute_of_hour,
    month_of_year,
)
from ...panel import Covariate, Floats, Integers, Panel
from ..mstl import seasons
from .history import History

# Series whose running sums are held in memory at once.
_CHUNK = 2000
_LAST = 3
_CYCLES = 4
_SHORT, _LONG = 4, 12
# The scale never falls below this share of the size of the series: constant stretches have no volatility.
_LEAST_SCALE = 0.01
_SECONDS_A_YEAR = 365.25 * 86_400


@dataclass(frozen=True)
class Rows:
    """Training or prediction rows: series, origin (index of the last known bucket) and step 1 … H, equal lengths."""

    series: Integers
    origin: Integers
    step: Integers


@dataclass(frozen=True)
class Design:
    """Feature matrix (rows, features) as float32 with names; `categorical` are indices of code columns.

    A target value y becomes (y − base) / scale, prediction z becomes z · scale + base, (rows,) each.
    """

    matrix: np.ndarray
    names: list[str]
    categorical: list[int]
    base: Floats
    scale: Floats


def design(panel: Panel, rows: Rows, volatility_scale: bool) -> Design:
    """Builds features for rows sorted by series. Only values up to each row's origin are looked at.

    `volatility_scale` measures in units of the mean seasonal change, else in units of the mean size.
    """
    parts = []
    for start in range(0, panel.size, _CHUNK):
        begin, end = np.searchsorted(rows.series, [start, start + _CHUNK])
        if end > begin:
            cut = Rows(rows.series[begin:end] - start, rows.origin[begin:end], rows.step[begin:end])
            part = panel.select(np.arange(start, min(start + _CHUNK, panel.size)))
            parts.append(_Builder(part, cut, volatility_scale).build())
    first = parts[0]
    return Design(
        np.concatenate([part.matrix for part in parts]),
        first.names,
        first.categorical,
        np.concatenate([part.base for part in parts]),
        np.concatenate([part.scale for part in parts]),
    )


class _Builder:
    """Collects columns for one chunk of series."""

    def __init__(self, panel: Panel, rows: Rows, volatility_scale: bool) -> None:
        self._panel, self._rows = panel, rows
        self._seasons = [m for m in seasons(panel.calendar.frequency) if m > 1]
        self._window = self._seasons[0] if self._seasons else 0
        typical = float(np.mean(panel.length - panel.first))
        lag = self._window if self._window and typical > 2.5 * self._window else 1
        self._history = History(panel.values, lag)
        self._columns: list[np.ndarray] = []
        self._names: list[str] = []
        self._base, self._scale = self._reference(lag, volatility_scale)

    def build(self) -> Design:
        """All columns in a fixed order."""
        self._levels()
        self._recent()
        for m in self._seasons:
            self._seasonal(m)
        self._calendar()
        self._covariates()
        categorical = self._metadata()
        unit = self._history.unit[self._rows.series]
        matrix = np.stack(self._columns, axis=1)
        return Design(matrix, self._names, categorical, self._base * unit, self._scale * unit)

    def _reference(self, lag: int, volatility_scale: bool) -> tuple[Floats, Floats]:
        """Base and scale of each row in units of the series' size."""
        i, t = self._rows.series, self._rows.origin
        width = 2 * max(self._window, 6)
        self._size = self._history.share("size", "count", i, t, width)
        whole = self._history.share("size", "count", i, t, self._panel.length)
        self._size = np.where(self._size > 0, self._size, whole)
        scale = self._size
        if volatility_scale:
            change = self._history.share("change", "changes", i, t, 4 * max(lag, 10))
            scale = np.maximum(change, _LEAST_SCALE * self._size)
        last = self._history.at(i, t)
        base = self._history.mean(i, t, max(self._window, 1))
        base = np.where(np.isnan(base), np.where(np.isnan(last), 0.0, last), base)
        return base, np.where(scale > 0, scale, 1.0)

    def _add(self, name: str, values: np.ndarray) -> None:
        self._names.append(name)
        self._columns.append(values.astype(np.float32))

    def _relative(self, values: Floats) -> Floats:
        return (values - self._base) / self._scale

    def _levels(self) -> None:
        """Means and deviations of the last windows and how the means have moved."""
        i, t, history = self._rows.series, self._rows.origin, self._history
        window = self._window
        for width in (window, 2 * window) if window else (_SHORT, _LONG):
            self._add(f"mean_{width}", self._relative(history.mean(i, t, width)))
            self._add(f"deviation_{width}", history.deviation(i, t, width) / self._scale)
        width = window or _SHORT
        for span in (width, 2 * width):
            change = history.mean(i, t, span) - history.mean(i, t, span, back=span)
            self._add(f"mean_change_{span}", change / self._scale)
        if window:
            quarter = max(1, window // 4)
            now = history.mean(i, t, quarter)
            self._add("quarter", self._relative(now))
            self._add("quarter_change", (now - history.mean(i, t, quarter, back=window)) / self._scale)
        self._add("mean_all", self._relative(history.mean(i, t, self._panel.length)))
        self._add("zeros", history.share("zero", "count", i, t, 2 * width))
        spread = history.deviation(i, t, 4 * width)
        self._add("volatility", np.where(self._size > 0, spread / np.where(self._size > 0, self._size, 1.0), 0.0))
        self._add("size", np.log(np.maximum(self._size * history.unit[i], 1e-9)))
        self._add("scale", np.log(np.maximum(self._scale / np.where(self._size > 0, self._size, 1.0), 1e-9)))

    def _recent(self) -> None:
        """The last values, the step ahead and the length of the history."""
        i, t, history = self._rows.series, self._rows.origin, self._history
        values = [history.at(i, t - k) for k in range(_LAST)]
        for k, value in enumerate(values):
            self._add(f"last_{k}", self._relative(value))
        self._add("last_change", (values[0] - values[1]) / self._scale)
        self._add("step", self._rows.step)
        self._add("history", np.log1p(history.total("count", i, t, self._panel.length)))

    def _seasonal(self, m: int) -> None:
        """The same phase of the last known cycles, their mean, and the neighbours of the latest one."""
        i, t, step, history = self._rows.series, self._rows.origin, self._rows.step, self._history
        latest = t + step - m * -(-step // m)
        cycles = [self._relative(history.at(i, latest - k * m)) for k in range(_CYCLES)]
        for k, cycle in enumerate(cycles):
            self._add(f"lag_{m}_{k}", cycle)
        known = [~np.isnan(cycle) for cycle in cycles]
        count = np.sum(known, axis=0)
        total = np.sum([np.where(k, c, 0.0) for k, c in zip(known, cycles, strict=True)], axis=0)
        self._add(f"lag_{m}_mean", np.where(count > 0, total / np.maximum(count, 1), np.nan))
        self._add(f"lag_{m}_before", self._relative(history.at(i, latest - 1)))
        after = np.where(latest + 1 <= t, history.at(i, np.minimum(latest + 1, t)), np.nan)
        self._add(f"lag_{m}_after", self._relative(after))

    def _calendar(self) -> None:
        """Fields of the target time that the frequency leaves free; those of a year only with two years seen."""
        frequency, target = self._panel.calendar.frequency, self._rows.origin + self._rows.step
        times = self._panel.calendar.start(target)
        if frequency.unit == "min":
            self._add("hour", hour_of_day(times) + minute_of_hour(times) / 60)
        elif frequency.unit == "H":
            self._add("hour", hour_of_day(times))
        if frequency.is_sub_daily or frequency.unit == "D":
            self._add("day_of_week", day_of_week(times))
            self._add("day_of_month", day_of_month(times))
        years = self._panel.length * frequency.nominal_seconds / _SECONDS_A_YEAR
        if frequency.unit == "M":
            self._add("month", month_of_year(times))
        elif frequency.unit != "Y" and years >= 2:
            self._add("day_of_year", day_of_year(times))
        if self._panel.holidays:
            self._holidays(target)

    def _holidays(self, target: Integers) -> None:
        """Number of holidays in the target's bucket and in the ones next to it."""
        days = np.array(sorted(self._panel.holidays), dtype="datetime64[D]")
        for name, offset in (("holiday_before", -1), ("holiday", 0), ("holiday_after", 1)):
            start = self._panel.calendar.start(target + offset)
            end = self._panel.calendar.start(target + offset + 1)
            first = np.searchsorted(days, start.astype("datetime64[D]"))
            last = np.searchsorted(days, (end - np.timedelta64(1, "s")).astype("datetime64[D]"), side="right")
            self._add(name, last - first)

    def _covariates(self) -> None:
        for covariate in self._panel.covariates:
            self._covariate(covariate)

    def _covariate(self, covariate: Covariate) -> None:
        """A related series at the target time (if known ahead) and at the origin, also relative to its past."""
        i, t = self._rows.series, self._rows.origin
        origin = covariate.values[i, t]
        if covariate.categories is not None:
            self._add(f"{covariate.name}_origin", origin)
            if covariate.forward_looking:
                self._add(f"{covariate.name}_target", covariate.values[i, t + self._rows.step])
            return
        past = History(covariate.values, 1)
        unit = past.unit[i]
        usual = past.mean(i, t, 2 * max(self._window, 6)) * unit
        self._add(f"{covariate.name}_origin", (origin - usual) / unit)
        if covariate.forward_looking:
            target = covariate.values[i, t + self._rows.step]
            self._add(f"{covariate.name}_target", target)
            self._add(f"{covariate.name}_relative", (target - usual) / unit)

    def _metadata(self) -> list[int]:
        """Codes of the item's attributes; returns their column indices."""
        if self._panel.metadata is None:
            return []
        first = len(self._columns)
        for column, name in enumerate(self._panel.metadata_names):
            self._add(f"item_{name}", self._panel.metadata[self._rows.series, column])
        return list(range(first, len(self._columns)))
