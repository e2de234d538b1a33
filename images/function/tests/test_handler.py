"""Handlers are found by their names, faults have the names and sentences of AWS."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway_function.faults import RuntimeFault, error_report
from slipway_function.handler import load_handler


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of code that modules are imported from."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["folder/module.handler", "folder.module.handler"])
def test_folders(code: Path, name: str) -> None:
    """Slashes and dots both separate folders."""
    (code / "folder").mkdir()
    (code / "folder" / "module.py").write_text("def handler(event, context):\n    return event\n")
    assert load_handler(name)(5, None) == 5


@pytest.mark.parametrize(
    ("name", "source", "error_type", "message"),
    [
        (
            "x",
            "",
            "Runtime.MalformedHandlerName",
            "Bad handler 'x': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "nowhere.f",
            "",
            "Runtime.ImportModuleError",
            "Unable to import module 'nowhere': No module named 'nowhere'",
        ),
        (
            "found.f",
            "import missing_one",
            "Runtime.ImportModuleError",
            "Unable to import module 'found': No module named 'missing_one'",
        ),
        ("found.f", "x = 1", "Runtime.HandlerNotFound", "Handler 'f' missing on module 'found'"),
        (
            "found.f",
            "def (",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'found': invalid syntax (found.py, line 1)",
        ),
    ],
)
def test_faults(code: Path, name: str, source: str, error_type: str, message: str) -> None:
    """Each way of not being found has its own name."""
    (code / "found.py").write_text(source)
    with pytest.raises(RuntimeFault) as caught:
        load_handler(name)
    report = error_report(caught.value, str(code))
    assert (report["errorType"], report["errorMessage"]) == (error_type, message)


def test_the_trace_shows_the_functions_own_code(code: Path) -> None:
    """Neither this program nor the machinery of imports is part of the trace."""
    (code / "deep.py").write_text(
        "def f(event, context):\n    return g()\n\ndef g():\n    raise KeyError('k')\n"
    )
    handler = load_handler("deep.f")
    try:
        handler(None, None)
    except KeyError as error:
        report = error_report(error, str(code), "id")
    own = [line for line in report["stackTrace"] if "/var/task/deep.py" in line]
    assert [line.split(",")[2].split("\n")[0] for line in own] == [" in f", " in g"]
    assert report["errorMessage"] == "'k'"
    assert report["requestId"] == "id"
