"""The program of a Python function's process: loads the handler, then gives it one event after another."""

from slipway_function.program import main

__all__ = ["main"]
