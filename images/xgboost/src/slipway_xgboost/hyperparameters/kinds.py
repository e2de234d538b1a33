"""Types and ranges of hyperparameters, with the sentences of SageMaker's algorithm toolkit."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import Any, Protocol

from slipway_contract.errors import CustomerError


class Kind(Protocol):
    """Reads a value from its text."""

    def read(self, name: str, text: str) -> Any:  # noqa: ANN401
        """Gives the value.

        Raises:
            CustomerError: for what cannot be read, or is out of range.
        """


@dataclass(frozen=True)
class Number:
    """A number in an interval, whose ends belong to it unless they are open."""

    type: type[int] | type[float]
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def read(self, name: str, text: str) -> int | float:
        """A number; an integer may be written as `3.0`."""
        try:
            number = float(text)
            value = self.type(number)
        except (ValueError, OverflowError):
            raise _unparsable(name) from None
        if value != number or math.isnan(number):
            raise _unparsable(name)
        above = value > self.low if self.open_low else value >= self.low
        under = value < self.high if self.open_high else value <= self.high
        if not (above and under):
            raise CustomerError(f"Hyperparameter {name}: {text} is not in {self}")
        return value

    def __str__(self) -> str:
        begin = "(" if self.open_low or self.low == -math.inf else "["
        end = ")" if self.open_high or self.high == math.inf else "]"
        return f"{begin}{_shown(self.low)}, {_shown(self.high)}{end}"


@dataclass(frozen=True)
class Choice:
    """One of some words, or with `many` a list of them, separated by commas."""

    words: tuple[str, ...]
    many: bool = False

    def read(self, name: str, text: str) -> str:
        """The text as it was given."""
        for word in text.split(",") if self.many else [text]:
            if word.strip() not in self.words:
                raise CustomerError(f"Hyperparameter {name}: {text} is not in {list(self.words)}")
        return text


@dataclass(frozen=True)
class Nested:
    """A tuple of numbers, or a list of lists of them, in Python's notation."""

    low: int
    high: float = math.inf
    depth: int = 1

    def read(self, name: str, text: str) -> str:
        """The text as it was given."""
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise _unparsable(name) from None
        rows = [value] if self.depth == 1 else value
        if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
            raise _unparsable(name)
        for number in (number for row in rows for number in row):
            if not isinstance(number, int) or not self.low <= number <= self.high:
                raise CustomerError(
                    f"Hyperparameter {name}: {text} is not in [{self.low}, {_shown(self.high)}]"
                )
        return text


def _unparsable(name: str) -> CustomerError:
    return CustomerError(f"Hyperparameter {name}: could not parse value")


def _shown(number: float) -> str:
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return str(int(number)) if number == int(number) else str(number)
