"""What is said about a file that cannot be read."""

from __future__ import annotations


class Refusal(Exception):
    """A file cannot be used. The text names file, row and column, the value, why, and what to do."""


def at(name: str, row: int, column: str | None, value: str, why: str) -> Refusal:
    """A refusal of one cell."""
    where = f"{name}, row {row}" + (f", column {column}" if column else "")
    shown = value if len(value) <= 60 else value[:60] + "…"
    return Refusal(f"{where}: {shown!r} {why}")
