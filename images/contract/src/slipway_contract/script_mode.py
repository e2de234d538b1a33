"""Script mode: training by a program of the user's, as SageMaker's training toolkit runs it.

https://github.com/aws/sagemaker-training-toolkit describes the variables and arguments.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway_contract import folders
from slipway_contract.errors import CustomerError, ScriptError

if TYPE_CHECKING:
    from slipway_contract.training import TrainingJob

PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"
RESERVED = {"default_user_module_name", "_tuning_objective_metric"}
KEPT_LINES = 20


def run_script(job: TrainingJob) -> None:
    """Runs the job's program to its end.

    Raises:
        CustomerError: when the program is not there.
        ScriptError: when it fails.
    """
    values = {name: _decoded(text) for name, text in job.hyperparameters.items()}
    _bring_code(values.get(SUBMIT_DIRECTORY))
    program = str(values[PROGRAM])
    if not (folders.CODE / program).exists():
        raise CustomerError(f"There is no program {program} in {values.get(SUBMIT_DIRECTORY)}")
    own = {name: value for name, value in values.items() if not _is_reserved(name)}
    arguments = _arguments(own)
    command = _command(program, arguments)
    print("Invoking script:", shlex.join(command), flush=True)
    process = subprocess.Popen(
        command,
        cwd=folders.CODE,
        env={**os.environ, **_variables(job, own, arguments)},
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    tail: deque[str] = deque(maxlen=KEPT_LINES)
    for line in process.stderr or []:
        print(line, end="", file=sys.stderr, flush=True)
        tail.append(line)
    code = process.wait()
    if code != 0:
        code = code if code > 0 else 128 - code
        raise ScriptError(
            f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{"".join(tail).strip()}"\n'
            f'Command "{shlex.join(command)}"',
            code,
        )


def _bring_code(directory: Any) -> None:  # noqa: ANN401
    """Unpacks code that came by a channel or lies in the image; from S3 it has been brought already."""
    if any(folders.CODE.iterdir()) or directory is None:
        return
    path = Path(str(directory).replace("/opt/ml", str(folders.BASE), 1))
    if path.is_dir():
        shutil.copytree(path, folders.CODE, dirs_exist_ok=True)
    elif path.exists():
        with tarfile.open(path) as archive:
            archive.extractall(folders.CODE, filter="data")


def _decoded(text: str) -> Any:  # noqa: ANN401
    """A hyperparameter's value: JSON, or the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_reserved(name: str) -> bool:
    return name.startswith("sagemaker_") or name in RESERVED


def _arguments(values: dict[str, Any]) -> list[str]:
    arguments = []
    for name, value in sorted(values.items()):
        arguments += [f"-{name}" if len(name) == 1 else f"--{name}", _as_argument(value)]
    return arguments


def _as_argument(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in value.items())
    return str(value)


def _command(program: str, arguments: list[str]) -> list[str]:
    if program.endswith(".py"):
        return [sys.executable, program, *arguments]
    return ["/bin/sh", "-c", f"./{program} {shlex.join(arguments)}"]


def _variables(job: TrainingJob, values: dict[str, Any], arguments: list[str]) -> dict[str, str]:
    """The variables that programs read (`SM_*`)."""
    variables = {
        "SM_MODEL_DIR": folders.MODEL,
        "SM_OUTPUT_DIR": folders.OUTPUT,
        "SM_OUTPUT_DATA_DIR": folders.OUTPUT / "data",
        "SM_OUTPUT_INTERMEDIATE_DIR": folders.OUTPUT / "intermediate",
        "SM_INPUT_DIR": folders.BASE / "input",
        "SM_INPUT_CONFIG_DIR": folders.CONFIG,
        "SM_MODULE_DIR": folders.CODE,
        "SM_MODULE_NAME": Path(str(_decoded(job.hyperparameters[PROGRAM]))).stem,
        "SM_USER_ENTRY_POINT": _decoded(job.hyperparameters[PROGRAM]),
        "SM_CHANNELS": sorted(job.channels),
        "SM_HPS": values,
        "SM_USER_ARGS": arguments,
        "SM_HOSTS": job.hosts,
        "SM_CURRENT_HOST": job.current_host,
        "SM_NETWORK_INTERFACE_NAME": job.resources.get("network_interface_name", ""),
        "SM_CURRENT_INSTANCE_TYPE": job.resources.get("current_instance_type", ""),
        "SM_CURRENT_INSTANCE_GROUP": job.resources.get("current_group_name", ""),
        "SM_INSTANCE_GROUPS": [
            group["instance_group_name"] for group in job.resources.get("instance_groups", [])
        ],
        "SM_RESOURCE_CONFIG": job.resources,
        "SM_NUM_CPUS": os.cpu_count() or 1,
        "SM_NUM_GPUS": 0,
        "SM_LOG_LEVEL": 20,
        "SAGEMAKER_JOB_NAME": os.environ.get("TRAINING_JOB_NAME", ""),
        "CURRENT_HOST": job.current_host,
    }
    variables |= {f"SM_CHANNEL_{name.upper()}": channel.folder for name, channel in job.channels.items()}
    variables |= {f"SM_HP_{name.upper()}": value for name, value in values.items()}
    return {name: _as_variable(value) for name, value in variables.items()}


def _as_variable(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, (str, Path)):
        return str(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
