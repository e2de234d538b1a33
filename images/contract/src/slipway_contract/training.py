"""What a training process is told, and how it tells that it failed."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway_contract import folders
from slipway_contract.errors import CustomerError, ScriptError
from slipway_contract.script_mode import PROGRAM, run_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_FAILURE = 1024


@dataclass(frozen=True)
class Channel:
    """A channel of input data."""

    name: str
    folder: Path
    content_type: str | None
    mode: str


@dataclass(frozen=True)
class TrainingJob:
    """The job as its configuration files have it."""

    hyperparameters: dict[str, str]
    channels: dict[str, Channel]
    hosts: list[str]
    current_host: str
    checkpoints: Path | None
    #: `resourceconfig.json` as it is.
    resources: dict[str, Any]


def read_job() -> TrainingJob:
    """Reads the files below `input/config`."""
    resources = _config("resourceconfig")
    checkpoint = _config("checkpointconfig")
    channels = {
        name: Channel(
            name,
            folders.DATA / name,
            settings.get("ContentType"),
            settings.get("TrainingInputMode", "File"),
        )
        for name, settings in _config("inputdataconfig").items()
    }
    return TrainingJob(
        hyperparameters=_config("hyperparameters"),
        channels=channels,
        hosts=resources.get("hosts", ["algo-1"]),
        current_host=resources.get("current_host", "algo-1"),
        checkpoints=folders.CHECKPOINTS if checkpoint else None,
        resources=resources,
    )


def run(train: Callable[[TrainingJob], None] | None = None) -> int:
    """Trains; a failure is written where SageMaker looks for its reason.

    Args:
        train: the image's own algorithm, where it has one; a job that brings a program gets that run.

    Returns:
        The exit code.
    """
    try:
        job = read_job()
        if PROGRAM in job.hyperparameters:
            run_script(job)
        elif train is None:
            raise CustomerError(f"This image trains with a program of yours; name it by {PROGRAM}")
        else:
            train(job)
    except ScriptError as error:
        return _fail(str(error), error.code)
    except CustomerError as error:
        return _fail(f"Customer Error: {error}", 1)
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        return _fail(f"{type(error).__name__}: {error}", 1)
    return 0


def _fail(reason: str, code: int) -> int:
    sys.stdout.flush()
    print(reason, file=sys.stderr, flush=True)
    folders.FAILURE.parent.mkdir(parents=True, exist_ok=True)
    folders.FAILURE.write_text(reason[:LONGEST_FAILURE], encoding="utf-8")
    return code


def _config(name: str) -> dict[str, Any]:
    try:
        return json.loads((folders.CONFIG / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
