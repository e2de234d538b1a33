"""The network of CNN-QR: a causal dilated convolution over the past, a perceptron for each step ahead.

The scheme is MQ-CNN of Wen, Torkkola, Narayanaswamy, Madeka (2017), "A multi-horizon quantile recurrent forecaster":
the encoder gives one context for all steps and one for each, a decoder shared by the steps turns these and what is
known of the step into all quantiles at once.
"""

from __future__ import annotations

import torch
from torch import nn

_CHANNELS = 32
_KERNEL = 3
_STEP_CONTEXT = 12
_HIDDEN = 48
_DROPOUT = 0.1
_EMBEDDING = 8


class Encoder(nn.Module):
    """Convolutions whose dilation doubles, evaluated only at the positions that the last output depends on.

    A layer of dilation d feeds one of dilation 2d, which looks at every 2d-th position only; so each layer works
    with stride two on what the one before has left, at a fraction of the cost of all positions.
    """

    def __init__(self, inputs: int, context: int) -> None:
        super().__init__()
        depth = max(1, context.bit_length() - 1)
        widths = [inputs, *[_CHANNELS] * depth]
        self.layers = nn.ModuleList(nn.Conv1d(widths[k], widths[k + 1], _KERNEL, stride=2) for k in range(depth))
        self.skips = nn.ModuleList(nn.Conv1d(widths[k], widths[k + 1], 1) for k in range(depth))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(B, inputs, context) → (B, channels): the state after the last position."""
        for layer, skip in zip(self.layers, self.skips, strict=True):
            # Zeros in front: two for the kernel, one more where the count is even, so that the last position is hit.
            front = _KERNEL - 1 + (values.shape[2] + 1) % 2
            padded = nn.functional.pad(values, (front, 0))
            values = nn.functional.elu(layer(padded) + skip(padded[:, :, _KERNEL - 1 :: 2]))
        return values[:, :, -1]


class QuantileNetwork(nn.Module):
    """All quantiles of all steps from the past, what is known ahead and the item's attributes."""

    def __init__(
        self, past: int, ahead: int, cycles: int, context: int, horizon: int, levels: int, categories: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.horizon, self.cycles = horizon, cycles
        self.encoder = Encoder(past, context)
        self.embeddings = nn.ModuleList(nn.Embedding(count, _EMBEDDING) for count in categories)
        summary = _CHANNELS + _EMBEDDING * len(categories) + 1
        self.dropout = nn.Dropout(_DROPOUT)
        self.by_step = nn.Linear(summary, horizon * _STEP_CONTEXT)
        self.for_all = nn.Linear(summary, _HIDDEN)
        self.local = nn.Sequential(
            nn.Linear(_STEP_CONTEXT + _HIDDEN + ahead + 2 * cycles, _HIDDEN),
            nn.ELU(),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.ELU(),
        )
        self.quantiles = nn.Linear(_HIDDEN, levels)
        # How much of each past cycle is repeated; before training nothing but their mean is.
        self.repeated = nn.Linear(_HIDDEN, cycles + 1)
        nn.init.zeros_(self.repeated.weight)
        nn.init.zeros_(self.repeated.bias)

    def forward(
        self,
        past: torch.Tensor,
        ahead: torch.Tensor,
        cycles: torch.Tensor,
        known: torch.Tensor,
        size: torch.Tensor,
        static: torch.Tensor,
    ) -> torch.Tensor:
        """(B, past, context), (B, H, ahead), the last cycles (B, H, S) with flags, (B,), (B, A) → (B, H, Q)."""
        state = [self.encoder(past), size[:, None]]
        state += [embedding(static[:, k]) for k, embedding in enumerate(self.embeddings)]
        summary = self.dropout(torch.cat(state, dim=1))
        steps = self.by_step(summary).reshape(-1, self.horizon, _STEP_CONTEXT)
        whole = self.for_all(summary)[:, None].expand(-1, self.horizon, -1)
        hidden = self.local(torch.cat([nn.functional.elu(steps), nn.functional.elu(whole), ahead, cycles, known], 2))
        # The last weight is that of the base, zero in these units, which is always known.
        scores = self.repeated(hidden)
        scores = scores.masked_fill(torch.cat([known, torch.ones_like(known[:, :, :1])], 2) == 0, -1e9)
        weight = torch.softmax(scores, dim=2)[:, :, : self.cycles]
        return (weight * cycles).sum(2, keepdim=True) + self.quantiles(hidden)


def pinball(predicted: torch.Tensor, target: torch.Tensor, known: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
    """Mean quantile loss of (B, H, Q) against (B, H) where it is known."""
    off = target[:, :, None] - predicted
    loss = torch.maximum(levels * off, (levels - 1) * off).mean(dim=2)
    return (loss * known).sum() / known.sum().clamp(min=1)
