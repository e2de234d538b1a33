"""What a container fails with."""

from __future__ import annotations


class CustomerError(Exception):
    """The request or the data is at fault; the message is for its user."""


class ScriptError(Exception):
    """A program of the user's has failed."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
