"""How the processes of one training job meet when they are processes of one machine.

In a container cluster hosts find each other by name. Processes of one machine share a folder instead,
named by `SLIPWAY_CLUSTER_FOLDER`; each writes there what the others have to know.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from slipway_contract.errors import CustomerError

LONGEST_WAIT_S = 300.0
PAUSE_S = 0.05


def publish(name: str, value: Any) -> None:  # noqa: ANN401
    """Writes a value for the other hosts, whole or not at all."""
    path = _folder() / f"{name}.json"
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(value), encoding="utf-8")
    temporary.replace(path)


def wait_for(name: str) -> Any:  # noqa: ANN401
    """Gives what another host has written, once it has.

    Raises:
        TimeoutError: when it has not within five minutes.
    """
    path = _folder() / f"{name}.json"
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"Another host of the job has not written {name} within {LONGEST_WAIT_S:.0f} s"
            )
        time.sleep(PAUSE_S)
    return json.loads(path.read_text(encoding="utf-8"))


def _folder() -> Path:
    folder = os.environ.get("SLIPWAY_CLUSTER_FOLDER")
    if folder is None:
        raise CustomerError(
            "Several hosts need SLIPWAY_CLUSTER_FOLDER: this image trains on several on one machine only"
        )
    return Path(folder)
