"""Where networks compute: a graphics card if this machine has one, else the processor, with as many threads as told."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
import torch

from ..interface import Options

_SEED = 7
Module = TypeVar("Module", bound=torch.nn.Module)


@cache
def device() -> torch.device:
    """The device of this process."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def prepare(options: Options) -> None:
    """Threads of the processor and the start of random numbers. Results are the same for the same number of threads."""
    torch.set_num_threads(int(options.get("threads", 1)))
    torch.manual_seed(_SEED)


def tensor(values: np.ndarray) -> torch.Tensor:
    """An array on the device."""
    return torch.from_numpy(np.ascontiguousarray(values)).to(device())


def on_device(network: Module) -> Module:
    """A network moved to the device."""
    return network.to(device())
