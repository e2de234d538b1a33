"""The distributions DeepAR+ offers for a value: parameters from a network's output, loss, and samples.

Salinas, Flunkert, Gasthaus, Januschowski (2020), "DeepAR"; piecewise-linear: Gasthaus et al. (2019), "Probabilistic
forecasting with spline quantile function RNNs", here with knots at fixed levels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch.nn.functional import softplus

from ...errors import UserError
from ...panel import Panel

_TINY = 1e-4
_KNOTS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


class Likelihood(Protocol):
    """`outputs` numbers of the network make the distribution of a value in the units of its window.

    `centred` windows are moved and divided, others divided only; `unit` is what one of the window's units is in
    numbers of the data (B, …), which counts need.
    """

    outputs: int
    centred: bool

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """Loss (…) of values (…) under raw outputs (…, outputs)."""

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """One value (…) of each distribution, by torch's own random numbers."""


@dataclass(frozen=True)
class StudentT:
    """Heavy tails: location, scale and degrees of freedom above two, so that the variance is finite."""

    outputs: int = 3
    centred: bool = True

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """Negative log-likelihood."""
        location, scale, freedom = self._parameters(raw)
        return -torch.distributions.StudentT(freedom, location, scale, validate_args=False).log_prob(value)

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """A draw."""
        location, scale, freedom = self._parameters(raw)
        return torch.distributions.StudentT(freedom, location, scale, validate_args=False).sample()

    def _parameters(self, raw: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return raw[..., 0], softplus(raw[..., 1]) + _TINY, 2 + softplus(raw[..., 2])


@dataclass(frozen=True)
class Gaussian:
    """Location and standard deviation."""

    outputs: int = 2
    centred: bool = True

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """Negative log-likelihood."""
        deviation = softplus(raw[..., 1]) + _TINY
        return 0.5 * ((value - raw[..., 0]) / deviation) ** 2 + deviation.log() + 0.5 * math.log(2 * math.pi)

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """A draw."""
        return torch.normal(raw[..., 0], softplus(raw[..., 1]) + _TINY)


@dataclass(frozen=True)
class NegativeBinomial:
    """Counts: mean μ and shape α, variance μ + α μ²."""

    outputs: int = 2
    centred: bool = False

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood of the count."""
        mean, shape = self._parameters(raw, unit)
        count, inverse = (value * unit).clamp(min=0), 1 / shape
        return -(
            torch.lgamma(count + inverse)
            - torch.lgamma(count + 1)
            - torch.lgamma(inverse)
            - inverse * torch.log1p(shape * mean)
            + count * (torch.log(shape * mean) - torch.log1p(shape * mean))
        )

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """A Poisson whose rate is a gamma."""
        mean, shape = self._parameters(raw, unit)
        rate = torch.distributions.Gamma(1 / shape, 1 / (shape * mean), validate_args=False).sample()
        return torch.poisson(rate) / unit

    def _parameters(self, raw: torch.Tensor, unit: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return (softplus(raw[..., 0]) + _TINY) * unit, softplus(raw[..., 1]) + _TINY


@dataclass(frozen=True)
class Beta:
    """Values between 0 and 1: mean and precision; windows keep their units."""

    outputs: int = 2
    centred: bool = False

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood."""
        one, other = self._parameters(raw)
        inside = (value * unit).clamp(_TINY, 1 - _TINY)
        return -torch.distributions.Beta(one, other, validate_args=False).log_prob(inside)

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:
        """A draw."""
        return torch.distributions.Beta(*self._parameters(raw), validate_args=False).sample() / unit

    def _parameters(self, raw: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean = torch.sigmoid(raw[..., 0]).clamp(_TINY, 1 - _TINY)
        precision = softplus(raw[..., 1]) + _TINY
        return mean * precision, (1 - mean) * precision


@dataclass(frozen=True)
class DeterministicL1:
    """A point: every quantile is the same."""

    outputs: int = 1
    centred: bool = True

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """Absolute error."""
        return (value - raw[..., 0]).abs()

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The point."""
        return raw[..., 0]


@dataclass(frozen=True)
class PiecewiseLinear:
    """A quantile function that is linear between knots; it learns from the quantile losses of the knots."""

    outputs: int = len(_KNOTS)
    centred: bool = True

    def loss(self, raw: torch.Tensor, value: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """Mean quantile loss over the knots."""
        levels = torch.tensor(_KNOTS, device=raw.device)
        off = value[..., None] - self._quantiles(raw)
        return 2 * torch.maximum(levels * off, (levels - 1) * off).mean(dim=-1)

    def sample(self, raw: torch.Tensor, unit: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The quantile of a uniform number; beyond the outer knots the outer pieces go on."""
        knots, quantiles = torch.tensor(_KNOTS, device=raw.device), self._quantiles(raw)
        level = torch.rand(raw.shape[:-1], device=raw.device)
        right = torch.searchsorted(knots, level).clamp(1, len(_KNOTS) - 1)
        low, high = knots[right - 1], knots[right]
        share = ((level - low) / (high - low))[..., None]
        below, above = (quantiles.gather(-1, index[..., None]) for index in (right - 1, right))
        return (below + share * (above - below))[..., 0]

    def _quantiles(self, raw: torch.Tensor) -> torch.Tensor:
        """The median and steps away from it that are never negative."""
        middle = _KNOTS.index(0.5)
        down = -softplus(raw[..., :middle]).flip(-1).cumsum(-1).flip(-1)
        up = softplus(raw[..., middle + 1 :]).cumsum(-1)
        centre = raw[..., middle : middle + 1]
        return torch.cat([centre + down, centre, centre + up], dim=-1)


_BY_NAME: dict[str, Likelihood] = {
    "beta": Beta(),
    "deterministic-L1": DeterministicL1(),
    "gaussian": Gaussian(),
    "negative-binomial": NegativeBinomial(),
    "piecewise-linear": PiecewiseLinear(),
    "student-T": StudentT(),
}


def likelihood(name: str) -> Likelihood:
    """A likelihood by the name of its parameter value."""
    return _BY_NAME[name]


def check_fits(name: str, panel: Panel) -> None:
    """UserError `BadLikelihood` where values are none that the likelihood can have, naming one of them."""
    known = ~np.isnan(panel.values)
    if name == "beta":
        wrong, words = known & ((panel.values < 0) | (panel.values > 1)), "between 0 and 1"
    elif name == "negative-binomial":
        wrong = known & ((panel.values < 0) | (np.where(known, panel.values, 0) % 1 != 0))
        words = "a whole number of at least 0"
    else:
        return
    if not wrong.any():
        return
    row, column = np.argwhere(wrong)[0]
    time = str(panel.calendar.start(column)).replace("T", " ")
    raise UserError(
        "BadLikelihood",
        f"The likelihood {name} needs every target value to be {words}, but {', '.join(panel.keys[row])} has "
        f"{panel.values[row, column]:g} at {time}. Choose another likelihood, student-T for example.",
    )
