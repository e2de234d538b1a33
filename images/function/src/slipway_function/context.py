"""The context object that a handler gets beside its event.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import os
import sys
import time
from typing import Any


class CognitoIdentity:
    """Who called, for callers that are known to Cognito; nobody is, here."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self) -> None:
        """Make an identity of nobody."""
        self.cognito_identity_id = None
        self.cognito_identity_pool_id = None

    def __repr__(self) -> str:
        """Show the members as AWS does."""
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class Client:
    """The calling application, from the client context."""

    __slots__ = ("app_package_name", "app_title", "app_version_code", "app_version_name", "installation_id")

    def __init__(self, given: dict[str, Any]) -> None:
        """Take the members over; those that are not given are None."""
        for name in self.__slots__:
            setattr(self, name, given.get(name))


class ClientContext:
    """What the caller said about itself."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, given: dict[str, Any]) -> None:
        """Take the members over."""
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = Client(given["client"]) if given.get("client") else None


class LambdaContext:
    """One invocation, as its handler sees it."""

    def __init__(self, request: dict[str, Any], client_context: dict[str, Any] | None) -> None:
        """Take over what the runtime says; the deadline is counted from here."""
        self._deadline = time.monotonic() + request["limit"] / 1000
        self.aws_request_id: str = request["requestId"]
        self.invoked_function_arn: str = request["arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = CognitoIdentity()
        self.client_context = ClientContext(client_context) if client_context is not None else None
        self.tenant_id = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time is over."""
        return max(int((self._deadline - time.monotonic()) * 1000), 0)

    def log(self, message: object) -> None:
        """Write a message to the log as it is."""
        sys.stdout.write(str(message))
        sys.stdout.flush()
