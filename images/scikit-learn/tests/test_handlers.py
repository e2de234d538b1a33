"""The functions by which a program serves its model."""

from types import SimpleNamespace

import pytest

from slipway_contract.handlers import ScriptPredictor
from slipway_contract.serving import Invocation


def _ask(functions, body=b"[1, 2]", content_type="application/json", accept=""):
    predictor = ScriptPredictor(SimpleNamespace(**functions), "model")
    return predictor.predict([Invocation(body, content_type, accept)])[0]


def test_defaults_decode_and_encode():
    response = _ask({"predict_fn": lambda data, _model: data * 2})
    assert (response.status, response.content_type, response.body) == (200, "application/json", b"[2, 4]")
    response = _ask({"predict_fn": lambda data, _model: data}, b"1,2\n3,4", "text/csv", "text/csv")
    assert response.body == b"1.0,2.0\n3.0,4.0\n"
    assert _ask({"predict_fn": lambda data, _model: data}, content_type="image/png").status == 415


def test_functions_of_its_own_are_called_with_a_context_where_they_take_one():
    response = _ask(
        {
            "input_fn": lambda body, content_type: (body, content_type),
            "predict_fn": lambda data, model, context: f"{data[1]} {model} {context}",
            "output_fn": lambda prediction, _accept: (prediction, "text/plain"),
        }
    )
    assert (response.body, response.content_type) == (b"application/json model None", "text/plain")
    whole = _ask({"transform_fn": lambda model, body, kind, accept: f"{model} {body} {kind} {accept}"})
    assert whole.body == b"model [1, 2] application/json application/json"


def test_both_ways_together_are_refused():
    with pytest.raises(ValueError, match="Cannot use transform_fn together"):
        ScriptPredictor(SimpleNamespace(transform_fn=print, input_fn=print), None)
