"""Pytest fixtures for tests against Slipway, AWS on this machine."""

from pytest_slipway.runtime import SlipwayError, SlipwayRuntime

__all__ = ["SlipwayError", "SlipwayRuntime"]
