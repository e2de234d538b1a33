"""A loaded model that answers requests."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING

import numpy as np
import xgboost

from slipway_contract.http_server import Response
from slipway_xgboost import artefact
from slipway_xgboost.inference import selectable
from slipway_xgboost.inference.answers import NotAcceptableError, answer_type, encode
from slipway_xgboost.inference.model import Model
from slipway_xgboost.inference.requests import UnreadableBodyError, read_rows
from slipway_xgboost.versions import ImageVersion, asked_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import scipy.sparse

    from slipway_contract.serving import Invocation

    Rows = np.ndarray | scipy.sparse.csr_matrix


class XGBoostPredictor:
    """Predicts with one model, or with the mean or the vote of several."""

    def __init__(self, model: Model, version: ImageVersion) -> None:
        self._model = model
        self._version = version
        self._keys = selectable.selected_keys()

    @classmethod
    def load(cls, folder: Path) -> XGBoostPredictor:
        """Loads every model file of a folder, or only the first where ensembles are switched off."""
        paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        if not paths:
            raise FileNotFoundError(f"There is no model file in {folder}")
        if os.environ.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true").lower() == "false":
            paths = paths[:1]
        return cls(Model([artefact.load(path) for path in paths]), asked_version())

    def predict(self, invocations: Sequence[Invocation]) -> list[Response]:
        """Answers requests; rows that have the same columns are predicted in one go."""
        answers: list[Response | None] = [None] * len(invocations)
        dense: list[tuple[int, np.ndarray]] = []
        for index, invocation in enumerate(invocations):
            rows = self._read(invocation)
            if isinstance(rows, Response):
                answers[index] = rows
            elif isinstance(rows, np.ndarray) and rows.shape[1] == self._model.columns:
                dense.append((index, rows))
            else:
                answers[index] = self._predict_one(invocation, rows)
        if dense:
            outputs = self._model.predict(np.concatenate([rows for _, rows in dense]))
            begin = 0
            for index, rows in dense:
                end = begin + len(rows)
                answers[index] = self._encode(invocations[index], outputs[begin:end], rows)
                begin = end
        return answers  # type: ignore[return-value]

    def _read(self, invocation: Invocation) -> Rows | Response:
        if not invocation.body.strip():
            return Response(HTTPStatus.NO_CONTENT)
        try:
            return read_rows(invocation)
        except UnreadableBodyError as error:
            return Response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error).encode())

    def _predict_one(self, invocation: Invocation, rows: Rows) -> Response:
        """Rows of other columns than the model's: with the label in front, sparse ones, or wrong ones."""
        try:
            fitted = self._model.fitted(rows)
            outputs = self._model.predict(fitted)
        except (ValueError, xgboost.core.XGBoostError) as error:
            reason = str(error).splitlines()[0]
            return Response(HTTPStatus.BAD_REQUEST, f"Unable to evaluate payload provided: {reason}".encode())
        return self._encode(invocation, outputs, fitted)

    def _encode(self, invocation: Invocation, outputs: np.ndarray, rows: Rows) -> Response:
        try:
            accept = answer_type(invocation.accept, self._version)
            if self._keys:
                return selectable.encode(self._model, rows, self._keys, accept)
            return encode(outputs, accept, self._version)
        except NotAcceptableError as error:
            return Response(HTTPStatus.NOT_ACCEPTABLE, str(error).encode())
