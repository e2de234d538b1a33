"""One Booster or several of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse
import xgboost

if TYPE_CHECKING:
    Rows = np.ndarray | scipy.sparse.csr_matrix

VOTED = {"multi:softmax", "binary:hinge"}


class Model:
    """Boosters whose predictions are taken together: the most frequent class, or the mean."""

    def __init__(self, boosters: list[xgboost.Booster]) -> None:
        self._boosters = boosters
        # Rows come one by one, and threads would cost more than they bring.
        for booster in boosters:
            booster.set_param({"nthread": 1})
        learner = json.loads(boosters[0].save_config())["learner"]
        self.objective: str = learner["objective"]["name"]
        self.classes = int(learner["learner_model_param"]["num_class"])
        self.columns = boosters[0].num_features()
        # Trees are walked without making a matrix first; other boosters cannot do that.
        self._in_place = learner["gradient_booster"]["name"] == "gbtree"

    def fitted(self, rows: Rows) -> Rows:
        """Rows with the model's columns.

        Raises:
            ValueError: when they have too many, or dense ones too few.
        """
        given = rows.shape[1]
        if given == self.columns:
            return rows
        if isinstance(rows, np.ndarray):
            if given == self.columns + 1:
                return rows[:, 1:]
            raise ValueError(
                f"Feature size of csv inference data {given} is not consistent "
                f"with feature size of trained model {self.columns}."
            )
        if given > self.columns:
            raise ValueError(
                f"Feature size of libsvm inference data {given} is larger than "
                f"feature size of trained model {self.columns}."
            )
        return scipy.sparse.csr_matrix((rows.data, rows.indices, rows.indptr), (rows.shape[0], self.columns))

    def predict(self, rows: Rows, *, margin: bool = False) -> np.ndarray:
        """One output a row, or with multi:softprob one a class."""
        outputs = [self._predict(booster, rows, margin=margin) for booster in self._boosters]
        if len(outputs) == 1:
            return outputs[0]
        if self.objective in VOTED and not margin:
            return np.array([_most_frequent(votes) for votes in np.stack(outputs, axis=1)])
        return np.mean(outputs, axis=0)

    def _predict(self, booster: xgboost.Booster, rows: Rows, *, margin: bool) -> np.ndarray:
        end = _best_round(booster)
        if self._in_place:
            kind = "margin" if margin else "value"
            return booster.inplace_predict(
                rows, predict_type=kind, iteration_range=end, validate_features=False
            )
        return booster.predict(xgboost.DMatrix(rows), output_margin=margin, validate_features=False)


def _best_round(booster: xgboost.Booster) -> tuple[int, int]:
    best = booster.attr("best_iteration")
    return (0, int(best) + 1) if best is not None else (0, 0)


def _most_frequent(votes: np.ndarray) -> float:
    values, counts = np.unique(votes, return_counts=True)
    return values[counts.argmax()]
