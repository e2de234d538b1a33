"""Reads the input files of a run and finds out what in them is a header."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from .tables import Dataset, parse_times, read_csv

TARGETS = ("target_value", "demand", "value", "number_of_instances", "workforce_demand", "metric_value")


def read_inputs(s3, bucket: str, config: dict, since: datetime) -> dict[str, Dataset]:
    """The datasets that the config declares, by kind, with parsed times and numbers.

    Files from before `since`, the run's start, are those of an earlier run and left alone. Target rows get the
    columns `_time` and `_value`, related rows `_time`.
    """
    datasets = {
        kind: Dataset(kind, dataset, read_csv(s3, bucket, f"input/{kind}.csv", since, header=None))
        for kind, dataset in config.get("Dataset", {}).items()
        if isinstance(dataset, dict)
    }
    for kind in ("TTS", "RTS"):
        dataset = datasets.get(kind)
        if dataset is not None and dataset.rows is not None and dataset.time is not None:
            first = parse_times(dataset.rows[dataset.time].iloc[:1])
            dataset.drop_header(bool(first.isna().all()))
            dataset.rows = dataset.rows.assign(_time=parse_times(dataset.rows[dataset.time]))
    target = datasets.get("TTS")
    if target is not None and target.rows is not None:
        values = pd.to_numeric(target.rows[target_column(target)], errors="coerce")
        target.rows["_value"] = values.replace([np.inf, -np.inf], np.nan)
    _find_metadata_header(datasets)
    return datasets


def target_column(target: Dataset) -> str:
    """The column that is forecast: the domain's name for it, or else the only number that is no dimension."""
    named = [name for name in target.names if name.lower() in TARGETS]
    numbers = [name for name in target.names if target.types[name] in ("float", "integer")]
    return (named or numbers or target.names[-1:])[0]


def identifier(dataset: Dataset) -> str:
    """The column that names the item: `item_id`, or what the domain calls it; else the first text."""
    known = ("item_id", "workforce_type", "metric_name", "instance_type")
    texts = [name for name in dataset.names if dataset.types[name] == "string"]
    return next((name for name in texts if name.lower() in known), (texts or dataset.names)[0])


def _find_metadata_header(datasets: dict[str, Dataset]) -> None:
    """A first line whose item has no target values, while all others have, is a header."""
    metadata, target = datasets.get("IM"), datasets.get("TTS")
    if metadata is None or metadata.rows is None or len(metadata.rows) == 0:
        return
    items = metadata.rows[identifier(metadata)]
    named = items.iloc[0].lower() in {name.lower() for name in metadata.names}
    if target is not None and target.rows is not None:
        known = items.isin(set(target.rows[identifier(target)]))
        named = named or (not known.iloc[0] and len(items) > 1 and bool(known.iloc[1:].all()))
    metadata.drop_header(named)
