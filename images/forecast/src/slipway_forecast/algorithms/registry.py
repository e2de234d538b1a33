"""The algorithms of the API by name, with their parameters as data, and the candidates of the AutoPredictor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UserError
from .arima import ARIMA, ARIMA_BY_DAY
from .boosting import BOOSTING, BOOSTING_LEVEL
from .cnn_qr import CNN_QR
from .deep_ar import DEEP_AR
from .ets import ETS, ETS_BY_DAY
from .interface import Algorithm, Options
from .mstl import MSTL
from .npts import NPTS, NPTS_FLAT
from .prophet import PROPHET
from .seasonal_naive import SEASONAL_NAIVE
from .theta import THETA

_ARN = "arn:aws:forecast:::algorithm/"


@dataclass(frozen=True)
class Published:
    """An algorithm of the API: its ARN suffix, what it can use, and its implementation.

    `environment` is the one of image.json it runs in, None for that of every step.
    """

    suffix: str
    algorithm: Algorithm
    uses_related: bool = False
    uses_historical: bool = False
    uses_metadata: bool = False
    uses_holidays: bool = False
    cold_start: bool = False
    environment: str | None = None


# Capabilities: Amazon Forecast developer guide, "Comparing Forecast algorithms".
PUBLISHED = (
    Published("ARIMA", ARIMA),
    Published(
        "CNN-QR",
        CNN_QR,
        uses_related=True,
        uses_historical=True,
        uses_metadata=True,
        uses_holidays=True,
        cold_start=True,
        environment="neural",
    ),
    Published(
        "Deep_AR_Plus",
        DEEP_AR,
        uses_related=True,
        uses_metadata=True,
        uses_holidays=True,
        cold_start=True,
        environment="neural",
    ),
    Published("ETS", ETS),
    Published("NPTS", NPTS),
    Published("Prophet", PROPHET, uses_related=True, uses_holidays=True, environment="prophet"),
)

# PerformAutoML tries all of them, in an environment with all they need.
AUTOML_ENVIRONMENT = "automl"

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
    """The algorithm of an ARN suffix. UserError `UnknownAlgorithm`."""
    for entry in PUBLISHED:
        if entry.suffix == suffix:
            return entry
    raise UserError(
        "UnknownAlgorithm",
        f"There is no algorithm {_ARN}{suffix}: {', '.join(e.suffix for e in PUBLISHED)} exist.",
    )


def starts_cold(suffix: str | None) -> bool:
    """Whether items without history get a forecast; None is the AutoPredictor or AutoML."""
    return suffix is None or published(suffix).cold_start


def read_options(algorithm: Algorithm, raw: Mapping[str, str], horizon: int) -> tuple[Options, dict[str, str]]:
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
    texts = {name: raw.get(name, p.default_for(horizon)) for name, p in known.items()}
    given = {name: text for name, text in texts.items() if text is not None}
    return {name: known[name].read(text) for name, text in given.items()}, given


def as_document() -> dict[str, Any]:
    """The content of `algorithms.json`: what a service needs to validate and echo training parameters."""
    return {
        "algorithms": [
            {
                "name": entry.suffix,
                "arn": _ARN + entry.suffix,
                "environment": entry.environment,
                "usesRelatedTimeSeries": entry.uses_related,
                "usesHistoricalRelatedTimeSeries": entry.uses_historical,
                "usesItemMetadata": entry.uses_metadata,
                "usesHolidays": entry.uses_holidays,
                "parameters": [_parameter(p) for p in entry.algorithm.parameters],
            }
            for entry in PUBLISHED
        ],
        "autoMLEnvironment": AUTOML_ENVIRONMENT,
        "autoPredictorCandidates": [candidate.name for candidate in CANDIDATES],
    }


def _parameter(parameter: Any) -> dict[str, Any]:
    fields = {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "exclusiveMinimum": parameter.exclusive_minimum,
        "exclusiveMaximum": parameter.exclusive_maximum,
        "choices": parameter.choices,
        "tunable": parameter.tunable or None,
        "defaultHorizons": parameter.default_horizons,
        "description": parameter.description,
    }
    return {key: value for key, value in fields.items() if value is not None}
