"""Training of DeepAR+, and prediction by sample paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...errors import UserError
from ...panel import Floats, Panel
from ..interface import Forecast, Options
from ..local import clip_to_history
from ..neural import weights
from ..neural.constants import keep_constants
from ..neural.covariates import norms_of
from ..neural.device import on_device, prepare, tensor
from ..neural.inputs import Inputs, Layout, categories_of
from ..neural.known_ahead import seasons_held_twice, years_of
from ..neural.training import Learnt, Schedule, train, unheard
from ..neural.windows import Batch, Windows, cut, last_windows, scaled, split
from .lags import lags
from .likelihoods import check_fits, likelihood
from .network import RecurrentNetwork

# Developer guide: at least 300 observations over all series.
_FEWEST_OBSERVATIONS = 300
_LONGEST_CONTEXT = 512
_LARGEST_BATCH, _SMALLEST_BATCH, _BATCH_STEPS = 64, 16, 8192
_PATIENCE = 12
_PATHS = 200
_PREDICT_ROWS = 20_000
# Values a path may reach, in units of its window: a path that runs away is none.
_FARTHEST = 30.0


@dataclass(frozen=True)
class Plan:
    """What the network was built for, kept with it."""

    layout: Layout
    context: int
    lags: tuple[int, ...]
    likelihood: str
    cells: int
    layers: int


@dataclass(frozen=True)
class DeepArModel:
    """A trained network; empty `state` if there was nothing to learn from."""

    plan: Plan
    state: dict[str, np.ndarray]
    learnt: Learnt | None = None

    @property
    def out_of_time(self) -> bool:
        """Whether training was ended by its time limit."""
        return self.learnt is not None and self.learnt.out_of_time

    def predict(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """Quantiles and mean of sample paths from the end of `panel`, which may be newer than the one trained on."""
        out = Forecast.empty(panel.size, horizon, levels)
        steps = min(horizon, self.plan.layout.horizon)
        inputs = Inputs.of(panel, self.plan.layout)
        windows = last_windows(inputs)
        if self.state:
            network = weights.restored(_network(inputs, self.plan), self.state)
            width = max(1, _PREDICT_ROWS // _PATHS)
            prepare({})
            for start in range(0, windows.size, width):
                part = windows.pick(np.arange(start, min(start + width, windows.size)))
                paths = _paths(network, inputs, self.plan, part, steps)
                out.quantiles[part.series, :steps] = np.quantile(paths, levels, axis=1).transpose(1, 2, 0)
                out.mean[part.series, :steps] = paths.mean(axis=1)
        return keep_constants(clip_to_history(out, panel), panel)

    def save(self, folder: Path) -> None:
        """Writes the plan and the weights."""
        weights.save(folder, self.plan, self.state)

    @classmethod
    def load(cls, folder: Path) -> DeepArModel:
        """Reads what `save` wrote."""
        head, state = weights.load(folder)
        plan = Plan(**{**head, "layout": weights.layout_of(head["layout"]), "lags": tuple(head["lags"])})
        return cls(plan, state)


def fit(panel: Panel, horizon: int, options: Options) -> DeepArModel:
    """Trains a network on windows inside `panel`."""
    prepare(options)
    plan = _plan(panel, horizon, options)
    check_fits(plan.likelihood, panel)
    inputs = Inputs.of(panel, plan.layout)
    windows = split(inputs)
    if windows[0].size == 0:
        return DeepArModel(plan, {})
    network = on_device(_network(inputs, plan))
    law = likelihood(plan.likelihood)

    def loss(part: Windows) -> torch.Tensor:
        batch = cut(inputs, part, plan.context, law.centred)
        seen, fixed, value, known = _sequence(network, inputs, plan, batch, horizon)
        raw, _ = network(seen, fixed)
        found = law.loss(raw, value, _unit(batch)[:, None])
        if not network.training:
            known[:, : plan.context] = 0
        return (found * known).sum() / known.sum().clamp(min=1)

    schedule = Schedule(
        epochs=int(options.get("epochs", 500)),
        batch=max(_SMALLEST_BATCH, min(_LARGEST_BATCH, _BATCH_STEPS // (plan.context + horizon))),
        learning_rate=float(options.get("learning_rate", 0.001)),
        patience=_PATIENCE,
        decay=float(options.get("learning_rate_decay", 0.5)),
        decays=int(options.get("max_learning_rate_decays", 0)),
        averaged=int(options.get("num_averaged_models", 1)),
    )
    learnt = train(network, loss, windows, schedule, options.get("tell", unheard))
    return DeepArModel(plan, weights.taken(network), learnt)


def _plan(panel: Panel, horizon: int, options: Options) -> Plan:
    observed = int((~np.isnan(panel.values)).sum())
    if observed < _FEWEST_OBSERVATIONS:
        raise UserError(
            "TooFewObservations",
            f"Deep_AR_Plus needs at least {_FEWEST_OBSERVATIONS} observations over all time series to be trained, "
            f"there are {observed} before the backtest window: supply more data, or use another algorithm.",
        )
    context = int(options.get("context_length", 2 * horizon))
    context = max(1, min(context, _LONGEST_CONTEXT, panel.length))
    season = max(seasons_held_twice(panel), default=1)
    looked = lags(panel.calendar.frequency, panel.length)
    layout = Layout(
        horizon=horizon,
        season=season,
        lookback=max(context + max(looked), season),
        years=years_of(panel.calendar.frequency, panel.length),
        norms=norms_of(panel),
        categories=categories_of(panel),
        historical=False,
    )
    return Plan(
        layout,
        context,
        looked,
        str(options.get("likelihood", "student-T")),
        int(options.get("num_cells", 40)),
        int(options.get("num_layers", 2)),
    )


def _network(inputs: Inputs, plan: Plan) -> RecurrentNetwork:
    width = len(plan.lags) + inputs.common.shape[1] + inputs.forward.shape[2]
    outputs = likelihood(plan.likelihood).outputs
    return RecurrentNetwork(width, plan.cells, plan.layers, outputs, plan.layout.categories)


def _unit(batch: Batch) -> torch.Tensor:
    return tensor(batch.scale.astype(np.float32))


def _sequence(
    network: RecurrentNetwork, inputs: Inputs, plan: Plan, batch: Batch, steps: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs (B, context + steps, F) and (B, E), values and flags (B, context + steps) of windows."""
    rows, longest = batch.series[:, None], max(plan.lags)
    columns = inputs.positions(batch.origin, 1 - plan.context - longest, steps)
    number, known = scaled(inputs.values[rows, columns], batch.base, batch.scale)
    count = plan.context + steps
    lagged = np.stack([number[:, longest - lag : longest - lag + count] for lag in plan.lags], axis=2)
    times = columns[:, longest:]
    seen = np.concatenate([lagged, inputs.common[times], inputs.forward[rows, times]], axis=2)
    size = np.log1p(np.abs(batch.base) / batch.scale).astype(np.float32)
    fixed = network.fixed(tensor(size), tensor(inputs.static[batch.series]))
    return tensor(seen), fixed, tensor(number[:, longest:]), tensor(known[:, longest:])


