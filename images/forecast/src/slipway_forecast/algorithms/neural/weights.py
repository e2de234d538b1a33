"""Weights of networks as arrays: what travels between processes and lies in artefacts."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .covariates import Norm
from .device import device, on_device
from .inputs import Layout

_PLAN, _WEIGHTS = "plan.json", "weights.npz"


def taken(network: torch.nn.Module) -> dict[str, np.ndarray]:
    """The weights of a network, by name."""
    return {name: value.detach().cpu().numpy() for name, value in network.state_dict().items()}


def restored(network: Any, state: dict[str, np.ndarray]) -> Any:
    """The network with these weights, ready to predict."""
    network.load_state_dict({name: torch.from_numpy(value).to(device()) for name, value in state.items()})
    return on_device(network).eval()


def save(folder: Path, plan: Any, state: dict[str, np.ndarray]) -> None:
    """Writes a plan (a dataclass) and weights."""
    (folder / _PLAN).write_text(json.dumps(asdict(plan)), encoding="utf-8")
    np.savez(folder / _WEIGHTS, **state)


def load(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The plan as JSON has it, and the weights."""
    head = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    with np.load(folder / _WEIGHTS) as found:
        return head, {name: found[name] for name in found.files}


def layout_of(raw: dict[str, Any]) -> Layout:
    """A layout from its JSON."""
    return Layout(
        **{**raw, "norms": tuple(Norm(**norm) for norm in raw["norms"]), "categories": tuple(raw["categories"])}
    )
