"""The forecast pipeline's config for a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Names:
    """What the columns are called in the config: letters, digits and underscores, each name once."""

    dimensions: tuple[str, ...]
    features: tuple[str, ...]
    attributes: tuple[str, ...]

    @classmethod
    def of(cls, dimensions: Sequence[str], features: Sequence[str], attributes: Sequence[str]) -> Names:
        """From the names of the table's columns."""
        taken = {"item_id", "timestamp", "target_value"}
        return cls(*(tuple(_name(text, taken) for text in texts) for texts in (dimensions, features, attributes)))


def _name(text: str, taken: set[str]) -> str:
    plain = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")[:_LONGEST_NAME] or "column"
    base = plain if plain[0].isalpha() else f"c_{plain}"
    name = base
    number = 2
    while name.lower() in taken:
        name = f"{base}_{number}"
        number += 1
    taken.add(name.lower())
    return name


@dataclass(frozen=True)
class Choice:
    """What is to be forecast. `missing` says what a period without a row counts as: zero or nan."""

    frequency: str
    horizon: int
    types: tuple[str, ...]
    missing: str
    aggregation: str
    holidays: str
    anchor: str


def document(title: str, names: Names, choice: Choice) -> dict[str, Any]:
    """`forecast-config.json` with an AutoPredictor; data sets of features and attributes where there are any."""
    base = _name(title, set())

    def dataset(kind: str, type_: str, attributes: list[tuple[str, str]]) -> dict[str, Any]:
        about = {"DatasetName": f"{base}_{kind}", "Domain": "CUSTOM", "DatasetType": type_}
        frequency = {} if kind == "IM" else {"DataFrequency": choice.frequency}
        schema = [{"AttributeName": name, "AttributeType": kind_} for name, kind_ in attributes]
        return {**about, **frequency, "Schema": {"Attributes": schema}}

    keys = [("timestamp", "timestamp"), ("item_id", "string"), *((name, "string") for name in names.dimensions)]
    datasets = {"TTS": dataset("TTS", "TARGET_TIME_SERIES", [*keys, ("target_value", "float")])}
    if names.features:
        features = [(name, "float") for name in names.features]
        datasets["RTS"] = dataset("RTS", "RELATED_TIME_SERIES", [*keys, *features])
    if names.attributes:
        attributes = [(name, "string") for name in names.attributes]
        datasets["IM"] = dataset("IM", "ITEM_METADATA", [("item_id", "string"), *attributes])
    return {
        "TimestampFormat": "yyyy-MM-dd HH:mm:ss",
        "DatasetGroup": {"DatasetGroupName": base, "Domain": "CUSTOM"},
        "Dataset": datasets,
        "AutoPredictor": _predictor(base, names, choice),
        "Forecast": {"ForecastName": f"{base}_forecast", "ForecastTypes": list(choice.types)},
        "PerformDelete": True,
    }


def _predictor(base: str, names: Names, choice: Choice) -> dict[str, Any]:
    filling = {
        "aggregation": choice.aggregation,
        "frontfill": "none",
        "middlefill": choice.missing,
        "backfill": choice.missing,
    }
    configs = [{"AttributeName": "target_value", "Transformations": filling}]
    # Without these a single missing value of a feature is an error.
    features = {"middlefill": "median", "backfill": "median", "futurefill": "median"}
    configs += [{"AttributeName": name, "Transformations": features} for name in names.features]
    data: dict[str, Any] = {"AttributeConfigs": configs}
    if choice.holidays:
        data["AdditionalDatasets"] = [{"Name": "holiday", "Configuration": {"CountryCode": [choice.holidays]}}]
    about = {
        "PredictorName": f"{base}_predictor",
        "ForecastHorizon": choice.horizon,
        "ForecastFrequency": choice.frequency,
        "ForecastTypes": [text for text in choice.types if text != "mean"] or ["0.5"],
        "DataConfig": data,
    }
    if names.dimensions:
        about["ForecastDimensions"] = list(names.dimensions)
    if choice.anchor:
        about["TimeAlignmentBoundary"] = {"DayOfWeek": choice.anchor}
    return about


def anchor_of(frequency: str, times: Sequence[datetime]) -> str:
    """The day on which the table's weeks begin, where that is not Monday; empty for other frequencies."""
    if frequency != "W" or not times:
        return ""
    day = Counter(time.weekday() for time in times).most_common(1)[0][0]
    return "" if day == 0 else _DAYS[day]
