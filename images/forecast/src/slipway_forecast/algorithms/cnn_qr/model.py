"""Training and prediction of CNN-QR."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ...panel import Panel
from ..boosting import BASE_LEVELS
from ..distribution import change_levels
from ..interface import Forecast, Options
from ..local import clip_to_history
from ..neural import weights
from ..neural.constants import keep_constants
from ..neural.covariates import norms_of
from ..neural.device import on_device, prepare, tensor
from ..neural.inputs import Inputs, Layout, categories_of
from ..neural.known_ahead import seasons_held_twice, years_of
from ..neural.training import Learnt, Schedule, train, unheard
from ..neural.windows import Windows, cut, last_windows, split
from .cycles import count, last_cycles, reach
from .network import QuantileNetwork, pinball

# Windows in a batch: fewer for long horizons, so that a batch costs about the same.
_LARGEST_BATCH, _SMALLEST_BATCH, _BATCH_STEPS = 128, 32, 4096
_LEARNING_RATE = 3e-3
_PATIENCE = 10
_PREDICT_BATCH = 512
# Contexts beyond these cost more than they tell.
_LONGEST_CONTEXT = 1024


@dataclass(frozen=True)
class Plan:
    """What the network was built for, kept with it."""

    layout: Layout
    context: int
    cycles: tuple[int, ...]
    levels: tuple[float, ...]


@dataclass(frozen=True)
class CnnQrModel:
    """A trained network; empty `state` if there was nothing to learn from."""

    plan: Plan
    state: dict[str, np.ndarray]
    learnt: Learnt | None = None

    @property
    def out_of_time(self) -> bool:
        """Whether training was ended by its time limit."""
        return self.learnt is not None and self.learnt.out_of_time

    @torch.no_grad()
    def predict(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """Predicts from the end of `panel`, which may be newer than the one trained on."""
        plan, steps = self.plan, min(horizon, self.plan.layout.horizon)
        quantiles = np.full((panel.size, horizon, len(plan.levels)), np.nan)
        inputs = Inputs.of(panel, plan.layout)
        windows = last_windows(inputs)
        if self.state:
            network = weights.restored(_network(inputs, plan), self.state)
            for start in range(0, windows.size, _PREDICT_BATCH):
                part = windows.pick(np.arange(start, min(start + _PREDICT_BATCH, windows.size)))
                found, batch = _run(network, inputs, plan, part)
                value = found.cpu().numpy().astype(float) * batch.scale[:, None, None]
                quantiles[part.series, :steps] = (value + batch.base[:, None, None])[:, :steps]
        quantiles.sort(axis=2)
        middle = quantiles[:, :, plan.levels.index(0.5)]
        wanted = np.sort(change_levels(quantiles, plan.levels, levels), axis=2)
        # Developer guide: CNN-QR has no mean, the median stands for it.
        return keep_constants(clip_to_history(Forecast(levels, wanted, middle), panel), panel)

    def save(self, folder: Path) -> None:
        """Writes the plan and the weights."""
        weights.save(folder, self.plan, self.state)

    @classmethod
    def load(cls, folder: Path) -> CnnQrModel:
        """Reads what `save` wrote."""
        head, state = weights.load(folder)
        plan = Plan(weights.layout_of(head["layout"]), head["context"], tuple(head["cycles"]), tuple(head["levels"]))
        return cls(plan, state)


def fit(panel: Panel, horizon: int, options: Options) -> CnnQrModel:
    """Trains a network on windows inside `panel`."""
    prepare(options)
    levels = tuple(sorted({*BASE_LEVELS, *options.get("levels", ())}))
    plan = _plan(panel, horizon, options, levels)
    inputs = Inputs.of(panel, plan.layout)
    windows = split(inputs)
    if windows[0].size == 0:
        return CnnQrModel(plan, {})
    network = on_device(_network(inputs, plan))
    asked = tensor(np.array(levels, dtype=np.float32))

    def loss(part: Windows) -> torch.Tensor:
        found, batch = _run(network, inputs, plan, part)
        return pinball(found, tensor(batch.target), tensor(batch.target_known), asked)

    schedule = Schedule(
        epochs=int(options.get("epochs", 100)),
        batch=max(_SMALLEST_BATCH, min(_LARGEST_BATCH, _BATCH_STEPS // horizon)),
        learning_rate=_LEARNING_RATE,
        patience=_PATIENCE,
        decays=1,
        averaged=3,
    )
    learnt = train(network, loss, windows, schedule, options.get("tell", unheard))
    return CnnQrModel(plan, weights.taken(network), learnt)


def _plan(panel: Panel, horizon: int, options: Options, levels: tuple[float, ...]) -> Plan:
    cycles = seasons_held_twice(panel)
    # Developer guide: a length out of range is replaced by one that fits.
    context = int(options.get("context_length", 2 * horizon))
    context = max(2, min(context, _LONGEST_CONTEXT, panel.length))
    season = max(cycles, default=1)
    related = options.get("use_related_data", "ALL")
    layout = Layout(
        horizon=horizon,
        season=season,
        lookback=max(context, season, reach(cycles, horizon)),
        years=years_of(panel.calendar.frequency, panel.length),
        norms=norms_of(panel),
        categories=categories_of(panel) if options.get("use_item_metadata", "ALL") == "ALL" else (),
        historical=related in ("ALL", "HISTORICAL"),
        forward=related in ("ALL", "FORWARD_LOOKING"),
    )
    return Plan(layout, context, cycles, levels)


def _network(inputs: Inputs, plan: Plan) -> QuantileNetwork:
    ahead = inputs.common.shape[1] + inputs.forward.shape[2]
    return QuantileNetwork(
        past=2 + ahead + inputs.historical.shape[2],
        ahead=ahead + 1,
        cycles=count(plan.cycles),
        context=plan.context,
        horizon=plan.layout.horizon,
        levels=len(plan.levels),
        categories=plan.layout.categories,
    )


def _run(network: QuantileNetwork, inputs: Inputs, plan: Plan, windows: Windows) -> tuple[torch.Tensor, Any]:
    """Quantiles (B, H, Q) in the units of the windows, and the windows."""
    batch = cut(inputs, windows, plan.context, centred=True)
    rows = batch.series[:, None]
    horizon = plan.layout.horizon
    seen = inputs.positions(batch.origin, 1 - plan.context, 0)
    future = inputs.positions(batch.origin, 1, horizon)
    step = np.broadcast_to(
        (np.arange(horizon, dtype=np.float32) / horizon)[None, :, None], (batch.series.size, horizon, 1)
    )
    past = np.concatenate(
        [
            batch.past[:, :, None],
            batch.past_known[:, :, None],
            inputs.common[seen],
            inputs.forward[rows, seen],
            inputs.historical[rows, seen],
        ],
        axis=2,
    )
    ahead = np.concatenate([inputs.common[future], inputs.forward[rows, future], step], axis=2)
    cycles, known = last_cycles(inputs, batch, plan.cycles)
    size = np.log1p(np.abs(batch.base) / batch.scale).astype(np.float32)
    return network(
        tensor(past).transpose(1, 2),
        tensor(ahead),
        tensor(cycles),
        tensor(known),
        tensor(size),
        tensor(inputs.static[batch.series]),
    ), batch
