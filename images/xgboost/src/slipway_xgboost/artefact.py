"""The model file: a pickled Booster in old versions of the image, XGBoost's own format in new ones."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import xgboost

if TYPE_CHECKING:
    from pathlib import Path

MODEL_FILE = "xgboost-model"
PICKLE_PROTOCOL = 4


def save(booster: xgboost.Booster, folder: Path, *, pickled: bool) -> None:
    """Writes `xgboost-model`, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / ".xgboost-model.new"
    if pickled:
        temporary.write_bytes(pickle.dumps(booster, protocol=PICKLE_PROTOCOL))
    else:
        temporary.write_bytes(bytes(booster.save_raw(raw_format="ubj")))
    temporary.replace(folder / MODEL_FILE)


def load(path: Path) -> xgboost.Booster:
    """Reads a model of either form.

    Raises:
        ValueError: when it is neither.
    """
    content = path.read_bytes()
    # A pickle of protocol 2 or newer begins with this byte, XGBoost's formats with `{` or `binf`.
    if content[:1] == b"\x80":
        booster = pickle.loads(content)
        if not isinstance(booster, xgboost.Booster):
            raise ValueError(f"{path.name} is a pickle, but of no Booster")
        return booster
    try:
        return xgboost.Booster(model_file=bytearray(content))
    except xgboost.core.XGBoostError as error:
        raise ValueError(f"{path.name} is no model of XGBoost: {str(error).splitlines()[-1]}") from error
