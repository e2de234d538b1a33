"""The engine for programs: data frames in, data frames out."""

from .fitting import Fitted, fit, forecast

__all__ = ["Fitted", "fit", "forecast"]
