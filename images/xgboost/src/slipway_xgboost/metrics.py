"""The algorithm's metrics: XGBoost's own, and those that the container computes besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import xgboost

MAXIMISED = {
    "accuracy",
    "auc",
    "aucpr",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "map",
    "ndcg",
    "precision",
    "precision_macro",
    "precision_micro",
    "r2",
    "recall",
    "recall_macro",
    "recall_micro",
}
MINIMISED = {
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "interval-regression-accuracy",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "poisson-nloglik",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
}
METRIC_NAMES = sorted(MAXIMISED | MINIMISED)
# `error@0.7` has another threshold, `ndcg@5` another depth, `tweedie-nloglik@1.5` another power.
WITH_ARGUMENT = {"error", "ndcg", "map", "tweedie-nloglik", "merror"}


def base_name(name: str) -> str:
    """`error` of `error@0.7`."""
    return name.split("@", 1)[0]


def is_known(name: str) -> bool:
    """Whether the algorithm has the metric."""
    base = base_name(name)
    return base in MAXIMISED | MINIMISED and (base == name or base in WITH_ARGUMENT)


def is_maximised(name: str) -> bool:
    """Whether more is better."""
    return base_name(name) in MAXIMISED


def _labels(predictions: np.ndarray, objective: str) -> np.ndarray:
    """Predicted classes of what XGBoost predicts for an objective."""
    if predictions.ndim > 1:
        return predictions.argmax(axis=1).astype(float)
    if objective == "binary:logitraw":
        return (predictions > 0).astype(float)
    return predictions if objective == "multi:softmax" else (predictions > 0.5).astype(float)


def _counts(truth: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each class that occurs: found rightly, found, there."""
    classes = np.unique(np.concatenate([truth, found]))
    hits = np.array([np.sum((truth == c) & (found == c)) for c in classes], dtype=float)
    positives = np.array([np.sum(found == c) for c in classes], dtype=float)
    members = np.array([np.sum(truth == c) for c in classes], dtype=float)
    return hits, positives, members


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _accuracy(truth: np.ndarray, found: np.ndarray) -> float:
    return float(np.mean(truth == found))


def _balanced_accuracy(truth: np.ndarray, found: np.ndarray) -> float:
    hits, _, members = _counts(truth, found)
    return float(_ratio(hits, members)[members > 0].mean())


def _of_positive(measure: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., float]:
    def value(truth: np.ndarray, found: np.ndarray) -> float:
        hit = np.array([np.sum((truth == 1) & (found == 1))], dtype=float)
        positive = np.array([np.sum(found == 1)], dtype=float)
        member = np.array([np.sum(truth == 1)], dtype=float)
        return float(measure(hit, positive, member)[0])

    return value


def _macro(measure: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., float]:
    return lambda truth, found: float(measure(*_counts(truth, found)).mean())


def _precision(hits: np.ndarray, positives: np.ndarray, _members: np.ndarray) -> np.ndarray:
    return _ratio(hits, positives)


def _recall(hits: np.ndarray, _positives: np.ndarray, members: np.ndarray) -> np.ndarray:
    return _ratio(hits, members)


def _f1(hits: np.ndarray, positives: np.ndarray, members: np.ndarray) -> np.ndarray:
    return _ratio(2 * hits, positives + members)


def _mse(truth: np.ndarray, predictions: np.ndarray) -> float:
    return float(np.mean((truth - predictions) ** 2))


def _r2(truth: np.ndarray, predictions: np.ndarray) -> float:
    spread = float(np.sum((truth - truth.mean()) ** 2))
    rest = float(np.sum((truth - predictions) ** 2))
    return 1 - rest / spread if spread > 0 else float(rest == 0)


_OF_CLASSES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    # As scikit-learn defines them; averaged over single predictions, precision and recall are accuracy.
    "f1": _macro(_f1),
    "f1_binary": _of_positive(_f1),
    "f1_macro": _macro(_f1),
    "precision": _of_positive(_precision),
    "precision_macro": _macro(_precision),
    "precision_micro": _accuracy,
    "recall": _of_positive(_recall),
    "recall_macro": _macro(_recall),
    "recall_micro": _accuracy,
}
_OF_NUMBERS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {"mse": _mse, "r2": _r2}

OWN_METRICS = {**_OF_CLASSES, **_OF_NUMBERS}


def own_metrics(
    names: list[str], objective: str
) -> Callable[[np.ndarray, xgboost.DMatrix], list[tuple[str, float]]]:
    """The container's metrics as XGBoost calls them after each round."""

    def evaluate(predictions: np.ndarray, data: xgboost.DMatrix) -> list[tuple[str, float]]:
        truth = data.get_label()
        found = _labels(predictions, objective) if any(name in _OF_CLASSES for name in names) else predictions
        return [
            (name, OWN_METRICS[name](truth, found if name in _OF_CLASSES else predictions)) for name in names
        ]

    return evaluate
