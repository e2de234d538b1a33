"""`python -m slipway_forecast <step> <job.json>`: runs one step and turns its outcome into an exit code."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

from .errors import JobError, UserError
from .events import Events
from .job import Fields

OK, BUG, BAD_JOB, USER_ERROR = 0, 1, 2, 10

# Modules are imported when their step runs: the export of a forecast needs no gradient boosting.
_STEPS = {
    "import": "import_data",
    "train": "train",
    "forecast": "forecast",
    "export": "export",
    "backtest-export": "backtest_export",
}


def main(arguments: list[str]) -> int:
    """Exit code of a step: 0 done, 10 user error (explained in failure.json), 2 bad job; a bug raises."""
    if arguments[:1] == ["warm"]:
        import_module(".warm", __package__).run(arguments[1:])
        return OK
    if arguments == ["algorithms"]:
        catalog = import_module(".algorithms.registry", __package__).as_document()
        sys.stdout.write(json.dumps(catalog, ensure_ascii=False, indent=2) + "\n")
        return OK
    if len(arguments) != 2 or arguments[0] not in _STEPS:
        sys.stderr.write(
            f"usage: python -m slipway_forecast {{{'|'.join(_STEPS)}}} <job.json>, or warm, or algorithms\n"
        )
        return BAD_JOB
    step, path = arguments[0], Path(arguments[1])
    failure = path.resolve().parent / "failure.json"
    failure.unlink(missing_ok=True)
    try:
        import_module(f".steps.{_STEPS[step]}", __package__).run(Fields.load(path), Events(step))
    except JobError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_JOB
    except UserError as error:
        _write(failure, {"code": error.code, "message": error.message})
        sys.stderr.write(f"{error.message}\n")
        return USER_ERROR
    return OK


def _write(path: Path, value: dict[str, str]) -> None:
    scratch = path.with_suffix(".partial")
    scratch.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(scratch, path)
