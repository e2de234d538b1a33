"""Ranges of a tuning: read from HPOConfig, and points in them."""

from __future__ import annotations

import math
from typing import Any

from ..algorithms.interface import Algorithm, Range
from ..errors import UserError

_SCALINGS = ("Auto", "Linear", "Logarithmic", "ReverseLogarithmic")
# Auto: a range over this factor is searched by its logarithm (ours; what the service does is not published).
_WIDE = 100


def read_ranges(raw: dict[str, Any], algorithm: Algorithm) -> tuple[Range, ...]:
    """The members of ParameterRanges as one list. UserError `BadRange` names the parameter."""
    found = [_numbers(entry) for kind in ("Integer", "Continuous") for entry in raw.get(f"{kind}ParameterRanges") or ()]
    found += [
        Range(str(entry["Name"]), values=tuple(map(str, entry["Values"])))
        for entry in raw.get("CategoricalParameterRanges") or ()
    ]
    known = {parameter.name: parameter for parameter in algorithm.parameters if parameter.tunable}
    for entry in found:
        if entry.name not in known:
            raise UserError(
                "BadRange", f"{entry.name} cannot be tuned for {algorithm.name}, which tunes {', '.join(known)}."
            )
        for text in entry.values or (value_at(entry, known[entry.name].type, end) for end in (0.0, 1.0)):
            known[entry.name].read(text)
    return tuple(found)


def _numbers(entry: dict[str, Any]) -> Range:
    name, low, high = str(entry["Name"]), float(entry["MinValue"]), float(entry["MaxValue"])
    scaling = str(entry.get("ScalingType") or "Auto")
    if scaling not in _SCALINGS or not low < high:
        raise UserError("BadRange", f"The range of {name} has to have a MinValue below its MaxValue.")
    if scaling == "Logarithmic" and low <= 0:
        raise UserError("BadRange", f"The range of {name} has to begin above 0 to be searched by its logarithm.")
    if scaling == "ReverseLogarithmic" and not (low >= 0 and high < 1):
        raise UserError("BadRange", f"The range of {name} has to lie in [0, 1) to be searched in reverse.")
    return Range(name, low, high, scaling)


def value_at(entry: Range, kind: str, share: float) -> str:
    """The value, as text, at a share of the range from 0 to 1. `kind` is the parameter's type."""
    if entry.values:
        return entry.values[min(int(share * len(entry.values)), len(entry.values) - 1)]
    low, high = entry.low, entry.high
    scaling = entry.scaling
    if scaling == "Auto":
        scaling = "Logarithmic" if low > 0 and high / low >= _WIDE else "Linear"
    if scaling == "Logarithmic":
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    elif scaling == "ReverseLogarithmic":
        value = 1 - math.exp(math.log(1 - low) + share * (math.log(1 - high) - math.log(1 - low)))
    else:
        value = low + share * (high - low)
    value = min(max(value, low), high)
    return str(round(value)) if kind == "integer" else f"{value:.6g}"
