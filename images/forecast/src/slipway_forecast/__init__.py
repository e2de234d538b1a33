"""The forecasting engine of Slipway.

For programs: `forecast(frame, horizon)` and `fit(frame, horizon)` take and give pandas or Polars data frames. For the
runtime: import, train, forecast and export as separate, restartable steps (`python -m slipway_forecast`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .frames import Fitted, fit, forecast

__all__ = ["Fitted", "fit", "forecast"]


def __getattr__(name: str) -> Any:
    """Loads the frames' part when it is asked for: a step that imports files needs none of it."""
    if name in __all__:
        from . import frames

        return getattr(frames, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
