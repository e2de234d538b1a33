"""The context tells what the runtime said."""

from slipway_function.context import LambdaContext

REQUEST = {"requestId": "r-1", "arn": "arn:aws:lambda:eu-west-1:000000000000:function:f", "limit": 5000}


def test_remaining_time_is_counted_down_and_never_negative() -> None:
    """The time left is at most the limit."""
    assert 0 < LambdaContext(REQUEST, None).get_remaining_time_in_millis() <= 5000
    assert LambdaContext({**REQUEST, "limit": -1}, None).get_remaining_time_in_millis() == 0


def test_client_context() -> None:
    """What the caller said about itself has names."""
    context = LambdaContext(REQUEST, {"custom": {"a": 1}, "env": {"b": 2}, "client": {"app_title": "t"}})
    assert context.client_context is not None
    assert context.client_context.custom == {"a": 1}
    assert context.client_context.env == {"b": 2}
    assert context.client_context.client.app_title == "t"
    assert context.client_context.client.installation_id is None
    assert LambdaContext(REQUEST, None).client_context is None
