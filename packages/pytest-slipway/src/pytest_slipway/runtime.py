"""A Slipway runtime as a child process."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_LONGEST_STOP_SECONDS = 60


class SlipwayError(Exception):
    """A slipway command failed; the message is what it said."""


class SlipwayRuntime:
    """A runtime of the tests' own: on a free port, with a state folder that goes when it stops."""

    def __init__(
        self, command: Sequence[str], region: str, account: str, options: Sequence[str] = ()
    ) -> None:
        """Starts the runtime and waits until it serves.

        Args:
            command: the slipway command.
            region: AWS region that clients are set to.
            account: twelve digits.
            options: more options of `slipway up`.

        Raises:
            SlipwayError: it did not start.
        """
        self._command = list(command)
        self._options = list(options)
        self.region = region
        self.account = account
        self._start(port=0)

    def deploy(
        self, target: str | Path, context: Mapping[str, str] | None = None
    ) -> dict[str, dict[str, str]]:
        """Deploys a CDK app (a folder with cdk.json), a cloud assembly (cdk.out) or a pipeline by its name.

        Args:
            target: the folder or the pipeline's name.
            context: CDK context.

        Returns:
            The outputs of each stack by its name.

        Raises:
            SlipwayError: the app or the deployment failed.
        """
        pairs = [argument for pair in (context or {}).items() for argument in ("--context", "=".join(pair))]
        place = ["--state", str(self._state), "--region", self.region]
        command = [*self._command, "deploy", str(target), *pairs, *place, "--json"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise SlipwayError(ended.stderr.strip())
        return {stack["stackName"]: stack["outputs"] for stack in json.loads(ended.stdout)}

    def reset(self) -> None:
        """Forgets everything: a runtime as new serves at the same endpoint."""
        port = self.endpoint.rpartition(":")[2]
        self.stop()
        self._start(port=int(port))

    def stop(self) -> None:
        """Ends the runtime with all executions and jobs, and removes its state."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=_LONGEST_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._talk.close()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point AWS tools at the runtime."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "slipway",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            # StartSyncExecution would else go to sync-127.0.0.1.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }

    def _start(self, port: int) -> None:
        # A file and not a pipe: nobody reads it while tests run, and a full pipe would stop the runtime.
        self._talk: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [
                *self._command,
                *("up", "--temporary", "--json", "--port", str(port), "--region", self.region),
                *self._options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._talk,
            text=True,
        )
        notice = self._first_line()
        self.endpoint: str = notice["endpoint"]
        self._state = Path(notice["state"])

    def _first_line(self) -> Any:  # noqa: ANN401
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            notice = json.loads(line)
        except json.JSONDecodeError:
            notice = {}
        if "endpoint" in notice:
            return notice
        self._process.wait()
        self._talk.seek(0)
        said = self._talk.read().strip()
        self._talk.close()
        raise SlipwayError(f"The runtime did not start:\n{said}")
