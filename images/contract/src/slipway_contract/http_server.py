"""A lean HTTP/1.1 server: one event loop, connections that stay, requests one behind the other.

It reads what clients of the serving contract send (a request line, headers, a body with Content-Length or
in chunks) and nothing more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_HEAD = 64 * 1024
HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Response:
    """An answer, ready to be written."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(slots=True)
class Request:
    """A request and the place for its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    _answer: Callable[[Request], None]
    response: Response | None = field(default=None)

    def answer(self, response: Response) -> None:
        """Answers; the bytes go out once all earlier requests of the connection are answered."""
        self.response = response
        self._answer(self)


class Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, handle: Callable[[Request], None], largest_body: int) -> None:
        self._handle = handle
        self._largest_body = largest_body
        self._buffer = bytearray()
        self._head: tuple[str, str, dict[str, str]] | None = None
        self._waiting: deque[Request] = deque()
        self._transport: asyncio.Transport | None = None
        self._is_writing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: D102
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:  # noqa: D102
        self._transport = None

    def data_received(self, data: bytes) -> None:  # noqa: D102
        self._buffer += data
        while self._next():
            pass

    def _next(self) -> bool:
        """Takes one request out of what has come; False when it is not complete."""
        if self._head is None:
            end = self._buffer.find(HEAD_END)
            if end < 0:
                if len(self._buffer) > LARGEST_HEAD:
                    self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return False
            self._head = _read_head(bytes(self._buffer[:end]))
            del self._buffer[: end + len(HEAD_END)]
            if self._head[2].get("expect", "").lower() == "100-continue" and self._transport:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        method, path, headers = self._head
        if "chunked" in headers.get("transfer-encoding", ""):
            body = self._chunked_body()
        else:
            length = int(headers.get("content-length") or 0)
            if length > self._largest_body:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return False
            body = self._take(length)
        if body is None:
            return False
        self._head = None
        request = Request(method, path, headers, body, self._answered)
        self._waiting.append(request)
        self._handle(request)
        return len(self._buffer) > 0

    def _take(self, length: int) -> bytes | None:
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _chunked_body(self) -> bytes | None:
        """The body, taken out of the buffer once its last chunk is there."""
        parts: list[bytes] = []
        at = 0
        while True:
            line = self._buffer.find(b"\r\n", at)
            if line < 0:
                return None
            size = int(self._buffer[at:line].split(b";")[0], 16)
            begin = line + 2
            if len(self._buffer) < begin + size + 2:
                return None
            if size == 0:
                del self._buffer[: begin + 2]
                return b"".join(parts)
            parts.append(bytes(self._buffer[begin : begin + size]))
            at = begin + size + 2

    def _answered(self, _request: Request) -> None:
        # Answers that come together go out together.
        if not self._is_writing:
            self._is_writing = True
            asyncio.get_running_loop().call_soon(self._write_answered)

    def _write_answered(self) -> None:
        self._is_writing = False
        parts: list[bytes] = []
        while self._waiting and self._waiting[0].response is not None:
            response = self._waiting.popleft().response
            parts.append(_written(response))  # type: ignore[arg-type]
        if parts and self._transport:
            self._transport.write(b"".join(parts))

    def _refuse(self, status: HTTPStatus) -> None:
        self._buffer.clear()
        if self._transport:
            self._transport.write(_written(Response(status, status.phrase.encode())))
            self._transport.close()


def _read_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return method, path, headers


def _written(response: Response) -> bytes:
    status = HTTPStatus(response.status)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {response.content_type}\r\n"
        f"Content-Length: {len(response.body)}\r\n\r\n"
    )
    return head.encode("latin-1") + response.body


async def listen(
    handle: Callable[[Request], None], host: str, port: int, largest_body: int
) -> asyncio.Server:
    """Listens; `handle` is called for every request and answers it when it can."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(handle, largest_body), host, port, backlog=512)
