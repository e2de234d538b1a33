"""Serves invocations until the runtime goes away."""

import json
import os
import sys
from typing import Any

from slipway_function.channel import Channel
from slipway_function.context import LambdaContext
from slipway_function.faults import error_report, error_text
from slipway_function.handler import Handler, load_handler
from slipway_function.logs import LogHandler, Output, flush, set_up_logging, unbuffer
from slipway_function.results import encode_result


def main() -> None:
    """Run the program."""
    channel = Channel()
    start, _ = channel.receive()
    output = Output(start["secret"])
    unbuffer()
    log = set_up_logging(output, start["logFormat"], start.get("logLevel"))
    set_path(start["folder"], start["path"])
    program = Program(channel, output, log, start)
    handler = program.load()
    if handler is None:
        sys.exit(1)
    program.serve(handler)


def set_path(folder: str, layers: list[str]) -> None:
    """Search modules in the function's code first, then in its layers, as Lambda does.

    The place of this program's own modules, which came first, is no longer needed.
    """
    sys.argv = [""]
    sys.path[:] = [folder, *layers, *sys.path[2:]]


class Program:
    """One handler and its surroundings."""

    def __init__(self, channel: Channel, output: Output, log: LogHandler, start: dict[str, Any]) -> None:
        """Put the parts together."""
        self._channel = channel
        self._output = output
        self._log = log
        self._start = start

    def load(self) -> Handler | None:
        """Load the handler, or tell why that cannot be done."""
        try:
            handler = load_handler(self._start["handler"])
        except Exception as error:  # noqa: BLE001 - whatever a module raises is its user's to know
            self._fail(error)
            return None
        self._channel.send({"type": "result"})
        return handler

    def serve(self, handler: Handler) -> None:
        """Give the handler one event after another."""
        while True:
            request, payload = self._channel.receive()
            self._log.request_id = request["requestId"]
            os.environ["_X_AMZN_TRACE_ID"] = request["traceId"]
            try:
                answer = self._run(handler, request, payload)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is its caller's to know
                self._fail(error, request["requestId"])
            else:
                self._complete({"type": "result"}, answer)

    def _run(self, handler: Handler, request: dict[str, Any], payload: bytes) -> bytes:
        given = request.get("clientContext")
        context = LambdaContext(request, json.loads(given) if given is not None else None)
        return encode_result(handler(json.loads(payload), context), self._start["escape"])

    def _fail(self, error: BaseException, request_id: str = "") -> None:
        report = error_report(error, self._start["folder"], request_id)
        if self._start["logFormat"] == "JSON":
            self._output.message(json.dumps({"level": "ERROR", "requestId": request_id, **report}))
        else:
            self._output.message(error_text(report))
        self._complete({"type": "error", "errorType": report["errorType"]}, json.dumps(report).encode())

    def _complete(self, header: dict[str, Any], payload: bytes) -> None:
        flush()
        self._output.mark()
        self._channel.send(header, payload)
