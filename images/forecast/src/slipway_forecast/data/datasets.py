"""Data sets as jobs name them: finished imports, oldest first, with their schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..frequency import Frequency
from ..job import Fields
from .columns import literal, quote
from .schema import TIMESTAMP, Schema


@dataclass(frozen=True)
class Dataset:
    """A FULL import and the INCREMENTAL ones after it."""

    files: tuple[Path, ...]
    schema: Schema
    frequency: Frequency | None

    @classmethod
    def read(cls, fields: Fields | None, domain: str) -> Dataset | None:
        """From the `target`, `related` or `metadata` member of a job; None if it is absent."""
        if fields is None:
            return None
        frequency = fields.optional_text("dataFrequency")
        made = cls(
            tuple(fields.paths("files")),
            Schema.parse(fields.raw("schema"), domain),
            None if frequency is None else Frequency.parse(frequency),
        )
        fields.finish()
        return made

    def relation(self) -> str:
        """SQL over the rows that count, with columns `part` and `row` for their order.

        A row of a later import replaces the rows of earlier ones that have the same key: a new value wins.
        """
        parts = " UNION ALL ".join(
            f"SELECT {part} AS part, file_row_number AS row, * EXCLUDE (file_row_number) "
            f"FROM read_parquet({literal(str(path))}, file_row_number = true)"
            for part, path in enumerate(self.files)
        )
        if len(self.files) == 1:
            return f"({parts})"
        key = [self.schema.identifier, *self._key_texts()]
        if TIMESTAMP in self.schema.names():
            key.append(TIMESTAMP)
        keys = ", ".join(quote(name) for name in key)
        return f"(SELECT * FROM ({parts}) QUALIFY part = max(part) OVER (PARTITION BY {keys}))"

    def _key_texts(self) -> list[str]:
        """Dimensions; the text columns of item metadata are values, not keys."""
        return self.schema.text_columns() if TIMESTAMP in self.schema.names() else []
