"""What a function logs, in Lambda's forms: lines of text with level, time and request, or JSON."""

import contextlib
import io
import json
import logging
import sys
import time
from typing import Any

from slipway_function.channel import write_all

STDOUT = 1
TEXT_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
DATE_FORMAT = "%Y-%m-%dT%H:%M:%S"

# What every record has, so that what a caller added by `extra` can be told apart.
STANDARD = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "message", "asctime", "taskName"}


class Output:
    """The process's output, with what only the runtime understands: long messages and marks."""

    def __init__(self, secret: str, descriptor: int = STDOUT) -> None:
        """Write to a descriptor; the secret tells control sequences from what the function prints."""
        self._control = b"\0" + secret.encode()
        self._descriptor = descriptor

    def message(self, text: str) -> None:
        """Write a message that may have several lines and stays one."""
        data = text.encode("utf-8", "backslashreplace")
        write_all(self._descriptor, self._control + f"L{len(data)}\n".encode() + data)

    def mark(self) -> None:
        """Say that the invocation's output is complete."""
        with contextlib.suppress(OSError):
            write_all(self._descriptor, self._control + b"M\n")


class LogHandler(logging.Handler):
    """Sends records of the logging module to the output, with the request that is being worked on."""

    def __init__(self, output: Output) -> None:
        """Start without a request."""
        super().__init__()
        self._output = output
        self.request_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        record.aws_request_id = self.request_id
        try:
            self._output.message(self.format(record))
        except Exception:  # noqa: BLE001 - a record that cannot be written must not end the function
            self.handleError(record)


class JsonFormatter(logging.Formatter):
    """Records as Lambda's JSON log format has them."""

    def format(self, record: logging.LogRecord) -> str:
        """Make one line of JSON."""
        entry: dict[str, Any] = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": getattr(record, "aws_request_id", ""),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, _ = record.exc_info
            entry["stackTrace"] = self.formatException(record.exc_info).splitlines()
            entry["errorType"] = kind.__name__
            entry["errorMessage"] = str(error)
            entry["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        return json.dumps({name: value for name, value in entry.items() if value != ""}, default=str)


def set_up_logging(output: Output, log_format: str, level: str | None) -> LogHandler:
    """Make the logging module write to the output.

    Args:
        output: where records go.
        log_format: `Text` or `JSON`.
        level: the least level for JSON, such as `INFO`; the root logger's own otherwise.
    """
    handler = LogHandler(output)
    if log_format == "JSON":
        handler.setFormatter(JsonFormatter())
    else:
        formatter = logging.Formatter(TEXT_FORMAT, DATE_FORMAT)
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    logging.root.addHandler(handler)
    if level is not None:
        logging.root.setLevel({"TRACE": logging.DEBUG, "FATAL": logging.CRITICAL}.get(level, level))
    return handler


def unbuffer() -> None:
    """Let lines leave the process when they are printed, whatever the output is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, write_through=True)


def flush() -> None:
    """Let go what is still held back; a function may have closed its output."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
