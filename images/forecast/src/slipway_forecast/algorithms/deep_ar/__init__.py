"""DeepAR+: a recurrent network that predicts one step at a time from its own predictions, learnt from all series.

Amazon Forecast developer guide, "DeepAR+ Algorithm"; Salinas, Flunkert, Gasthaus, Januschowski (2020), "DeepAR:
probabilistic forecasting with autoregressive recurrent networks". README.md says which choices are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...panel import Panel
from ..interface import Options, Parameter, Range
from .parameters import PARAMETERS, usual_ranges


@dataclass(frozen=True)
class DeepAr:
    """The algorithm. PyTorch is imported by the modules that `fit` and `load` import: not every step has it."""

    name: str = "Deep_AR_Plus"
    parameters: tuple[Parameter, ...] = PARAMETERS

    def tuned(self, horizon: int) -> tuple[Range, ...]:
        """Ranges of a tuning that names none."""
        return usual_ranges(horizon)

    def fit(self, panel: Panel, horizon: int, options: Options) -> Any:
        """Trains on `panel`. UserError `BadLikelihood`, `TooFewObservations`."""
        from .model import fit

        return fit(panel, horizon, options)

    def load(self, folder: Path, options: Options) -> Any:  # noqa: ARG002
        """Reads what the model saved."""
        from .model import DeepArModel

        return DeepArModel.load(folder)


DEEP_AR = DeepAr()
