"""The recurrent network of DeepAR+."""

from __future__ import annotations

import torch
from torch import nn

_EMBEDDING = 8
_DROPOUT = 0.1

State = tuple[torch.Tensor, torch.Tensor]


class RecurrentNetwork(nn.Module):
    """Earlier values and what is known of a time → the raw parameters of the distribution of its value."""

    def __init__(self, inputs: int, cells: int, layers: int, outputs: int, categories: tuple[int, ...]) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(count, _EMBEDDING) for count in categories)
        width = inputs + _EMBEDDING * len(categories) + 1
        self.recurrent = nn.LSTM(width, cells, layers, batch_first=True, dropout=_DROPOUT if layers > 1 else 0.0)
        self.dropout = nn.Dropout(_DROPOUT)
        self.parameters_of = nn.Linear(cells, outputs)

    def fixed(self, size: torch.Tensor, static: torch.Tensor) -> torch.Tensor:
        """(B,), (B, A) → (B, E): what does not change along a window."""
        return torch.cat([size[:, None], *(e(static[:, k]) for k, e in enumerate(self.embeddings))], dim=1)

    def forward(
        self, inputs: torch.Tensor, fixed: torch.Tensor, state: State | None = None
    ) -> tuple[torch.Tensor, State]:
        """(B, T, inputs), (B, E) → raw parameters (B, T, outputs) and the state after the last time."""
        every = fixed[:, None].expand(-1, inputs.shape[1], -1)
        hidden, state = self.recurrent(torch.cat([inputs, every], dim=2), state)
        return self.parameters_of(self.dropout(hidden)), state
