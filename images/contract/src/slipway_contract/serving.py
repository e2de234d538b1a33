"""The serving contract: `GET /ping`, `POST /invocations`, `GET /execution-parameters`.

Requests that arrive while others are worked on wait together and are handed over together, so that a
model that predicts many rows as fast as one does so.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from slipway_contract.http_server import Request, Response, listen

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PORT = 8080
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
LARGEST_BODY = 6 * 1024 * 1024
# A batch transform may send larger payloads.
LARGEST_BATCH_BODY = 100 * 1024 * 1024
# Below it a prediction takes less time than handing it to a thread.
SMALL_WORK = 64 * 1024


@dataclass(slots=True)
class Invocation:
    """One request for predictions."""

    body: bytes
    content_type: str
    accept: str


class Predictor(Protocol):
    """A loaded model."""

    def predict(self, invocations: Sequence[Invocation]) -> list[Response]:
        """Answers requests that came together, in their order."""


class Service:
    """Collects requests and hands them to the model."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._waiting: list[Request] = []
        self._busy = False

    def handle(self, request: Request) -> None:
        """Answers a request, invocations later."""
        path = request.path.split("?", 1)[0]
        if path == "/invocations" and request.method == "POST":
            self._waiting.append(request)
            if not self._busy and len(self._waiting) == 1:
                asyncio.get_running_loop().call_soon(self._work)
        elif path == "/ping":
            request.answer(Response(HTTPStatus.OK))
        elif path == "/execution-parameters":
            parameters = {
                "MaxConcurrentTransforms": os.cpu_count() or 1,
                "BatchStrategy": "MULTI_RECORD",
                "MaxPayloadInMB": 6,
            }
            request.answer(Response(HTTPStatus.OK, json.dumps(parameters).encode(), "application/json"))
        else:
            request.answer(Response(HTTPStatus.NOT_FOUND))

    def _work(self) -> None:
        batch, self._waiting = self._waiting, []
        if sum(len(request.body) for request in batch) <= SMALL_WORK:
            self._finish(batch, self._answers(batch))
            return
        self._busy = True
        asyncio.get_running_loop().create_task(self._work_aside(batch))

    async def _work_aside(self, batch: list[Request]) -> None:
        """In a thread, so that pings are answered meanwhile."""
        answers = await asyncio.to_thread(self._answers, batch)
        self._busy = False
        self._finish(batch, answers)

    def _finish(self, batch: list[Request], answers: list[Response]) -> None:
        for request, response in zip(batch, answers, strict=True):
            request.answer(response)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._work)

    def _answers(self, batch: list[Request]) -> list[Response]:
        invocations = [
            Invocation(
                request.body, request.headers.get("content-type", ""), request.headers.get("accept", "")
            )
            for request in batch
        ]
        try:
            return self._predictor.predict(invocations)
        except Exception:  # noqa: BLE001
            text = traceback.format_exc()
            print(text, flush=True)
            failed = Response(HTTPStatus.INTERNAL_SERVER_ERROR, text.encode())
            return [failed for _ in batch]


def serve(predictor: Predictor) -> int:
    """Serves a model until the process is asked to end.

    Returns:
        The exit code.
    """
    asyncio.run(_serve(Service(predictor)))
    return 0


async def _serve(service: Service) -> None:
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", DEFAULT_PORT))
    largest = LARGEST_BATCH_BODY if os.environ.get("SAGEMAKER_BATCH") else LARGEST_BODY
    # A process serves its own machine only; a container is reached from outside.
    host = "127.0.0.1" if "SAGEMAKER_BASE_DIR" in os.environ else "0.0.0.0"
    server = await listen(service.handle, host, port, largest)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print(f"Serving on port {port}", flush=True)
    async with server:
        await stopped.wait()
