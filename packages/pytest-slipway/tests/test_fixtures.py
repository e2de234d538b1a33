"""The fixtures' promises: as new for each test, one for the session, and AWS tools find them."""

import os

import boto3
import pytest

from pytest_slipway import SlipwayError, SlipwayRuntime
from pytest_slipway.command import find_command


@pytest.mark.parametrize("test", ["first", "second"])
def test_the_runtime_is_as_new_for_each_test(slipway_runtime: SlipwayRuntime, test: str) -> None:
    s3 = boto3.client("s3")
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket=test)
    assert os.environ["AWS_ENDPOINT_URL"] == slipway_runtime.endpoint


@pytest.mark.parametrize("buckets", [1, 2])
def test_the_session_keeps_what_tests_do(slipway_session: SlipwayRuntime, buckets: int) -> None:
    s3 = boto3.client("s3", endpoint_url=slipway_session.endpoint)
    s3.create_bucket(Bucket=f"kept-{buckets}")
    assert len(s3.list_buckets()["Buckets"]) == buckets


def test_what_went_wrong_is_told(slipway_session: SlipwayRuntime, pytestconfig: pytest.Config) -> None:
    with pytest.raises(SlipwayError, match="neither a pipeline"):
        slipway_session.deploy("nothing")
    with pytest.raises(SlipwayError, match="--access"):
        SlipwayRuntime(
            find_command(pytestconfig.rootpath), "us-east-1", "0" * 12, options=["--access", "perhaps"]
        )
