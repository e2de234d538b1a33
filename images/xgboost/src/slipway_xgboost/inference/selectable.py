"""Selectable inference: SAGEMAKER_INFERENCE_OUTPUT names what is told of each prediction."""

from __future__ import annotations

import json
import math
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import numpy as np

from slipway_contract.http_server import Response
from slipway_xgboost.inference.answers import CSV, JSON, JSON_LINES

if TYPE_CHECKING:
    import scipy.sparse

    from slipway_xgboost.inference.model import Model

_OF_LABELS = {"predicted_label", "labels", "raw_score", "raw_scores"}
_OF_PROBABILITIES = _OF_LABELS | {"probability", "probabilities"}
_OF_REGRESSION = {"predicted_score"}

VALID_KEYS = {
    "binary:logistic": _OF_PROBABILITIES,
    "binary:logitraw": _OF_LABELS,
    "binary:hinge": _OF_LABELS,
    "multi:softmax": _OF_LABELS,
    "multi:softprob": _OF_PROBABILITIES,
    "reg:squarederror": _OF_REGRESSION,
    "reg:logistic": _OF_REGRESSION,
    "reg:gamma": _OF_REGRESSION,
    "reg:absoluteerror": _OF_REGRESSION,
    "reg:tweedie": _OF_REGRESSION,
}


def selected_keys() -> list[str]:
    """The keys that the variable names; none: plain predictions."""
    text = os.environ.get("SAGEMAKER_INFERENCE_OUTPUT", "")
    return [key.strip().lower() for key in text.split(",") if key.strip()]


def encode(model: Model, rows: np.ndarray | scipy.sparse.csr_matrix, keys: list[str], kind: str) -> Response:
    """The selected content of each row; a key that the objective has not is NaN."""
    valid = VALID_KEYS.get(model.objective)
    if valid is None:
        text = f"Objective {model.objective} is not supported by selectable inference"
        return Response(HTTPStatus.INTERNAL_SERVER_ERROR, text.encode())
    for key in keys:
        if key not in valid:
            print(
                f"Selected key {key} is not valid for objective {model.objective}; it is answered as NaN",
                flush=True,
            )
    contents = [
        {key: content.get(key, math.nan) if key in valid else math.nan for key in keys}
        for content in _contents(model, rows)
    ]
    if kind == JSON:
        return Response(HTTPStatus.OK, json.dumps({"predictions": contents}).encode(), JSON)
    if kind == JSON_LINES:
        text = "".join(f"{json.dumps(content)}\n" for content in contents)
        return Response(HTTPStatus.OK, text.encode(), JSON_LINES)
    if kind != CSV:
        text = f"{kind} is not supported by this version of Slipway for selectable inference"
        return Response(HTTPStatus.INTERNAL_SERVER_ERROR, text.encode())
    text = "".join(",".join(_cell(content[key]) for key in keys) + "\n" for content in contents)
    return Response(HTTPStatus.OK, text.encode(), f"{CSV}; charset=utf-8")


def _contents(model: Model, rows: np.ndarray | scipy.sparse.csr_matrix) -> list[dict[str, Any]]:
    outputs = model.predict(rows).tolist()
    if model.objective in {"binary:logistic", "binary:logitraw", "binary:hinge"}:
        return [
            _binary(model.objective, output, raw)
            for output, raw in zip(outputs, _margins(model, rows), strict=True)
        ]
    if model.objective in {"multi:softmax", "multi:softprob"}:
        return [
            _multiple(model, output, raw) for output, raw in zip(outputs, _margins(model, rows), strict=True)
        ]
    return [{"predicted_score": output} for output in outputs]


def _margins(model: Model, rows: np.ndarray | scipy.sparse.csr_matrix) -> list[Any]:
    return model.predict(rows, margin=True).tolist()


def _binary(objective: str, output: float, raw: float) -> dict[str, Any]:
    content: dict[str, Any] = {"labels": [0, 1], "raw_score": raw, "raw_scores": [-raw, raw]}
    if objective == "binary:logistic":
        content |= {"probability": output, "probabilities": [1 - output, output]}
    content["predicted_label"] = int(output > (0 if objective == "binary:logitraw" else 0.5))
    return content


def _multiple(model: Model, output: float | list[float], raw: list[float]) -> dict[str, Any]:
    content: dict[str, Any] = {"labels": list(range(model.classes)), "raw_scores": raw}
    if isinstance(output, list):
        best = int(np.argmax(output))
        return content | {
            "predicted_label": best,
            "probability": output[best],
            "probabilities": output,
            "raw_score": max(raw),
        }
    return content | {"predicted_label": int(output), "raw_score": max(raw)}


def _cell(value: float | list[float]) -> str:
    return f'"{json.dumps(value)}"' if isinstance(value, list) else str(value)
