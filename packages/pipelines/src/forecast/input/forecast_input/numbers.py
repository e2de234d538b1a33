"""Numbers with a decimal comma or thousands separators."""

from __future__ import annotations

import re

from .refusal import at

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)|", re.IGNORECASE)
_SPACES = " '\u2019\u00a0\u202f"
# One separator with three digits behind it: thousands, or a fraction of three digits.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_SHAPES = (
    ("dot", re.compile(r"[+-]?(\d*\.\d+|[1-9]\d{0,2}(,\d{3})+\.\d*|[1-9]\d{0,2}(,\d{3}){2,})")),
    ("comma", re.compile(r"[+-]?(\d*,\d+|[1-9]\d{0,2}(\.\d{3})+,\d*|[1-9]\d{0,2}(\.\d{3}){2,})")),
)
_GROUPED = {
    "dot": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?"),
    "comma": re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?"),
}
_SPACED = re.compile(rf"[+-]?\d{{1,3}}([{_SPACES}])\d{{3}}(\1\d{{3}})*([.,]\d*)?")
_NAMES = {"dot": "point", "comma": "comma"}


def is_foreign(cell: str) -> bool:
    """A number, but not written as an import reads it."""
    cell = cell.strip()
    return PLAIN.fullmatch(cell) is None and _shape(cell) is not None


def _shape(cell: str) -> str | None:
    """Which decimal sign a cell proves: `dot`, `comma`, `either`; None where it is no number."""
    if _SPACED.fullmatch(cell):
        bare = re.sub(f"[{_SPACES}]", "", cell)
        if "," in bare:
            return "comma"
        return "dot" if "." in bare else "none"
    if _EITHER.fullmatch(cell):
        return "either"
    return next((name for name, shape in _SHAPES if shape.fullmatch(cell)), None)


class Numbers:
    """How the numbers of one file are written. The first cell that proves it decides for all."""

    def __init__(self, name: str, delimiter: str) -> None:
        self.name = name
        self.between_commas = delimiter == ","
        self.decimal = None
        self.sample = ""
        self.grouped = ""

    def learn(self, cell: str) -> None:
        """Takes a cell of the sample into account."""
        shape = _shape(cell.strip())
        if self.decimal is None and (shape == "dot" or (shape == "comma" and not self.between_commas)):
            self.decimal = shape

    def _points(self) -> bool:
        """Between commas a decimal comma needs quotes, so a point there is a decimal point."""
        return self.between_commas or self.decimal == "dot"

    def convert(self, cell: str, row: int, column: str) -> str:
        """The number with a decimal point and nothing else."""
        cell = cell.strip()
        if cell.isdigit() or (PLAIN.fullmatch(cell) and (self._points() or "." not in cell)):
            return cell
        shape = _shape(cell)
        if shape is None:
            raise at(self.name, row, column, cell, "is not a number. Correct or empty the cell.")
        if shape == "either" and self.decimal is None:
            raise at(
                self.name,
                row,
                column,
                cell,
                "may have thousands or a fraction of three digits, and no other number tells. "
                "Write numbers without thousands separators and with a decimal point.",
            )
        self.learn(cell)
        if shape in _NAMES and shape != self.decimal:
            usual = _NAMES.get(self.decimal or "dot")
            raise at(
                self.name,
                row,
                column,
                cell,
                f"has a decimal {_NAMES[shape]}, where the file's numbers have a decimal {usual}. "
                "Write all numbers in one way.",
            )
        return self._plain(cell)

    def _plain(self, cell: str) -> str:
        bare = re.sub(f"[{_SPACES}]", "", cell)
        decimal, group = (".", ",") if self.decimal == "dot" else (",", ".")
        # Without a proven decimal sign only spaced thousands come here.
        if bare != cell or (self.decimal and _GROUPED[self.decimal].fullmatch(bare)):
            self.grouped = self.grouped or cell
        if decimal == "," and "," in bare:
            self.sample = self.sample or cell
        return bare.replace(group, "").replace(decimal, ".")

    def assumed(self) -> list[str]:
        """In words, for the run's notes."""
        said = [f"decimal comma (such as {self.sample})"] if self.sample else []
        return [*said, f"thousands separators left out (such as {self.grouped})"] if self.grouped else said
