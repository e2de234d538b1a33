"""Writes the pipeline's data.zip."""

from __future__ import annotations

import csv
import os
import zipfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .config import Names
from .observations import Observations
from .survey import Survey

# Values of a series that are shown.
_SHOWN = 32


def write_data(
    target: Path, rows: Observations, seen: Survey, names: Names, shown: Sequence[tuple[str, ...]]
) -> list[dict[str, Any]]:
    """Writes TTS.csv, and RTS.csv and IM.csv where there are features or attributes, into a zip that appears whole.

    The files have no header: the config names their columns.

    Returns the last values of the series in `shown`.
    """
    history: dict[tuple[str, ...], dict[str, float]] = {keys: {} for keys in shown}
    with TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        attributes: dict[str, tuple[str, ...]] = {}
        with (
            (folder / "TTS.csv").open("w", encoding="utf-8", newline="") as values,
            (folder / "RTS.csv").open("w", encoding="utf-8", newline="") as features,
        ):
            tts, rts = csv.writer(values, lineterminator="\n"), csv.writer(features, lineterminator="\n")
            for row in rows:
                if row.keys not in seen.series:
                    continue
                time = row.time.strftime("%Y-%m-%d %H:%M:%S")
                if row.value != "":
                    tts.writerow([time, *row.keys, row.value])
                    if row.keys in history:
                        past = history[row.keys]
                        past[time] = past.get(time, 0.0) + float(row.value)
                if names.features:
                    rts.writerow([time, *row.keys, *row.features])
                if names.attributes:
                    attributes[row.keys[0]] = row.attributes
        if names.attributes:
            with (folder / "IM.csv").open("w", encoding="utf-8", newline="") as items:
                im = csv.writer(items, lineterminator="\n")
                im.writerows([item, *texts] for item, texts in attributes.items())
        _zip(folder, target, ["TTS.csv", *["RTS.csv"] * bool(names.features), *["IM.csv"] * bool(names.attributes)])
    return [
        {"keys": list(keys), "history": list(deque((past[time] for time in sorted(past)), maxlen=_SHOWN))}
        for keys, past in history.items()
    ]


def _zip(folder: Path, target: Path, files: Sequence[str]) -> None:
    scratch = folder / target.name
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            archive.write(folder / file, file)
    os.replace(scratch, target)
