"""`python -m slipway_table`: reads a request as JSON on standard input and answers on standard output.

Exit code 10 and a sentence on standard error for a table that cannot be used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from forecast_input.refusal import Refusal

from .prepare import Options, prepare
from .roles import Wanted

_REFUSED = 10


def main() -> int:
    """Carries out one request."""
    request = json.load(sys.stdin)
    wanted = Wanted(**{**request["wanted"], "items": tuple(request["wanted"].get("items", ()))})
    options = Options(**{**request["options"], "types": tuple(request["options"].get("types", ()))})
    try:
        answer = prepare(Path(request["file"]), Path(request["folder"]), wanted, options)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return _REFUSED
    json.dump(answer, sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
