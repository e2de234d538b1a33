"""Reading a job's arguments, as scripts do on AWS.

Written from the behaviour that
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-extensions-get-resolved-options.html
and the special parameters' page describe.
"""

import argparse
from collections.abc import Sequence
from typing import NoReturn

_BOOKMARK_STATES = ("job-bookmark-enable", "job-bookmark-pause", "job-bookmark-disable")
# The same setting under its first name, with values of its own.
_CONTINUATION_STATES = {
    "continuation-enabled": "job-bookmark-enable",
    "continuation-readonly": "job-bookmark-pause",
    "continuation-ignored": "job-bookmark-disable",
}
# Glue's own parameters, which are in every result; scripts must not ask for them.
_RESERVED: dict[str, Sequence[str] | None] = {
    "job-bookmark-option": _BOOKMARK_STATES,
    "continuation-option": tuple(_CONTINUATION_STATES),
    "job-bookmark-from": None,
    "job-bookmark-to": None,
    "JOB_ID": None,
    "JOB_RUN_ID": None,
    "SECURITY_CONFIGURATION": None,
    "encryption-type": ("sse-s3", "sse-kms"),
    "enable-data-lineage": None,
}
# May be asked for, and are None rather than an error when absent.
_TEMPORARY = ("RedshiftTempDir", "TempDir")


class GlueArgumentError(Exception):
    """A script asked for an argument that the job run does not have, or that has a wrong value."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(message)


def getResolvedOptions(args: Sequence[str], options: Sequence[str]) -> dict[str, str | None]:
    """Picks arguments of a job run by name.

    Both `--name value` and `--name=value` are read, unambiguous abbreviations of a name too; arguments
    that nobody asked for are passed over.

    Args:
        args: `sys.argv`; its first element, the script, is passed over.
        options: The names, without the leading `--`. All are required but `TempDir`.

    Returns:
        Name to value, hyphens in names replaced by underscores, and Glue's own parameters besides, which
        are None where the run does not have them.

    Raises:
        GlueArgumentError: A required argument is missing or has no value.
        RuntimeError: A name is one of Glue's own parameters.
    """
    parser = _Parser(add_help=False)
    for name, choices in _RESERVED.items():
        if name in options:
            raise RuntimeError(f"Using reserved arguments {name}")
        parser.add_argument(f"--{name}", choices=choices)
    for name in _TEMPORARY:
        parser.add_argument(f"--{name}")
    for name in options:
        if name not in _TEMPORARY:
            parser.add_argument(f"--{name}", required=True)
    found, _ = parser.parse_known_args(list(args[1:]))
    resolved: dict[str, str | None] = vars(found)
    continuation = resolved.pop("continuation_option")
    if resolved["job_bookmark_option"] is None:
        resolved["job_bookmark_option"] = _CONTINUATION_STATES.get(continuation or "", "job-bookmark-disable")
    # Either name serves for both.
    resolved["TempDir"] = resolved["TempDir"] or resolved["RedshiftTempDir"]
    resolved["RedshiftTempDir"] = resolved["TempDir"]
    return resolved
