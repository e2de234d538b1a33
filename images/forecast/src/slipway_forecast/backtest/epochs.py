"""Progress of networks that are trained side by side."""

from __future__ import annotations

from ..events import Events
from .tasks import EpochDone


class EpochProgress:
    """Adds up the epochs of all fits that have begun. A fit that ends early counts as if it had run all of them."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._fits: dict[tuple[str, int], EpochDone] = {}

    def hear(self, message: EpochDone) -> None:
        """Takes what a task tells."""
        self._fits[message.name, message.task] = message
        done, most = (sum(getattr(fit, each) for fit in self._fits.values()) for each in ("done", "most"))
        self._events.progress("train", done, most, message.name)

    def forget(self) -> None:
        """The fits so far are over; what follows is another round."""
        self._fits.clear()
