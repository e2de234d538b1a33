"""The same as orders.test.ts, for those who test with pytest."""

import json
from pathlib import Path

import boto3
from pytest_slipway import SlipwayRuntime


def test_an_order_is_confirmed_with_its_total(slipway_runtime: SlipwayRuntime) -> None:
    outputs = slipway_runtime.deploy(Path(__file__).parent)["Orders"]
    order = {"lines": [{"pieces": 3, "price": 4}, {"pieces": 1, "price": 0.5}]}
    boto3.client("stepfunctions").start_execution(stateMachineArn=outputs["MachineArn"], input=json.dumps(order))

    # The day's wait takes a second: pytest.ini sets the time scale.
    answer = boto3.client("sqs").receive_message(QueueUrl=outputs["QueueUrl"], WaitTimeSeconds=20)
    assert json.loads(answer["Messages"][0]["Body"]) == {"total": 12.5}
