"""Inference through the container contract."""

import json

import numpy as np
import pytest
import xgboost


@pytest.fixture
def trained(containers, data):
    """A container with a model in it, and what the model predicts."""

    def make(image="sagemaker-xgboost:1.7-1", **parameters):
        features, labels = data
        if parameters.get("num_class"):
            labels = np.digitize(features[:, 0], [-0.5, 0.5])
        matrix = xgboost.DMatrix(features, label=labels)
        booster = xgboost.train({"objective": "binary:logistic", "max_depth": 3, **parameters}, matrix, 5)
        container = containers("served", image)
        booster.save_model(container.root / "model/model.ubj")
        (container.root / "model/model.ubj").rename(container.root / "model/xgboost-model")
        return container, booster.predict(xgboost.DMatrix(features))

    return make


def _rows(data, begin, end):
    return "\n".join(",".join(map(str, row)) for row in data[0][begin:end].tolist())


def test_new_images_answer_a_line_a_row_or_json(trained, data):
    container, expected = trained()
    with container.serving() as server:
        status, text, kind = server.invoke(_rows(data, 0, 3))
        assert (status, kind) == (200, "text/csv; charset=utf-8")
        assert text == "".join(f"{value}\n" for value in expected[:3].tolist())
        _, text, _ = server.invoke(_rows(data, 0, 2), Accept="application/json")
        assert json.loads(text) == {"predictions": [{"score": value} for value in expected[:2].tolist()]}
        assert server.invoke(_rows(data, 0, 1), Accept="Accept")[0] == 406
        assert server.invoke(_rows(data, 0, 1), Accept="application/jsonlines")[0] == 500
        assert server.invoke("")[0] == 204
        assert server.invoke("a,b")[0] == 415
        assert server.invoke("1,2", "application/json")[0] == 415
        status, text, _ = server.invoke("1,2")
        assert (status, text.split(":")[0]) == (400, "Unable to evaluate payload provided")
        # One column more is taken for the label.
        _, text, _ = server.invoke("1," + _rows(data, 0, 1))
        assert float(text) == expected[0]
        sparse = " ".join(f"{index}:{value}" for index, value in enumerate(data[0][0].tolist()))
        assert float(server.invoke(sparse, "text/libsvm")[1]) == expected[0]
        large = server.invoke(_rows(data, 0, 400) + "\n" + "\n".join([_rows(data, 0, 400)] * 5))[1]
        assert [float(line) for line in large.splitlines()] == expected.tolist() * 6


def test_the_legacy_image_answers_one_line_whatever_is_accepted(trained, data):
    container, expected = trained("xgboost:1")
    with container.serving() as server:
        assert server.invoke(_rows(data, 0, 3), Accept="Accept")[:2] == (
            200,
            ",".join(map(str, expected[:3].tolist())),
        )


def test_a_missing_value_is_missing(trained, data):
    container, _ = trained()
    row = data[0][0].copy()
    row[0] = np.nan
    booster = xgboost.Booster(model_file=bytearray((container.root / "model/xgboost-model").read_bytes()))
    with container.serving() as server:
        _, text, _ = server.invoke("," + ",".join(map(str, row[1:].tolist())))
    assert float(text) == booster.predict(xgboost.DMatrix(row.reshape(1, -1)))[0]


def test_selected_content_is_told_of_each_row(trained, data):
    container, expected = trained()
    with container.serving(
        SAGEMAKER_INFERENCE_OUTPUT="predicted_label,probabilities,predicted_score"
    ) as server:
        _, text, _ = server.invoke(_rows(data, 0, 1), Accept="application/jsonlines")
        content = json.loads(text)
        assert content["predicted_label"] == int(expected[0] > 0.5)
        assert content["probabilities"] == pytest.approx([1 - expected[0], expected[0]])
        assert np.isnan(content["predicted_score"])
        _, text, _ = server.invoke(_rows(data, 0, 1))
        assert text.endswith(',"[' + text.split('"[')[1]) and text.strip().endswith('",nan')


def test_class_probabilities_are_a_row_each(trained, data):
    container, expected = trained(objective="multi:softprob", num_class=3)
    with container.serving() as server:
        _, text, _ = server.invoke(_rows(data, 0, 2))
    assert [[float(cell) for cell in line.split(",")] for line in text.splitlines()] == expected[:2].tolist()


def test_batch_transform_writes_probabilities_as_lists(trained, data):
    container, expected = trained(objective="multi:softprob", num_class=3)
    with container.serving(SAGEMAKER_BATCH="true") as server:
        _, text, _ = server.invoke(_rows(data, 0, 2))
    assert text == "".join(f"{row}\n" for row in expected[:2].tolist())


def test_a_folder_without_a_model_ends_the_server(container):
    process = container.start("serve")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "There is no model file" in printed
