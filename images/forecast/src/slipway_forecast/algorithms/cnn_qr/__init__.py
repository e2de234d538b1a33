"""CNN-QR: a convolutional network that predicts all quantiles of the horizon at once, learnt from all series.

Amazon Forecast developer guide, "CNN-QR Algorithm". README.md says which choices are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...panel import Panel
from ..interface import Options, Parameter, Range
from .parameters import PARAMETERS, usual_ranges


@dataclass(frozen=True)
class CnnQr:
    """The algorithm. PyTorch is imported by the modules that `fit` and `load` import: not every step has it."""

    name: str = "CNN-QR"
    parameters: tuple[Parameter, ...] = PARAMETERS

    def tuned(self, horizon: int) -> tuple[Range, ...]:
        """Ranges of a tuning that names none."""
        return usual_ranges(horizon)

    def fit(self, panel: Panel, horizon: int, options: Options) -> Any:
        """Trains on `panel`; see `Algorithm` for options beside the parameters."""
        from .model import fit

        return fit(panel, horizon, options)

    def load(self, folder: Path, options: Options) -> Any:  # noqa: ARG002
        """Reads what the model saved."""
        from .model import CnnQrModel

        return CnnQrModel.load(folder)


CNN_QR = CnnQr()
