"""Training through the container contract."""

import pickle

import duckdb
import numpy as np
import pytest
import xgboost

BASIC = {"num_round": "5", "objective": "binary:logistic", "max_depth": "3", "nthread": "1"}


def _model(container):
    return xgboost.Booster(model_file=bytearray((container.root / "model/xgboost-model").read_bytes()))


def _direct(data, rows, **parameters):
    features, labels = data
    matrix = xgboost.DMatrix(features[rows], label=labels[rows])
    return xgboost.train(
        {"objective": "binary:logistic", "max_depth": 3, "nthread": 1, **parameters}, matrix, 5
    )


def test_csv_trains_the_model_that_xgboost_itself_trains(container, data, as_csv):
    container.configure(
        BASIC, {"train": ("text/csv", {"a.csv": as_csv(0, 200), "sub/b.csv": as_csv(200, 300)})}
    )
    code, printed = container.train()
    assert code == 0, printed
    expected = _direct(data, slice(0, 300)).predict(xgboost.DMatrix(data[0]))
    assert np.array_equal(_model(container).predict(xgboost.DMatrix(data[0])), expected)
    assert "[4]\ttrain-logloss:" in printed


def test_metrics_of_both_channels_are_printed_in_the_order_asked_for(container, as_csv):
    container.configure(
        {**BASIC, "eval_metric": "error,auc,f1,accuracy"},
        {"train": ("text/csv", {"t": as_csv(0, 300)}), "validation": ("csv", {"v": as_csv(300, 400)})},
    )
    code, printed = container.train()
    assert code == 0, printed
    last = next(line for line in printed.splitlines() if line.startswith("[4]"))
    names = [part.split(":")[0] for part in last.split("\t")[1:]]
    assert names == [
        f"{channel}-{name}"
        for channel in ("train", "validation")
        for name in ("error", "auc", "f1", "accuracy")
    ]
    values = dict(part.split(":") for part in last.split("\t")[1:])
    assert float(values["validation-accuracy"]) == pytest.approx(
        1 - float(values["validation-error"]), abs=1e-4
    )


def test_libsvm_and_parquet_train_the_same_model_as_csv(containers, data, as_csv, tmp_path):
    features, labels = data
    lines = [
        f"{label:g} " + " ".join(f"{i}:{x}" for i, x in enumerate(row))
        for row, label in zip(features.tolist(), labels, strict=True)
    ]
    (tmp_path / "all.csv").write_text(as_csv())
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{tmp_path}/all.csv', header=false)) TO '{tmp_path}/all.parquet'"
    )
    forms = {
        "csv": ("text/csv;label_size=1", as_csv()),
        "libsvm": (None, "\n".join(lines)),
        "parquet": ("application/x-parquet", (tmp_path / "all.parquet").read_bytes()),
    }
    predictions = []
    for name, (kind, content) in forms.items():
        container = containers(name)
        container.configure(BASIC, {"train": (kind, {"data": content})})
        code, printed = container.train()
        assert code == 0, printed
        predictions.append(_model(container).predict(xgboost.DMatrix(features)))
    assert np.array_equal(predictions[0], predictions[1])
    assert np.allclose(predictions[0], predictions[2])


def test_weights_of_a_second_column_are_used(containers, data, as_csv):
    features, labels = data
    weights = np.linspace(0.1, 5, len(labels)).astype(np.float32)
    rows = [
        f"{y:g},{w}," + ",".join(map(str, x))
        for x, y, w in zip(features.tolist(), labels, weights, strict=True)
    ]
    container = containers("weighted")
    container.configure({**BASIC, "csv_weights": "1"}, {"train": ("csv", {"d": "\n".join(rows)})})
    assert container.train()[0] == 0
    matrix = xgboost.DMatrix(features, label=labels, weight=weights)
    expected = xgboost.train({"objective": "binary:logistic", "max_depth": 3}, matrix, 5)
    assert np.allclose(_model(container).predict(matrix), expected.predict(matrix))


def test_early_stopping_keeps_the_best_model(container, as_csv):
    container.configure(
        {
            **BASIC,
            "num_round": "300",
            "eta": "1",
            "max_depth": "8",
            "early_stopping_rounds": "3",
            "eval_metric": "logloss",
        },
        {"train": ("csv", {"t": as_csv(0, 100)}), "validation": ("csv", {"v": as_csv(100, 400)})},
    )
    code, printed = container.train()
    assert code == 0, printed
    rounds = [line for line in printed.splitlines() if line.startswith("[")]
    assert len(rounds) < 300
    assert _model(container).num_boosted_rounds() == len(rounds) - 3


def test_checkpoints_are_kept_and_training_goes_on_from_the_last(container, data, as_csv):
    channels = {"train": ("csv", {"t": as_csv()})}
    container.configure({**BASIC, "num_round": "8"}, channels, checkpoint={"S3Uri": "s3://b/c"})
    assert container.train()[0] == 0
    names = sorted(path.name for path in (container.root / "checkpoints").iterdir())
    assert names == [f"xgboost-checkpoint.{number}" for number in range(3, 8)]
    container.configure({**BASIC, "num_round": "10"}, channels, checkpoint={"S3Uri": "s3://b/c"})
    code, printed = container.train()
    assert code == 0, printed
    assert "Checkpoint of round 7 found" in printed
    assert _model(container).num_boosted_rounds() == 10


