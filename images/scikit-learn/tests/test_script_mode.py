"""Programs of the user's, through the container contract."""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, os, sys
names = [name for name in os.environ if name.startswith("SM_")]
with open(os.path.join(os.environ["SM_MODEL_DIR"], "seen.json"), "w") as file:
    json.dump({"arguments": sys.argv[1:], "variables": {name: os.environ[name] for name in names}}, file)
"""


@pytest.fixture
def container(tmp_path):
    for folder in ("input/config", "input/data/train", "model", "output/data", "code"):
        (tmp_path / folder).mkdir(parents=True)

    def run(hyperparameters, **files):
        for name, content in {
            "input/config/hyperparameters.json": json.dumps(hyperparameters),
            "input/config/inputdataconfig.json": json.dumps({"train": {"ContentType": "text/csv"}}),
            "input/config/resourceconfig.json": json.dumps({"current_host": "algo-1", "hosts": ["algo-1"]}),
            **{f"code/{name}.py": text for name, text in files.items()},
        }.items():
            (tmp_path / name).write_text(content)
        environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-m", "slipway_scikit_learn", "train"], env=environment
        ).returncode

    run.root = tmp_path
    return run


def test_hyperparameters_become_sorted_arguments_and_variables(container):
    hyperparameters = {
        "sagemaker_program": '"program.py"',
        "sagemaker_region": '"eu-west-1"',
        "z": "1",
        "depth": "5",
        "name": '"a b"',
        "options": '{"k": "v"}',
        "raw": "not json",
    }
    assert container(hyperparameters, program=PROGRAM) == 0
    seen = json.loads((container.root / "model/seen.json").read_text())
    assert seen["arguments"] == (
        ["--depth", "5", "--name", "a b", "--options", "k=v", "--raw", "not json", "-z", "1"]
    )
    variables = seen["variables"]
    assert variables["SM_CHANNEL_TRAIN"] == str(container.root / "input/data/train")
    assert variables["SM_CHANNELS"] == '["train"]'
    assert variables["SM_HP_DEPTH"] == "5"
    assert variables["SM_HPS"] == '{"depth":5,"name":"a b","options":{"k":"v"},"raw":"not json","z":1}'
    assert variables["SM_MODULE_NAME"] == "program"


def test_a_program_that_fails_leaves_its_end_and_its_exit_code(container):
    code = container(
        {"sagemaker_program": "program.py"}, program="import sys\nprint('no', file=sys.stderr)\nsys.exit(7)"
    )
    assert code == 7
    failure = (container.root / "output/failure").read_text()
    assert failure.startswith('ExecuteUserScriptError:\nExitCode 7\nErrorMessage "no"\nCommand "')


def test_a_program_that_is_not_there_and_none_at_all_are_the_customers_fault(container):
    assert container({"sagemaker_program": "none.py"}) == 1
    assert (
        (container.root / "output/failure")
        .read_text()
        .startswith("Customer Error: There is no program none.py")
    )
    assert container({}) == 1
    assert "name it by sagemaker_program" in (container.root / "output/failure").read_text()
