"""Gaps of the aligned target and how they are filled.

Developer guide, "Handling missing values": middle gaps lie between a series' first and last observation, back gaps
between its last one and the end of the data set. Aggregates look at the 64 latest entries before a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import UserError
from ..panel import Flags, Floats, Integers

_WINDOW = 64
_STATISTICS = {"mean": np.mean, "median": np.median, "min": np.min, "max": np.max}
TARGET_METHODS = ("zero", "nan", "value", *_STATISTICS)
RELATED_METHODS = ("zero", "value", *_STATISTICS)
AGGREGATIONS = ("sum", "avg", "first", "min", "max")


@dataclass(frozen=True)
class Method:
    """zero, nan, value, mean, median, min or max; `value` is the constant of the method value."""

    name: str
    value: float = 0.0


@dataclass(frozen=True)
class Filling:
    """Methods by kind of gap; None leaves the gap, which for related features is an error."""

    middle: Method | None
    back: Method | None
    future: Method | None = None
    aggregation: str = "sum"


DEFAULT_TARGET = Filling(Method("zero"), Method("zero"))
DEFAULT_RELATED = Filling(None, None, None)


def read_filling(raw: dict[str, Any], attribute: str, is_target: bool) -> Filling:
    """From the parameters of an API featurization, e.g. `{"middlefill": "value", "middlefill_value": "2"}`.

    UserError `BadFeaturization` for unknown keys and values.
    """
    kinds = ("middlefill", "backfill") if is_target else ("middlefill", "backfill", "futurefill")
    allowed = {*kinds, *(f"{kind}_value" for kind in kinds)}
    if is_target:
        allowed |= {"frontfill", "aggregation"}
    unknown = sorted(set(raw) - allowed)
    if unknown:
        raise _bad(attribute, f"'{unknown[0]}' is not one of {', '.join(sorted(allowed))}")
    if raw.get("frontfill", "none") != "none":
        raise _bad(attribute, f"frontfill is '{raw['frontfill']}', it can only be none")
    aggregation = raw.get("aggregation", "sum")
    if aggregation not in AGGREGATIONS:
        raise _bad(attribute, f"aggregation is '{aggregation}', it has to be one of {', '.join(AGGREGATIONS)}")
    default = DEFAULT_TARGET if is_target else DEFAULT_RELATED
    return Filling(
        _method(raw, "middlefill", attribute, is_target, default.middle),
        _method(raw, "backfill", attribute, is_target, default.back),
        None if is_target else _method(raw, "futurefill", attribute, is_target, default.future),
        aggregation,
    )


def _method(raw: dict[str, Any], kind: str, attribute: str, is_target: bool, default: Method | None) -> Method | None:
    if kind not in raw:
        return default
    name, allowed = str(raw[kind]), TARGET_METHODS if is_target else RELATED_METHODS
    if name not in allowed:
        raise _bad(attribute, f"{kind} is '{name}', it has to be one of {', '.join(allowed)}")
    if name != "value":
        return Method(name)
    try:
        return Method(name, float(raw[f"{kind}_value"]))
    except (KeyError, ValueError):
        raise _bad(attribute, f"{kind} 'value' needs the number {kind}_value") from None


def _bad(attribute: str, what: str) -> UserError:
    return UserError("BadFeaturization", f"Filling of the attribute {attribute}: {what}.")


def fill_target(values: Floats, first: Integers, last: Integers, filling: Filling) -> tuple[Floats, Flags]:
    """Fills the gaps of (N, L) values; returns them and where a value counts in accuracy metrics.

    Observations and zeros of the method zero count, other filled values and what stays missing do not.
    """
    assert filling.middle is not None and filling.back is not None
    out = values.copy()
    position = np.arange(values.shape[1])
    gap = np.isnan(values) & (position >= first[:, None])
    middle = gap & (position < last[:, None])
    back = gap & (position > last[:, None])
    counted = ~np.isnan(values)
    for where, method in ((middle, filling.middle), (back, filling.back)):
        _fill(out, where, method)
        if method.name == "zero":
            counted |= where
    return out, counted


def fill_related(values: Floats, middle: Flags, back: Flags, future: Flags, filling: Filling) -> Floats:
    """Fills the gaps of a related feature where a method is configured; NaN stays elsewhere."""
    out = values.copy()
    for where, method in ((middle, filling.middle), (back, filling.back), (future, filling.future)):
        if method is not None:
            _fill(out, where, method)
    return out


def _fill(values: Floats, where: Flags, method: Method) -> None:
    """Writes a method's values into `values` (N, L) at `where`, series by series from left to right."""
    if method.name == "nan":
        return
    if method.name in ("zero", "value"):
        values[where] = method.value
        return
    statistic = _STATISTICS[method.name]
    for row in np.flatnonzero(where.any(axis=1)):
        index = np.flatnonzero(where[row])
        for run in np.split(index, np.flatnonzero(np.diff(index) > 1) + 1):
            before = values[row, max(0, run[0] - _WINDOW) : run[0]]
            before = before[~np.isnan(before)]
            values[row, run] = statistic(before) if before.size else 0.0
