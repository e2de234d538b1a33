"""A channel's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway_contract.errors import CustomerError

if TYPE_CHECKING:
    from pathlib import Path

DEEPEST = 3


def data_files(folder: Path) -> list[Path]:
    """The files with data below a folder, at most three levels deep, in the order of their paths.

    What begins with `_` (`_SUCCESS`) and XGBoost's own caches is not data.

    Raises:
        CustomerError: for a hidden file.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if len(relative.parts) > DEEPEST or not path.is_file():
            continue
        if path.name.startswith("."):
            raise CustomerError(
                f"Hidden file found in the data path! Remove that before training. ({relative})"
            )
        if not path.name.startswith("_") and ".cache" not in path.suffixes:
            found.append(path)
    return found
