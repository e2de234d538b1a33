"""Progress of networks that are trained side by side."""

from __future__ import annotations

from ..events import Events
from .tasks import EpochDone


class EpochProgress:
    """Adds up the epochs of all fits that have begun. A fit that ends early counts as if it had run all of them."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._fits: dict[tuple[str, int], EpochDone] = {}
        self._over: list[EpochDone] = []

    def hear(self, message: EpochDone) -> None:
        """Takes what a task tells; one that starts again is of a later round."""
        key = message.name, message.task
        before = self._fits.get(key)
        if before is not None and message.done <= before.done:
            self._over.append(before)
        self._fits[key] = message
        every = [*self._over, *self._fits.values()]
        self._events.progress("train", sum(fit.done for fit in every), sum(fit.most for fit in every), message.name)
