"""Where the `slipway` command is."""

import os
import shlex
import shutil
from pathlib import Path


def find_command(root: Path) -> list[str]:
    """Finds the command that npm installed for a project.

    Args:
        root: folder of the project; its parents are searched too.

    Returns:
        The variable SLIPWAY_COMMAND where it is set, otherwise `node_modules/.bin/slipway` of the nearest
        folder that has one, otherwise the one on the PATH.

    Raises:
        FileNotFoundError: there is none.
    """
    given = os.environ.get("SLIPWAY_COMMAND")
    if given:
        return shlex.split(given)
    for folder in [root, *root.parents]:
        command = folder / "node_modules" / ".bin" / "slipway"
        if command.exists():
            return [str(command)]
    command_on_path = shutil.which("slipway")
    if command_on_path is None:
        raise FileNotFoundError(
            f"There is no slipway command in node_modules of {root} or above, nor on the PATH. "
            "Install it with: npm install --save-dev slipway"
        )
    return [command_on_path]
