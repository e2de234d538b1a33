"""Errors as the caller of a function gets them, and as its log shows them."""

import traceback
from types import TracebackType
from typing import Any

TASK_ROOT = "/var/task"


class RuntimeFault(Exception):
    """A fault of loading the handler or writing its result, under the name that Lambda gives it."""

    def __init__(self, name: str, message: str, trace: list[str] | None = None) -> None:
        """Name the fault.

        Args:
            name: such as `ImportModuleError`.
            message: what went wrong.
            trace: formatted stack entries, where the fault's own say nothing.
        """
        super().__init__(message)
        self.error_type = f"Runtime.{name}"
        self.trace = trace


def error_report(error: BaseException, folder: str, request_id: str = "") -> dict[str, Any]:
    """Describe an error as the answer of a failed invocation.

    Args:
        error: what the handler raised, or a fault.
        folder: of the function's code, which is shown as `/var/task`.
        request_id: of the invocation, empty while loading.
    """
    if isinstance(error, RuntimeFault):
        error_type, trace = error.error_type, error.trace or []
    else:
        error_type, trace = type(error).__name__, user_trace(error.__traceback__)
    return {
        "errorMessage": str(error).replace(folder, TASK_ROOT),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": [entry.replace(folder, TASK_ROOT) for entry in trace],
    }


def user_trace(trace: TracebackType | None) -> list[str]:
    """Stack entries of the function's own code: those of this package, at the top, are left out."""
    while trace is not None and is_own(trace.tb_frame.f_globals.get("__name__", "")):
        trace = trace.tb_next
    return traceback.format_list(traceback.extract_tb(trace))


def is_own(module: str) -> bool:
    """Whether a module belongs to this program, or to the machinery of imports, and not to the function."""
    return module.split(".")[0] in {"slipway_function", "importlib"} or module.startswith("_frozen_importlib")


def error_text(report: dict[str, Any]) -> str:
    """The error as a message of the log."""
    lines = [f"[ERROR] {report['errorType']}: {report['errorMessage']}"]
    if report["stackTrace"]:
        lines += [
            "Traceback (most recent call last):",
            *(entry.rstrip("\n") for entry in report["stackTrace"]),
        ]
    return "\n".join(lines)
