"""What a training leaves for later forecasts: the folder `model/`."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np

from .algorithms.interface import Algorithm, Model, Options
from .algorithms.local import LocalAlgorithm
from .algorithms.registry import CANDIDATES
from .data.columns import literal
from .ensemble.auto import Ensemble
from .export.tables import write_parquet
from .panel import Floats
from .settings import Settings

_FORMAT = 1
_SEPARATOR = "\x1f"


def save(
    folder: Path,
    settings: Settings,
    keys: tuple[tuple[str, ...], ...],
    ensemble: Ensemble | None = None,
    model: Model | None = None,
) -> None:
    """Writes `predictor.json` and a folder for each global model; for an AutoPredictor `weights.parquet`, too."""
    folder.mkdir(parents=True)
    document = {"format": _FORMAT, "settings": settings.as_json()}
    models = {} if model is None else {settings.algorithm or "": model}
    if ensemble is not None:
        names = [candidate.name for candidate in ensemble.candidates]
        document["candidates"] = names
        document["mix"] = ensemble.mix.tolist()
        document["spread"] = list(ensemble.factors)
        columns = {"series": np.array([_SEPARATOR.join(key) for key in keys], dtype=object)}
        write_parquet(folder / "weights.parquet", columns | {n: ensemble.weights[k] for k, n in enumerate(names)})
        models = ensemble.models
    for name, fitted in models.items():
        (folder / name).mkdir()
        fitted.save(folder / name)
    (folder / "predictor.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def load_settings(folder: Path) -> Settings:
    """The settings a predictor was trained with."""
    document = json.loads((folder / "predictor.json").read_text(encoding="utf-8"))
    if document["format"] != _FORMAT:
        raise ValueError(f"{folder} has the artefact format {document['format']}, this version reads {_FORMAT}")
    return Settings.from_json(document["settings"])


def load_model(folder: Path, algorithm: Algorithm, options: Options) -> Model:
    """The model of a predictor with one global algorithm."""
    return algorithm.load(folder / algorithm.name, options)


def load_ensemble(folder: Path, keys: tuple[tuple[str, ...], ...]) -> Ensemble:
    """The AutoPredictor of a folder with weights for the given series; new series get the common mix."""
    document = json.loads((folder / "predictor.json").read_text(encoding="utf-8"))
    by_name = {candidate.name: candidate for candidate in CANDIDATES}
    candidates = tuple(by_name[name] for name in document["candidates"])
    mix = np.array(document["mix"])
    weights = _weights(folder / "weights.parquet", [c.name for c in candidates], keys, mix)
    models = {c.name: c.load(folder / c.name, {}) for c in candidates if not isinstance(c, LocalAlgorithm)}
    low, high = document["spread"]
    return Ensemble(candidates, weights, mix, (low, high), models)


def _weights(path: Path, names: list[str], keys: tuple[tuple[str, ...], ...], mix: Floats) -> Floats:
    found = duckdb.execute(f"SELECT * FROM read_parquet({literal(str(path))})").fetchnumpy()
    rows = {series: row for row, series in enumerate(found["series"])}
    table = np.stack([np.asarray(found[name], dtype=float) for name in names])
    out = np.repeat(mix[:, None], len(keys), axis=1)
    for column, key in enumerate(keys):
        row = rows.get(_SEPARATOR.join(key))
        if row is not None:
            out[:, column] = table[:, row]
    return out
