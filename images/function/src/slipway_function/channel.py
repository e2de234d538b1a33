"""The function's side of the pipe to the runtime: frames of a JSON line and a payload."""

import json
import os
from typing import Any

DESCRIPTOR = 3


class Channel:
    """Reads and writes frames on descriptor 3."""

    def __init__(self, descriptor: int = DESCRIPTOR) -> None:
        """Take the descriptor; processes that the function starts do not inherit it."""
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._reader = os.fdopen(descriptor, "rb", closefd=False)

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Wait for the next frame. Without the runtime there is nobody to work for, and the process ends."""
        line = self._reader.readline()
        if not line:
            os._exit(0)
        header: dict[str, Any] = json.loads(line)
        return header, self._reader.read(header["length"])

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Write a frame, all of it."""
        line = json.dumps({**header, "length": len(payload)}) + "\n"
        write_all(self._descriptor, line.encode() + payload)


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything, however full the pipe is."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
