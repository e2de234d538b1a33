"""Predictions as text, by the version of the image and the Accept header."""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from typing import TYPE_CHECKING

from slipway_contract.http_server import Response

if TYPE_CHECKING:
    import numpy as np

    from slipway_xgboost.versions import ImageVersion

CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
PROTOBUF = "application/x-recordio-protobuf"
LET_THROUGH = {CSV, JSON, JSON_LINES, PROTOBUF}


class NotAcceptableError(Exception):
    """The client accepts nothing that the image can answer."""


def answer_type(accept: str, version: ImageVersion) -> str:
    """The type of an answer.

    Raises:
        NotAcceptableError: from tag 1.2-2 on, for what the image does not have.
    """
    if not version.negotiates:
        return CSV
    wanted = accept.split(";", 1)[0].strip().lower()
    if wanted in {"", "*/*"}:
        return os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", CSV)
    if wanted not in LET_THROUGH:
        raise NotAcceptableError(
            f"Accept type {wanted} is not supported. Please use supported accept types: {sorted(LET_THROUGH)}"
        )
    return wanted


def encode(outputs: np.ndarray, kind: str, version: ImageVersion) -> Response:
    """Plain predictions; other types than CSV and JSON need selectable output."""
    values = outputs.tolist()
    if kind == JSON:
        predictions = [{"score": value} for value in values]
        return Response(HTTPStatus.OK, json.dumps({"predictions": predictions}).encode(), JSON)
    if kind != CSV:
        return Response(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f"{kind} is answered with SAGEMAKER_INFERENCE_OUTPUT only".encode(),
        )
    if os.environ.get("SAGEMAKER_BATCH"):
        text = "".join(f"{value}\n" for value in values)
    elif version.negotiates:
        text = "".join(f"{_row(value)}\n" for value in values)
    else:
        text = ",".join(_row(value) for value in values)
    return Response(HTTPStatus.OK, text.encode(), f"{CSV}; charset=utf-8")


def _row(value: float | list[float]) -> str:
    return ",".join(str(number) for number in value) if isinstance(value, list) else str(value)
