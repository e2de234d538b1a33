"""Serving by a program of the user's: `model_fn` and its companions.

https://github.com/aws/sagemaker-inference-toolkit describes the functions and how they are called.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import json
import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway_contract import folders
from slipway_contract.http_server import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from slipway_contract.serving import Invocation

DEFAULT_PROGRAM = "inference.py"
JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
TEXT_TYPES = {JSON, CSV}


class UnsupportedTypeError(Exception):
    """A type that the default decoders and encoders do not know."""


class ScriptPredictor:
    """A model that the user's own functions load and ask."""

    def __init__(self, module: ModuleType, model: Any) -> None:  # noqa: ANN401
        self._module = module
        self._model = model
        self._transform: Callable[..., Any] | None = getattr(module, "transform_fn", None)
        if self._transform and any(hasattr(module, name) for name in ("input_fn", "predict_fn", "output_fn")):
            raise ValueError("Cannot use transform_fn together with input_fn, predict_fn or output_fn")

    @classmethod
    def load(cls) -> ScriptPredictor:
        """Imports the program and lets it load the model."""
        path = _program()
        sys.path.insert(0, str(path.parent))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        if not hasattr(module, "model_fn"):
            raise ValueError(f"{path.name} has no model_fn(model_dir), which loads the model")
        return cls(module, _called(module.model_fn, str(folders.MODEL)))

    def predict(self, invocations: Sequence[Invocation]) -> list[Response]:
        """Answers requests one by one, as the functions take them."""
        return [self._answer(invocation) for invocation in invocations]

    def _answer(self, invocation: Invocation) -> Response:
        content_type = invocation.content_type.split(";", 1)[0].strip() or JSON
        accept = invocation.accept.split(";", 1)[0].strip()
        if accept in {"", "*/*"}:
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        body = invocation.body.decode("utf-8") if content_type in TEXT_TYPES else invocation.body
        try:
            if self._transform:
                result = _called(self._transform, self._model, body, content_type, accept)
            else:
                data = _called(getattr(self._module, "input_fn", _decode), body, content_type)
                prediction = _called(getattr(self._module, "predict_fn", _predict), data, self._model)
                result = _called(getattr(self._module, "output_fn", _encode), prediction, accept)
        except UnsupportedTypeError as error:
            return Response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error).encode())
        content, kind = result if isinstance(result, tuple) else (result, accept)
        return Response(HTTPStatus.OK, content.encode() if isinstance(content, str) else bytes(content), kind)


def _program() -> Path:
    name = os.environ.get("SAGEMAKER_PROGRAM", DEFAULT_PROGRAM)
    places = [folders.CODE / name, folders.MODEL / "code" / name]
    for path in places:
        if path.exists():
            return path
    raise FileNotFoundError(
        f"There is no {name} in code/ of the model data, nor in SAGEMAKER_SUBMIT_DIRECTORY"
    )


def _called(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
    """Functions may take a context behind their own arguments; there is none here."""
    wanted = len(inspect.signature(function).parameters)
    return function(*arguments, *([None] if wanted == len(arguments) + 1 else []))


def _predict(data: Any, model: Any) -> Any:  # noqa: ANN401
    return model.predict(data)


def _decode(body: str | bytes, content_type: str) -> Any:  # noqa: ANN401
    import numpy as np

    if content_type == JSON:
        return np.array(json.loads(body))
    if content_type == CSV:
        return np.loadtxt(io.StringIO(str(body)), delimiter=",", ndmin=2)
    if content_type == NPY:
        return np.load(io.BytesIO(body), allow_pickle=False)  # type: ignore[arg-type]
    raise UnsupportedTypeError(f"Content type {content_type} is not supported by this program's input_fn")


def _encode(prediction: Any, accept: str) -> bytes | str:  # noqa: ANN401
    import numpy as np

    values = np.asarray(prediction)
    if accept == JSON:
        return json.dumps(values.tolist())
    if accept == CSV:
        rows = values.reshape(len(values), -1) if values.ndim else values.reshape(1, 1)
        return "".join(",".join(map(str, row)) + "\n" for row in rows.tolist())
    if accept == NPY:
        buffer = io.BytesIO()
        np.save(buffer, values)
        return buffer.getvalue()
    raise UnsupportedTypeError(f"Accept type {accept} is not supported by this program's output_fn")
