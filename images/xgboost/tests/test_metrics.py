"""The container's own metrics, by values worked out by hand."""

import numpy as np
import pytest
import xgboost

from slipway_xgboost.metrics import OWN_METRICS, own_metrics

# Found rightly: two of three ones, three of five zeros.
TRUTH = np.array([1, 1, 1, 0, 0, 0, 0, 0], dtype=float)
FOUND = np.array([1, 1, 0, 1, 1, 0, 0, 0], dtype=float)

EXPECTED = {
    "accuracy": 5 / 8,
    "balanced_accuracy": (2 / 3 + 3 / 5) / 2,
    "precision": 2 / 4,
    "precision_macro": (2 / 4 + 3 / 4) / 2,
    "precision_micro": 5 / 8,
    "recall": 2 / 3,
    "recall_macro": (2 / 3 + 3 / 5) / 2,
    "recall_micro": 5 / 8,
    "f1": (4 / 7 + 6 / 9) / 2,
    "f1_binary": 4 / 7,
    "f1_macro": (4 / 7 + 6 / 9) / 2,
    "mse": 3 / 8,
    "r2": 1 - 3 / (8 * (3 / 8) * (5 / 8)),
}


@pytest.mark.parametrize("name", sorted(OWN_METRICS))
def test_metric_has_its_value(name):
    assert OWN_METRICS[name](TRUTH, FOUND) == pytest.approx(EXPECTED[name])


def test_a_class_that_is_never_found_has_no_precision():
    assert OWN_METRICS["precision"](TRUTH, np.zeros(8)) == 0
    assert OWN_METRICS["f1_binary"](TRUTH, np.zeros(8)) == 0


def test_classes_are_read_from_probabilities_margins_and_rows():
    matrix = xgboost.DMatrix(np.zeros((3, 1)), label=[0, 1, 1])
    for objective, predictions in {
        "binary:logistic": np.array([0.4, 0.6, 0.3]),
        "binary:logitraw": np.array([-0.1, 0.2, -3.0]),
        "multi:softprob": np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]),
        "multi:softmax": np.array([0.0, 1.0, 0.0]),
    }.items():
        assert own_metrics(["accuracy"], objective)(predictions, matrix) == [
            ("accuracy", pytest.approx(2 / 3))
        ]
