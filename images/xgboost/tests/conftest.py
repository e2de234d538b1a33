"""A container of the tests' own: a folder for `/opt/ml`, and the image's command run on it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

ROWS = 400
FEATURES = 6


class Container:
    """One host's `/opt/ml`."""

    def __init__(self, root: Path, image: str = "sagemaker-xgboost:1.7-1") -> None:
        self.root = root
        self.environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(root), "SLIPWAY_IMAGE": image}
        for folder in ("input/config", "input/data", "model", "output/data", "checkpoints"):
            (root / folder).mkdir(parents=True)

    def configure(self, hyperparameters, channels, resources=None, checkpoint=None):
        self._write("hyperparameters", hyperparameters)
        self._write("inputdataconfig", {name: {"ContentType": kind} for name, (kind, _) in channels.items()})
        self._write("resourceconfig", resources or {"current_host": "algo-1", "hosts": ["algo-1"]})
        if checkpoint:
            self._write("checkpointconfig", checkpoint)
        for name, (_, files) in channels.items():
            for file, content in files.items():
                path = self.root / "input/data" / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def start(self, command):
        return subprocess.Popen(
            [sys.executable, "-m", "slipway_xgboost", command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def train(self):
        process = self.start("train")
        printed, _ = process.communicate(timeout=120)
        return process.returncode, printed

    @property
    def failure(self):
        path = self.root / "output/failure"
        return path.read_text() if path.exists() else None

    @contextmanager
    def serving(self, **variables):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.environment = {**self.environment, **variables, "SAGEMAKER_BIND_TO_PORT": str(port)}
        process = self.start("serve")
        try:
            deadline = time.monotonic() + 60
            while not _answers(port):
                assert process.poll() is None, process.stdout.read()
                assert time.monotonic() < deadline
            yield Server(port)
        finally:
            process.terminate()
            process.communicate(timeout=30)

    def _write(self, name, content):
        (self.root / "input/config" / f"{name}.json").write_text(json.dumps(content))


class Server:
    """A serving container."""

    def __init__(self, port):
        self.port = port

    def invoke(self, body, content_type="text/csv", **headers):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/invocations",
            data=body.encode() if isinstance(body, str) else body,
            headers={"Content-Type": content_type, **headers},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read().decode(), response.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers["Content-Type"]


def _answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping") as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture
def container(tmp_path):
    return Container(tmp_path / "ml")


@pytest.fixture
def containers(tmp_path):
    return lambda name, image="sagemaker-xgboost:1.7-1": Container(tmp_path / name, image)


@pytest.fixture(scope="session")
def data():
    """Features and labels of a task that can be learnt."""
    generator = np.random.default_rng(7)
    features = generator.normal(size=(ROWS, FEATURES)).astype(np.float32)
    labels = (features[:, 0] + features[:, 1] * features[:, 2] > 0).astype(np.float32)
    return features, labels


@pytest.fixture(scope="session")
def as_csv(data):
    features, labels = data
    lines = [
        f"{label:g}," + ",".join(f"{x}" for x in row)
        for row, label in zip(features.tolist(), labels, strict=True)
    ]
    return lambda begin=0, end=ROWS: "\n".join(lines[begin:end]) + "\n"
