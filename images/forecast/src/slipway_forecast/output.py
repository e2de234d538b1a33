"""The output folder of a step: files appear complete or not at all, `report.json` last."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from .events import Events

_SCRATCH = ".partial"
REPORT = "report.json"


class Output:
    """Collects a step's files in a scratch folder inside `folder` and renames them when all are written."""

    def __init__(self, folder: Path) -> None:
        """Removes what an interrupted or earlier run of the step left behind."""
        self._folder = folder
        self._scratch = folder / _SCRATCH
        folder.mkdir(parents=True, exist_ok=True)
        (folder / REPORT).unlink(missing_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()

    def file(self, name: str) -> Path:
        """Where to write the file (or folder) that will be called `name`, a relative path."""
        path = self._scratch / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def work(self, name: str) -> Path:
        """Where to put an intermediate file; gone after `publish`."""
        path = self._scratch / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def json(self, name: str, value: Any) -> None:
        """Writes a JSON document; NaN and infinity are refused."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
        self.file(name).write_text(text + "\n", encoding="utf-8")

    def publish(self, events: Events, **report: Any) -> None:
        """Moves everything into place, `report.json` with step, seconds and notes at the very end."""
        made = self._scratch / "out"
        for path in sorted(made.iterdir()) if made.exists() else []:
            target = self._folder / path.name
            if target.is_dir():
                shutil.rmtree(target)
            os.replace(path, target)
        self.json(REPORT, {**events.head(), **report})
        os.replace(self.file(REPORT), self._folder / REPORT)
        shutil.rmtree(self._scratch)
        events.done()
