"""What the data is like: items, span, gaps, zeros, duplicates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .inputs import identifier, target_column
from .periods import Periods, natural_anchor
from .tables import Dataset


def describe_target(dataset: Dataset | None) -> tuple[dict, pd.DataFrame | None]:
    """The target's profile, and a table per item: `rows, first, last, periods, gaps, zeros, total`.

    A gap is a period of the data's own frequency between an item's first and last row that has no value.
    """
    if dataset is None or dataset.rows is None:
        return {"problem": dataset.problem if dataset else "the config declares no Dataset.TTS"}, None
    rows, item, target = dataset.rows, identifier(dataset), target_column(dataset)
    keys = [name for name in dataset.names if name not in (dataset.time, target)]
    good = rows[rows["_time"].notna()]
    valued = good[good["_value"].notna()]
    profile = {
        "rows": len(rows),
        "series": int(rows.groupby(keys, sort=False).ngroups) if keys else 1,
        "keys": keys,
        "target": target,
        "frequency": dataset.frequency,
        "unreadableTimes": int(rows["_time"].isna().sum()),
        "missing": int((good["_value"].isna()).sum()),
        "duplicates": int(good.duplicated([*keys, "_time"]).sum()),
        "zeros": int((valued["_value"] == 0).sum()),
        "negatives": int((valued["_value"] < 0).sum()),
        "values": len(valued),
        "first": _date(good["_time"].min()),
        "last": _date(good["_time"].max()),
    }
    if len(valued) == 0:
        return {**profile, "items": int(rows[item].nunique()), "gaps": 0, "expected": 0}, None
    items = _by_item(valued, item, dataset.frequency)
    profile.update(
        items=int(rows[item].nunique()),
        gaps=int(items["gaps"].sum()),
        expected=int(items["expected"].sum()),
        itemsWithGaps=int((items["gaps"] > 0).sum()),
        allZero=int((items["zeros"] == items["rows"]).sum()),
        endEarly=int((items["last"] < items["last"].max()).sum()),
        shortest=int(items["periods"].min()),
        longest=int(items["periods"].max()),
        median=float(items["periods"].median()),
        mean=float(valued["_value"].mean()),
        largest=float(valued["_value"].max()),
        smallest=float(valued["_value"].min()),
    )
    return profile, items


def _by_item(valued: pd.DataFrame, item: str, frequency: str) -> pd.DataFrame:
    periods = Periods(frequency, natural_anchor(frequency, valued["_time"].min()))
    numbered = valued.assign(_period=periods.number(valued["_time"]), _zero=(valued["_value"] == 0).astype(np.int64))
    items = numbered.groupby(item, sort=True).agg(
        rows=("_value", "size"),
        total=("_value", "sum"),
        zeros=("_zero", "sum"),
        periods=("_period", "nunique"),
        begin=("_period", "min"),
        end=("_period", "max"),
        first=("_time", "min"),
        last=("_period", "max"),
    )
    items["expected"] = items["end"] - items["begin"] + 1
    items["gaps"] = items["expected"] - items["periods"]
    return items


def describe_related(dataset: Dataset | None, known: set[str], forecast_end: pd.Timestamp | None) -> dict | None:
    """The related series' profile; None where the config declares none."""
    if dataset is None:
        return None
    if dataset.rows is None:
        return {"problem": dataset.problem}
    item, rows = identifier(dataset), dataset.rows
    others = [n for n in dataset.names if n not in (dataset.time, item) and dataset.types[n] != "string"]
    ends = rows.groupby(item)["_time"].max()
    items = set(ends.index)
    return {
        "rows": len(rows),
        "items": len(items),
        "columns": others,
        "frequency": dataset.frequency,
        "first": _date(rows["_time"].min()),
        "last": _date(rows["_time"].max()),
        "missing": {name: int((rows[name] == "").sum()) for name in others},
        "duplicates": int(
            rows.duplicated([*(n for n in dataset.names if dataset.types[n] == "string"), "_time"]).sum()
        ),
        "withoutTarget": len(items - known),
        "targetWithout": len(known - items),
        "endBeforeForecast": None if forecast_end is None else int((ends < forecast_end).sum()),
    }


def describe_metadata(dataset: Dataset | None, known: set[str]) -> dict | None:
    """The item metadata's profile; None where the config declares none."""
    if dataset is None:
        return None
    if dataset.rows is None:
        return {"problem": dataset.problem}
    item, rows = identifier(dataset), dataset.rows
    items = set(rows[item])
    others = [name for name in dataset.names if name != item]
    return {
        "rows": len(rows),
        "items": len(items),
        "columns": {name: int(rows[name].nunique()) for name in others},
        "missing": {name: int((rows[name] == "").sum()) for name in others},
        "duplicates": int(rows.duplicated([item]).sum()),
        "withoutTarget": len(items - known),
        "targetWithout": len(known - items),
    }


def _date(time: pd.Timestamp) -> str | None:
    return None if pd.isna(time) else time.isoformat()
