"""Writes the trimmed AWS service models into src/model/data from the pinned botocore wheel.

Usage: python import-models.py            (downloads the pinned wheel with pip, checks its hash)

What is kept is what a server needs: operations, shapes, constraints, errors and wire traits.
Documentation is dropped, which shrinks a model to about a tenth. The result is deterministic, so
running the script twice changes nothing; models.lock.json records where each file came from.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

BOTOCORE = "1.44.5"

# The key is the file name and the name used inside the runtime; the value is botocore's folder.
SERVICES = {
    "cloudformation": "cloudformation",
    "cloudwatch": "cloudwatch",
    "events": "events",
    "forecast": "forecast",
    "forecastquery": "forecastquery",
    "glue": "glue",
    "iam": "iam",
    "lambda": "lambda",
    "logs": "logs",
    "s3": "s3",
    "sagemaker": "sagemaker",
    "sagemaker-runtime": "sagemaker-runtime",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "states": "stepfunctions",
    "sts": "sts",
}

DROPPED = {
    "documentation",
    "documentationUrl",
    "deprecated",
    "deprecatedMessage",
    "deprecatedSince",
    "staticContextParams",
    "contextParam",
    "clientContextParams",
    "operationContextParams",
    "unsignedPayload",
    "auth",
    "authtype",
    "examples",
    "fault",
    "synthetic",
}

# Members named like a dropped trait (an IAM "Documentation" member, say) sit under these keys and stay.
NAMED_CHILDREN = {"members", "shapes", "operations"}


def strip(node: object, named: bool = False) -> object:
    if isinstance(node, dict):
        # Kept on operations only: of two operations with one route, the router prefers the living one.
        if node.get("deprecated") and "http" in node:
            return {**strip({**node, "deprecated": False}), "deprecated": True}
        return {
            key: strip(value, key in NAMED_CHILDREN and not named)
            for key, value in node.items()
            if named or key not in DROPPED
        }
    if isinstance(node, list):
        return [strip(value) for value in node]
    return node


def fetch_wheel(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder), f"botocore=={BOTOCORE}"],
        check=True,
    )
    return next(folder.glob("botocore-*.whl"))


def newest_model(wheel: zipfile.ZipFile, service: str) -> dict:
    prefix = f"botocore/data/{service}/"
    names = [n for n in wheel.namelist() if n.startswith(prefix) and n.endswith("/service-2.json.gz")]
    return json.loads(gzip.decompress(wheel.read(max(names))))


def gzip_bytes(data: bytes) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(data)
    return out.getvalue()


def main() -> None:
    target = Path(__file__).resolve().parent.parent / "src" / "model" / "data"
    target.mkdir(parents=True, exist_ok=True)
    lock: dict = {"source": "botocore", "version": BOTOCORE, "licence": "Apache-2.0", "services": {}}
    with tempfile.TemporaryDirectory() as folder:
        path = fetch_wheel(Path(folder))
        lock["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        with zipfile.ZipFile(path) as wheel:
            for name, service in sorted(SERVICES.items()):
                model = strip(newest_model(wheel, service))
                text = json.dumps(model, separators=(",", ":"))
                (target / f"{name}.json.gz").write_bytes(gzip_bytes(text.encode()))
                lock["services"][name] = {
                    "model": service,
                    "apiVersion": model["metadata"]["apiVersion"],
                    "operations": len(model["operations"]),
                    "sha256": hashlib.sha256(text.encode()).hexdigest(),
                }
    (target.parent / "models.lock.json").write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main()
