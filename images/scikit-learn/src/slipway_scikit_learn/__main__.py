"""`python -m slipway_scikit_learn train|serve`: what the container is run with."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command that the container was given."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "train":
        from slipway_contract.training import run

        return run()
    if command == "serve":
        from slipway_contract.handlers import ScriptPredictor
        from slipway_contract.serving import serve

        return serve(ScriptPredictor.load())
    print("Give train or serve", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
