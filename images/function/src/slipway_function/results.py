"""Makes JSON of what a handler returns."""

import decimal
import json
from typing import Any

from slipway_function.faults import RuntimeFault


def encode_result(result: Any, escape: bool) -> bytes:
    """The answer of an invocation.

    Args:
        result: what the handler returned; bytes are passed on as they are.
        escape: whether text that is not ASCII is escaped, as runtimes before Python 3.12 do.

    Raises:
        RuntimeFault: `Runtime.MarshalError` when there is no JSON for it.
    """
    if isinstance(result, bytes):
        return result
    try:
        return json.dumps(result, ensure_ascii=escape, default=plain_number).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as error:
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {error}") from error


def plain_number(value: Any) -> int | float:
    """The number that a Decimal is; boto3's resources give numbers as such."""
    if isinstance(value, decimal.Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and value.as_tuple().exponent >= 0
            else float(value)
        )
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
