"""The algorithms of the API by name, with their parameters as data, and the candidates of the AutoPredictor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UserError
from .arima import ARIMA, ARIMA_BY_DAY
from .boosting import BOOSTING, BOOSTING_LEVEL
from .ets import ETS, ETS_BY_DAY
from .interface import Algorithm, Options
from .mstl import MSTL
from .npts import NPTS, NPTS_FLAT
from .seasonal_naive import SEASONAL_NAIVE
from .theta import THETA

_ARN = "arn:aws:forecast:::algorithm/"


@dataclass(frozen=True)
class Published:
    """An algorithm of the API: its ARN suffix, what it can use, and its implementation if this version has it."""

    suffix: str
    uses_related: bool
    uses_metadata: bool
    uses_holidays: bool
    algorithm: Algorithm | None


# Capabilities: Amazon Forecast developer guide, "Comparing Forecast algorithms".
PUBLISHED = (
    Published("ARIMA", False, False, False, ARIMA),
    Published("CNN-QR", True, True, True, None),
    Published("Deep_AR_Plus", True, True, True, None),
    Published("ETS", False, False, False, ETS),
    Published("NPTS", False, False, False, NPTS),
    Published("Prophet", True, False, True, None),
)

# Everything the AutoPredictor chooses from; README.md says what each adds.
CANDIDATES: tuple[Algorithm, ...] = (
    BOOSTING,
    BOOSTING_LEVEL,
    SEASONAL_NAIVE,
    ETS_BY_DAY,
    THETA,
    ARIMA_BY_DAY,
    MSTL,
    NPTS,
    NPTS_FLAT,
)


def published(suffix: str) -> Published:
    """The algorithm of an ARN suffix. UserError: `UnknownAlgorithm`, or `UnsupportedAlgorithm` of a later version."""
    for entry in PUBLISHED:
        if entry.suffix == suffix:
            if entry.algorithm is None:
                raise UserError(
                    "UnsupportedAlgorithm",
                    f"The algorithm {_ARN}{suffix} is not supported by this version yet. Supported are "
                    f"{', '.join(e.suffix for e in PUBLISHED if e.algorithm)}, and the AutoPredictor.",
                )
            return entry
    raise UserError(
        "UnknownAlgorithm",
        f"There is no algorithm {_ARN}{suffix}: {', '.join(e.suffix for e in PUBLISHED)} exist.",
    )


def read_options(algorithm: Algorithm, raw: Mapping[str, str]) -> tuple[Options, dict[str, str]]:
    """Training parameters as given → (values for `fit`, all parameters with defaults as strings for Describe).

    UserError `BadParameter` for an unknown name or a value out of range.
    """
    known = {parameter.name: parameter for parameter in algorithm.parameters}
    unknown = sorted(set(raw) - set(known))
    if unknown:
        has = ", ".join(known) if known else "none"
        raise UserError(
            "BadParameter", f"'{unknown[0]}' is not a training parameter of this algorithm, which has {has}."
        )
    texts = {name: raw.get(name, p.default) for name, p in known.items()}
    given = {name: text for name, text in texts.items() if text is not None}
    return {name: known[name].read(text) for name, text in given.items()}, given


def as_document() -> dict[str, Any]:
    """The content of `algorithms.json`: what a service needs to validate and echo training parameters."""
    return {
        "algorithms": [
            {
                "name": entry.suffix,
                "arn": _ARN + entry.suffix,
                "supported": entry.algorithm is not None,
                "usesRelatedTimeSeries": entry.uses_related,
                "usesItemMetadata": entry.uses_metadata,
                "usesHolidays": entry.uses_holidays,
                "parameters": [_parameter(p) for p in entry.algorithm.parameters] if entry.algorithm else [],
            }
            for entry in PUBLISHED
        ],
        "autoPredictorCandidates": [candidate.name for candidate in CANDIDATES],
    }


def _parameter(parameter: Any) -> dict[str, Any]:
    fields = {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "exclusiveMinimum": parameter.exclusive_minimum,
        "choices": parameter.choices,
        "description": parameter.description,
    }
    return {key: value for key, value in fields.items() if value is not None}
