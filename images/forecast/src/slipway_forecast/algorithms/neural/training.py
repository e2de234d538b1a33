"""The training loop: seeded batches, early stopping on held-out windows, the best weights kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from .windows import Windows

Loss = Callable[[Windows], torch.Tensor]

# Gradients are cut to this norm, as usual for recurrent networks.
_LARGEST_GRADIENT = 10.0
_BATCHES = 25
_EVALUATION = 256
# Then the held-out windows, the latest ones there are, are learnt from too: this share of the epochs so far, at
# this share of the learning rate.
_LAST_SHARE, _LAST_RATE = 0.15, 0.3
# An epoch counts as better when its loss is lower by this share.
_BETTER = 1e-4


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn.

    Training ends after `epochs`, or when `patience` epochs in a row were not better and the learning rate has been
    multiplied by `decay` `decays` times. The weights of the `averaged` best epochs are averaged. After `seconds` no
    epoch is begun any more, however much there is left to learn; results then depend on the machine.
    """

    epochs: int
    batch: int
    learning_rate: float
    patience: int
    decay: float = 0.5
    decays: int = 0
    averaged: int = 1
    seconds: float = 1200.0
    seed: int = 7


@dataclass(frozen=True)
class Learnt:
    """How training went: epochs run, lowest held-out loss, and whether time ran out."""

    epochs: int
    loss: float
    out_of_time: bool


def unheard(_done: int, _most: int) -> None:
    """For who trains without telling anybody."""


def train(
    network: torch.nn.Module,
    loss: Loss,
    windows: tuple[Windows, Windows, Windows],
    schedule: Schedule,
    tell: Callable[[int, int], None],
) -> Learnt:
    """Trains `network` in place. `windows` are those to learn from, those held out, and all there are.

    `loss` is the mean loss of some windows; `tell` is called with the number of epochs done and `epochs`. Without
    held-out windows all epochs are run.
    """
    learning, held_out, everything = windows
    draw = _Draw(schedule)
    rate = schedule.learning_rate
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    best = _Best(schedule.averaged)
    started, waiting, decays, out_of_time = time.monotonic(), 0, 0, False
    epoch = 0
    while epoch < schedule.epochs:
        if time.monotonic() - started > schedule.seconds:
            out_of_time = True
            break
        _epoch(network, loss, draw.epoch(learning), optimiser)
        epoch += 1
        tell(epoch, schedule.epochs)
        found = _evaluate(network, loss, held_out) if held_out.size else -float(epoch)
        waiting = 0 if best.take(found, network) else waiting + 1
        if waiting < schedule.patience:
            continue
        if decays == schedule.decays:
            break
        decays, waiting, rate = decays + 1, 0, rate * schedule.decay
        best.restore(network)
        optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    best.restore(network)
    tell(schedule.epochs, schedule.epochs)
    if held_out.size and not out_of_time:
        optimiser = torch.optim.Adam(network.parameters(), lr=rate * _LAST_RATE)
        for _ in range(max(1, round(_LAST_SHARE * best.epoch))):
            _epoch(network, loss, draw.epoch(everything), optimiser)
    return Learnt(epoch, best.loss if held_out.size else float("nan"), out_of_time)


class _Draw:
    """Batches of windows, the same for the same seed."""

    def __init__(self, schedule: Schedule) -> None:
        self._generator = np.random.default_rng(schedule.seed)
        self._batch = schedule.batch

    def epoch(self, windows: Windows) -> list[Windows]:
        """At most `_BATCHES` batches without repetition; series count alike however long they are."""
        wanted = min(windows.size, self._batch * _BATCHES)
        if wanted < windows.size:
            share = 1.0 / np.bincount(windows.series)[windows.series]
            # Efraimidis & Spirakis (2006): the largest u^(1/w) are a weighted sample without replacement.
            keys = np.log(self._generator.random(windows.size)) / share
            index = np.argpartition(-keys, wanted)[:wanted]
        else:
            index = np.arange(windows.size)
        index = self._generator.permutation(index)
        return [windows.pick(index[start : start + self._batch]) for start in range(0, wanted, self._batch)]


class _Best:
    """The weights of the best epochs so far."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: list[tuple[float, int, dict[str, torch.Tensor]]] = []
        self._seen = 0
        self.loss = float("inf")
        self.epoch = 0

    def take(self, loss: float, network: torch.nn.Module) -> bool:
        """Looks at the weights after an epoch; true if it was better than all before."""
        self._seen += 1
        if not np.isfinite(loss):
            return False
        better = not self._kept or loss < self.loss - _BETTER * abs(self.loss)
        if len(self._kept) < self._count or loss < self._kept[-1][0]:
            weights = {name: value.detach().clone() for name, value in network.state_dict().items()}
            self._kept = sorted([*self._kept, (loss, self._seen, weights)], key=lambda entry: entry[:2])
            self._kept = self._kept[: self._count]
        if better:
            self.loss, self.epoch = loss, self._seen
        return better

    def restore(self, network: torch.nn.Module) -> None:
        """Gives the network the mean of the kept weights."""
        if self._kept:
            sets = [weights for _, _, weights in self._kept]
            network.load_state_dict({name: torch.stack([w[name] for w in sets]).mean(dim=0) for name in sets[0]})


def _epoch(network: torch.nn.Module, loss: Loss, batches: list[Windows], optimiser: torch.optim.Optimizer) -> None:
    network.train()
    for batch in batches:
        optimiser.zero_grad()
        value = loss(batch)
        if not torch.isfinite(value):
            continue
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
        optimiser.step()


def _evaluate(network: torch.nn.Module, loss: Loss, windows: Windows) -> float:
    network.eval()
    total = 0.0
    with torch.no_grad():
        for start in range(0, windows.size, _EVALUATION):
            part = windows.pick(np.arange(start, min(start + _EVALUATION, windows.size)))
            total += float(loss(part)) * part.size
    return total / windows.size
