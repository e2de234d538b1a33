"""The fixtures."""

from collections.abc import Callable, Iterator

import pytest

from pytest_slipway.command import find_command
from pytest_slipway.runtime import SlipwayRuntime

# These would win over, or mix with, what is set.
_CLEARED = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares the plugin's settings for pytest's configuration file."""
    parser.addini("slipway_region", "AWS region of the runtimes", default="us-east-1")
    parser.addini("slipway_account", "AWS account of the runtimes, twelve digits", default="000000000000")
    parser.addini("slipway_access", "what IAM policies decide: off, audit or enforce", default="enforce")
    parser.addini("slipway_time_scale", "how many times faster state machines wait", default="1")


@pytest.fixture(scope="session")
def slipway_session(_start_slipway: Callable[[], SlipwayRuntime]) -> Iterator[SlipwayRuntime]:
    """One runtime for the whole session, with AWS_ENDPOINT_URL, region and credentials set; never reset."""
    runtime = _start_slipway()
    with pytest.MonkeyPatch.context() as patch:
        _point_at(runtime, patch)
        yield runtime
    runtime.stop()


@pytest.fixture
def slipway_runtime(
    _slipway_for_tests: "_Reusable", monkeypatch: pytest.MonkeyPatch
) -> Iterator[SlipwayRuntime]:
    """A runtime that is as new for each test, with AWS_ENDPOINT_URL, region and credentials set."""
    runtime = _slipway_for_tests.as_new()
    _point_at(runtime, monkeypatch)
    yield runtime


@pytest.fixture(scope="session")
def _slipway_for_tests(_start_slipway: Callable[[], SlipwayRuntime]) -> Iterator["_Reusable"]:
    reusable = _Reusable(_start_slipway())
    yield reusable
    reusable.runtime.stop()


@pytest.fixture(scope="session")
def _start_slipway(pytestconfig: pytest.Config) -> Callable[[], SlipwayRuntime]:
    def start() -> SlipwayRuntime:
        return SlipwayRuntime(
            find_command(pytestconfig.rootpath),
            region=pytestconfig.getini("slipway_region"),
            account=pytestconfig.getini("slipway_account"),
            options=[
                *("--access", pytestconfig.getini("slipway_access")),
                *("--time-scale", pytestconfig.getini("slipway_time_scale")),
            ],
        )

    return start


class _Reusable:
    """Starting costs about a second: a runtime is reset only when another test has used it."""

    def __init__(self, runtime: SlipwayRuntime) -> None:
        self.runtime = runtime
        self._used = False

    def as_new(self) -> SlipwayRuntime:
        if self._used:
            self.runtime.reset()
        self._used = True
        return self.runtime


def _point_at(runtime: SlipwayRuntime, patch: pytest.MonkeyPatch) -> None:
    for name in _CLEARED:
        patch.delenv(name, raising=False)
    for name, value in runtime.environment.items():
        patch.setenv(name, value)
