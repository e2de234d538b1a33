"""`python -m slipway_xgboost train|serve`: what the container is run with."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Runs the command that the container was given."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "train":
        from slipway_contract.training import run
        from slipway_xgboost.train import train

        return run(train)
    if command == "serve":
        from slipway_contract import folders
        from slipway_contract.serving import serve

        if "SAGEMAKER_PROGRAM" in os.environ:
            from slipway_contract.handlers import ScriptPredictor

            return serve(ScriptPredictor.load())
        from slipway_xgboost.inference.predictor import XGBoostPredictor

        return serve(XGBoostPredictor.load(folders.MODEL))
    print("Give train or serve", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
