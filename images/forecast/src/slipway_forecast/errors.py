"""The two kinds of failure of a step: the user's (exit code 10) and the caller's (exit code 2)."""


class UserError(Exception):
    """The user's data or settings are at fault; `message` becomes the resource's Message.

    `code` is stable and meant for programs; the message says what is wrong, where, and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class JobError(Exception):
    """`job.json` breaks the contract of README.md: a fault of the caller, not of the user."""
