"""Reading `job.json`: typed access that names the key at fault; unknown keys are faults too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import JobError


class Fields:
    """One JSON object of a job. Every key that is read is ticked off; `finish` complains about the rest."""

    def __init__(self, raw: Any, where: str, folder: Path) -> None:
        if not isinstance(raw, dict):
            raise JobError(f"{where} has to be an object")
        self._raw: dict[str, Any] = raw
        self._where = where
        self._folder = folder
        self._read: set[str] = set()

    @classmethod
    def load(cls, path: Path) -> Fields:
        """The whole document of a `job.json`; relative paths in it start at its folder."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise JobError(f"{path}: {error}") from error
        return cls(raw, "job", path.resolve().parent)

    def has(self, key: str) -> bool:
        """True if the key is there and not null; a null is ticked off."""
        self._read.add(key)
        return self._raw.get(key) is not None

    def raw(self, key: str) -> Any:
        """The value as it is; JobError if it is missing."""
        if not self.has(key):
            raise JobError(f"{self._where}.{key} is missing")
        return self._raw[key]

    def _typed(self, key: str, kind: type | tuple[type, ...], words: str) -> Any:
        value = self.raw(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise JobError(f"{self._where}.{key} has to be {words}, it is {value!r}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A string; the default only where one is given."""
        if default is not None and not self.has(key):
            return default
        return self._typed(key, str, "a string")

    def optional_text(self, key: str) -> str | None:
        """A string or None."""
        return self.text(key) if self.has(key) else None

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        if default is not None and not self.has(key):
            return default
        value = self._typed(key, int, "a whole number")
        if value < 1:
            raise JobError(f"{self._where}.{key} has to be at least 1, it is {value}")
        return value

    def optional_integer(self, key: str) -> int | None:
        """A whole number of at least 1, or None."""
        return self.integer(key) if self.has(key) else None

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._typed(key, bool, "true or false") if self.has(key) else default

    def path(self, key: str) -> Path:
        """A path, relative to the folder of job.json."""
        return self._folder / self.text(key)

    def paths(self, key: str) -> list[Path]:
        """A list of paths; empty where the key is absent."""
        return [self._folder / text for text in self.texts(key)]

    def texts(self, key: str) -> list[str]:
        """A list of strings; empty where the key is absent."""
        values = self._typed(key, list, "a list") if self.has(key) else []
        if not all(isinstance(value, str) for value in values):
            raise JobError(f"{self._where}.{key} has to hold strings only")
        return values

    def mapping(self, key: str) -> dict[str, Any]:
        """An object as it is; empty where the key is absent."""
        return self._typed(key, dict, "an object") if self.has(key) else {}

    def child(self, key: str) -> Fields:
        """A nested object."""
        return Fields(self.raw(key), f"{self._where}.{key}", self._folder)

    def optional_child(self, key: str) -> Fields | None:
        """A nested object or None."""
        return self.child(key) if self.has(key) else None

    def children(self, key: str) -> list[Fields]:
        """A list of objects; empty where the key is absent."""
        values = self._typed(key, list, "a list") if self.has(key) else []
        return [Fields(value, f"{self._where}.{key}[{i}]", self._folder) for i, value in enumerate(values)]

    def finish(self) -> None:
        """Complains about keys nobody read; to be called after all others."""
        unknown = sorted(set(self._raw) - self._read)
        if unknown:
            raise JobError(f"{self._where}.{unknown[0]} is not a key of this step")