def test_several_hosts_train_one_model_on_all_their_data(containers, data, as_csv, tmp_path):
    cluster = tmp_path / "cluster"
    cluster.mkdir()
    hosts = ["algo-1", "algo-2", "algo-3"]
    parts = {"algo-1": as_csv(0, 200), "algo-2": as_csv(200, 400), "algo-3": None}
    processes = []
    for host in hosts:
        container = containers(host)
        container.environment["SLIPWAY_CLUSTER_FOLDER"] = str(cluster)
        files = {"d.csv": parts[host]} if parts[host] else {}
        container.configure(BASIC, {"train": ("csv", files)}, {"current_host": host, "hosts": hosts})
        (container.root / "input/data/train").mkdir(exist_ok=True)
        processes.append((container, container.start("train")))
    for _, process in processes:
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0, printed
    assert [(c.root / "model/xgboost-model").exists() for c, _ in processes] == [True, False, False]
    features, labels = data
    found = _model(processes[0][0]).predict(xgboost.DMatrix(features))
    alone = _direct(data, slice(0, 200)).predict(xgboost.DMatrix(features))
    accuracy = ((found > 0.5) == labels).mean()
    assert accuracy > ((alone > 0.5) == labels).mean() - 0.02
    assert not np.allclose(found, alone)


@pytest.mark.parametrize("image", ["xgboost:1", "sagemaker-xgboost:1.0-1", "sagemaker-xgboost:1.2-2"])
def test_old_images_leave_a_pickle_and_the_legacy_one_reports_error(containers, as_csv, image):
    container = containers("old", image)
    container.configure(BASIC, {"train": ("csv", {"t": as_csv()})})
    code, printed = container.train()
    assert code == 0, printed
    assert isinstance(pickle.loads((container.root / "model/xgboost-model").read_bytes()), xgboost.Booster)
    assert "[4]\ttrain-error:" in printed


@pytest.mark.parametrize(
    ("hyperparameters", "channel", "reason"),
    [
        ({"objective": "binary:logistic"}, "train", "Missing required hyperparameter: num_round"),
        ({**BASIC, "deepness": "3"}, "train", "Extraneous hyperparameter found: deepness"),
        ({**BASIC, "eta": "2"}, "train", "Hyperparameter eta: 2 is not in [0, 1]"),
        ({**BASIC, "max_depth": "deep"}, "train", "Hyperparameter max_depth: could not parse value"),
        (BASIC, "validation", "Missing required channel: train"),
        (BASIC, "test", "Extraneous channel found: test"),
        (
            {"num_round": "1", "objective": "multi:softmax"},
            "train",
            "Require input for parameter 'num_class'",
        ),
        ({**BASIC, "silent": "0"}, "train", "Extraneous hyperparameter found: silent"),
        ({**BASIC, "objective": "reg:nothing"}, "train", "Hyperparameter objective: reg:nothing is not in ["),
        ({"num_round": "1", "eval_metric": "auc"}, "train", "Metric 'auc' can only be applied"),
    ],
)
def test_faults_of_the_request_are_told_as_the_customers(container, as_csv, hyperparameters, channel, reason):
    channels = {channel: ("csv", {"t": as_csv()})}
    if channel == "test":
        channels["train"] = ("csv", {"t": as_csv()})
    container.configure(hyperparameters, channels)
    code, _ = container.train()
    assert code == 1
    assert container.failure.startswith(f"Customer Error: {reason}")


@pytest.mark.parametrize(
    ("kind", "files", "reason"),
    [
        ("csv", {"t": "label,x\n1,2\n"}, "The first line of t is not numeric"),
        ("csv", {"t": "1,2\n0,three\n"}, "The CSV data cannot be read"),
        ("csv", {".part.crc": "1,2\n", "t": "1,2\n"}, "Hidden file found in the data path!"),
        ("csv", {"_SUCCESS": ""}, "No data in training channel path"),
        ("csv", {"t": "7,2\n1,3\n"}, "Labels for binary:logistic must be in [0, 1]"),
        ("libsvm", {"t": "1 1:2\n0 nothing\n"}, "t, line 2: not of the form label[:weight] index:value"),
        ("text/plain", {"t": "1,2\n"}, "Channel configuration for 'train' channel is not supported"),
        (
            "text/csv;label_size=2",
            {"t": "1,2\n"},
            "Channel configuration for 'train' channel is not supported",
        ),
    ],
)
def test_faults_of_the_data_are_told_with_their_place(container, kind, files, reason):
    container.configure(BASIC, {"train": (kind, files)})
    code, _ = container.train()
    assert code == 1
    assert container.failure.startswith(f"Customer Error: {reason}"), container.failure


def test_the_hyperparameters_of_the_legacy_image_are_taken(containers, as_csv):
    container = containers("legacy", "xgboost:1")
    sample = {
        "max_depth": "5",
        "eval_metric": "error",
        "eta": "0.2",
        "gamma": "4",
        "min_child_weight": "6",
        "subsample": "0.8",
        "objective": "binary:logistic",
        "silent": "0",
        "num_round": "3",
    }
    container.configure(sample, {"train": ("csv", {"t": as_csv()})})
    code, printed = container.train()
    assert code == 0, printed