@torch.no_grad()
def _paths(network: RecurrentNetwork, inputs: Inputs, plan: Plan, windows: Windows, steps: int) -> Floats:
    """Sample paths (B, paths, steps) in units of the data."""
    law = likelihood(plan.likelihood)
    batch = cut(inputs, windows, plan.context, law.centred)
    seen, fixed, value, _ = _sequence(network, inputs, plan, batch, steps)
    _, state = network(seen[:, : plan.context], fixed)
    state = tuple(part.repeat_interleave(_PATHS, dim=1) for part in state)
    fixed, unit = fixed.repeat_interleave(_PATHS, dim=0), _unit(batch).repeat_interleave(_PATHS)
    longest = max(plan.lags)
    columns = inputs.positions(batch.origin, 1 - longest, 0)
    before, _ = scaled(inputs.values[batch.series[:, None], columns], batch.base, batch.scale)
    history = torch.cat([tensor(before), torch.zeros_like(value[:, :steps])], dim=1).repeat_interleave(_PATHS, dim=0)
    ahead = seen[:, plan.context :, len(plan.lags) :]
    looked = torch.tensor(plan.lags, device=history.device)
    for step in range(steps):
        lagged = history[:, longest + step - looked]
        known = ahead[:, step].repeat_interleave(_PATHS, dim=0)
        raw, state = network(torch.cat([lagged, known], dim=1)[:, None], fixed, state)
        history[:, longest + step] = law.sample(raw[:, 0], unit).clamp(-_FARTHEST, _FARTHEST)
    found = history[:, longest:].reshape(windows.size, _PATHS, steps).cpu().numpy().astype(float)
    return found * batch.scale[:, None, None] + batch.base[:, None, None]
