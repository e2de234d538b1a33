"""What every algorithm looks like: `fit(panel) -> Model`, `Model.predict(panel) -> Forecast`, parameters as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import UserError
from ..panel import Floats, Panel

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Forecast:
    """Predictions for N series and H steps: `quantiles` (N, H, Q) ascending along Q, `mean` (N, H).

    NaN for a series an algorithm cannot predict (one without any observation).
    """

    levels: tuple[float, ...]
    quantiles: Floats
    mean: Floats

    @classmethod
    def empty(cls, size: int, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """All NaN, to be filled block by block."""
        return cls(levels, np.full((size, horizon, len(levels)), np.nan), np.full((size, horizon), np.nan))


@dataclass(frozen=True)
class Parameter:
    """A training parameter as the API publishes it; values travel as strings.

    Where the default depends on the horizon it is this many `default_horizons`.
    """

    name: str
    type: str
    default: str | None
    minimum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    choices: tuple[str, ...] | None = None
    description: str = ""
    tunable: bool = False
    default_horizons: int | None = None

    def default_for(self, horizon: int) -> str | None:
        """The value that is used when none is given; None where it follows from the data."""
        return self.default if self.default_horizons is None else str(self.default_horizons * horizon)

    def read(self, text: str) -> Any:
        """The value of a string, checked against type and range; UserError `BadParameter` names the range."""
        try:
            return self._convert(text)
        except ValueError:
            raise UserError(
                "BadParameter",
                f"Training parameter {self.name} has the value '{text}', it has to be {self.range_text()}.",
            ) from None

    def _convert(self, text: str) -> Any:
        if self.choices is not None:
            matches = [choice for choice in self.choices if choice.lower() == text.strip().lower()]
            if not matches:
                raise ValueError
            return matches[0] == "True" if set(self.choices) == {"True", "False"} else matches[0]
        number = int(text) if self.type == "integer" else float(text)
        below = self.minimum is not None and number < self.minimum
        outside = self.exclusive_minimum is not None and number <= self.exclusive_minimum
        above = self.exclusive_maximum is not None and number >= self.exclusive_maximum
        if below or outside or above or not np.isfinite(number):
            raise ValueError
        return number

    def range_text(self) -> str:
        """The admissible values in words."""
        if self.choices is not None:
            return "one of " + ", ".join(self.choices)
        kind = "an integer" if self.type == "integer" else f"a {self.type}"
        if self.exclusive_minimum is not None and self.exclusive_maximum is not None:
            return f"{kind} between {self.exclusive_minimum:g} and {self.exclusive_maximum:g}, both excluded"
        if self.exclusive_minimum is not None:
            return f"{kind} greater than {self.exclusive_minimum:g}"
        return f"{kind} of at least {self.minimum:g}" if self.minimum is not None else kind


@dataclass(frozen=True)
class Range:
    """Values a tuning may give a parameter: from `low` to `high`, or one of `values`.

    `scaling` as ScalingType of the API has it; README.md says what Auto is.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    scaling: str = "Auto"
    values: tuple[str, ...] = ()


class Model(Protocol):
    """A fitted algorithm. Local ones keep only their options and estimate in `predict`."""

    def predict(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """Forecasts `horizon` buckets after the end of `panel` for quantile `levels` in ascending order."""

    def save(self, folder: Path) -> None:
        """Writes what `Algorithm.load` needs."""


class Algorithm(Protocol):
    """A way to make models. `name` is its name in artefacts and reports.

    Options of `fit` are the training parameters, and for algorithms that learn from all series: `levels`, the
    quantiles that will be asked for; `threads`, how many of the processor they may use; `tell`, called with the
    number of epochs done and the most there will be.
    """

    name: str
    parameters: tuple[Parameter, ...]

    def fit(self, panel: Panel, horizon: int, options: Options) -> Model:
        """Learns from `panel` alone. The same input gives the same model, bit for bit."""

    def load(self, folder: Path, options: Options) -> Model:
        """The model that `save` wrote into `folder`."""
