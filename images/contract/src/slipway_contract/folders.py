"""Where the container's files are."""

from __future__ import annotations

import os
from pathlib import Path

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
CONFIG = BASE / "input" / "config"
DATA = BASE / "input" / "data"
MODEL = BASE / "model"
OUTPUT = BASE / "output"
FAILURE = OUTPUT / "failure"
CODE = BASE / "code"
CHECKPOINTS = BASE / "checkpoints"
