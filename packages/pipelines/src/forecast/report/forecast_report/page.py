"""Puts the data into the page."""

from __future__ import annotations

import json
import pkgutil

_PLACE = "<!--DATA-->"
# Inside a script element only these can end it or confuse a parser.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(data: dict) -> bytes:
    """The self-contained HTML file."""
    template = pkgutil.get_data(__package__, "report.html").decode()
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    before, after = template.split(_PLACE)
    # A lone surrogate, which JSON input may hold, has no bytes.
    element = f'<script type="application/json" id="data">{text}</script>'
    return (before + element + after).encode("utf-8", "replace")
