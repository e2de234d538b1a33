"""Runs a step of the engine in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import UserError

Progress = Callable[[str, int, int, str | None], None]
_USER_ERROR = 10
_SOURCE = Path(__file__).resolve().parents[2]


def run_step(folder: Path, step: str, job: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    """Runs `step` with its output in `folder/<step>`; returns its report.

    A process of its own, because workers are forked, and this one may have threads of any library. UserError as the
    step gives it; it ends with this process.
    """
    path = folder / "job.json"
    path.write_text(json.dumps({**job, "output": step}), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_SOURCE), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, "-m", "slipway_forecast", step, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and progress is not None:
                progress(event["phase"], event["done"], event["total"], event.get("candidate"))
        told = process.communicate()[1]
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode == _USER_ERROR:
        failure = json.loads((folder / "failure.json").read_text(encoding="utf-8"))
        raise UserError(failure["code"], failure["message"])
    if process.returncode != 0:
        raise RuntimeError(f"The step {step} ended with {process.returncode}:\n{told}")
    return json.loads((folder / step / "report.json").read_text(encoding="utf-8"))
