"""What happens after each round of training: log lines, checkpoints, the end on demand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import xgboost

from slipway_xgboost import artefact

if TYPE_CHECKING:
    from pathlib import Path

KEPT_CHECKPOINTS = 5
CHECKPOINT = re.compile(r"^xgboost-checkpoint\.(\d+)$")


class RoundLog(xgboost.callback.TrainingCallback):
    """Prints `[<round>]`, `train-<metric>:<value>` and `validation-<metric>:<value>`, with tabs between."""

    def after_iteration(self, _model: xgboost.Booster, epoch: int, evals_log: dict) -> bool:
        """Prints one line."""
        parts = [
            f"{channel}-{name}:{_number(values[-1]):.5f}"
            for channel, metrics in evals_log.items()
            for name, values in metrics.items()
        ]
        print("\t".join([f"[{epoch}]", *parts]), flush=True)
        return False


class Checkpointing(xgboost.callback.TrainingCallback):
    """Writes `xgboost-checkpoint.<round>` after each round and keeps the last five."""

    def __init__(self, folder: Path, first_round: int) -> None:
        super().__init__()
        self._folder = folder
        self._first_round = first_round

    def after_iteration(self, model: xgboost.Booster, epoch: int, _evals_log: dict) -> bool:
        """Writes one checkpoint."""
        number = self._first_round + epoch
        temporary = self._folder / ".checkpoint.new"
        temporary.write_bytes(bytes(model.save_raw(raw_format="ubj")))
        temporary.replace(self._folder / f"xgboost-checkpoint.{number}")
        for old, path in checkpoints(self._folder):
            if old <= number - KEPT_CHECKPOINTS:
                path.unlink(missing_ok=True)
        return False


class SaveEachRound(xgboost.callback.TrainingCallback):
    """Keeps the model as it is, for a job that may be asked to end."""

    def __init__(self, folder: Path, *, pickled: bool) -> None:
        super().__init__()
        self._folder = folder
        self._pickled = pickled

    def after_iteration(self, model: xgboost.Booster, _epoch: int, _evals_log: dict) -> bool:
        """Writes the model."""
        artefact.save(model, self._folder, pickled=self._pickled)
        return False


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """Rounds and files of the checkpoints in a folder, in their order."""
    found = [(CHECKPOINT.match(path.name), path) for path in folder.iterdir()] if folder.exists() else []
    return sorted((int(match[1]), path) for match, path in found if match)


def _number(value: float | tuple[float, float]) -> float:
    # With cross-validation XGBoost gives the deviation besides.
    return value[0] if isinstance(value, tuple) else value
