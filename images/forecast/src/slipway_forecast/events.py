"""What a step tells while it runs: one JSON object a line on stdout."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any, TextIO


class Events:
    """Progress, notes and the end of one step. Notes are kept for `report.json`."""

    def __init__(self, step: str, stream: TextIO | None = None) -> None:
        self._step = step
        self._stream = stream or sys.stdout
        self._started = time.monotonic()
        self._turn = threading.Lock()
        self.notes: list[str] = []

    def elapsed(self) -> float:
        """Seconds since the step began."""
        return round(time.monotonic() - self._started, 3)

    def progress(self, phase: str, done: int, total: int, candidate: str | None = None) -> None:
        """`done` of `total` parts of a phase are finished; `candidate` names the algorithm just done."""
        named = {} if candidate is None else {"candidate": candidate}
        self._write("progress", phase=phase, done=done, total=total, **named, elapsedSeconds=self.elapsed())

    def note(self, message: str) -> None:
        """Something the user should know although nothing failed."""
        self.notes.append(message)
        self._write("note", message=message)

    def head(self) -> dict[str, Any]:
        """The beginning of every `report.json`."""
        return {"step": self._step, "elapsedSeconds": self.elapsed(), "notes": self.notes}

    def done(self) -> None:
        """The step has written its results."""
        self._write("done", elapsedSeconds=self.elapsed())

    def _write(self, event: str, **fields: Any) -> None:
        line = json.dumps({"event": event, "step": self._step, **fields}, ensure_ascii=False)
        with self._turn:
            self._stream.write(line + "\n")
            self._stream.flush()
