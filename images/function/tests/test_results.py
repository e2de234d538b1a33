"""What handlers return becomes JSON as Lambda makes it."""

import datetime
import decimal
from typing import Any

import pytest

from slipway_function.faults import RuntimeFault
from slipway_function.results import encode_result


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (None, "null"),
        ({"a": [1, 2.5, True]}, '{"a": [1, 2.5, true]}'),
        (decimal.Decimal("10"), "10"),
        (decimal.Decimal("1E+2"), "100"),
        (decimal.Decimal("1.50"), "1.5"),
        (float("nan"), "NaN"),
        (b"raw", "raw"),
        ("Grüße", '"Grüße"'),
    ],
)
def test_values(result: Any, text: str) -> None:
    """Each value has the JSON that AWS gives it."""
    assert encode_result(result, escape=False).decode() == text


def test_older_runtimes_escape_what_is_not_ascii() -> None:
    """Before Python 3.12 text left the function in ASCII."""
    assert encode_result("ü", escape=True) == b'"\\u00fc"'


def test_what_has_no_json_is_a_fault() -> None:
    """The fault says what could not be written."""
    with pytest.raises(RuntimeFault, match="Object of type datetime is not JSON serializable") as caught:
        encode_result(datetime.datetime.now(tz=datetime.UTC), escape=False)
    assert caught.value.error_type == "Runtime.MarshalError"


def test_a_circle_is_a_fault() -> None:
    """A value that holds itself ends neither in a loop nor in silence."""
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(RuntimeFault, match="Unable to marshal response: Circular reference"):
        encode_result(circle, escape=False)
