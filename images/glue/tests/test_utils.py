"""Arguments of job runs."""

import pytest

from awsglue.utils import GlueArgumentError, getResolvedOptions

ALWAYS = {
    "job_bookmark_option": "job-bookmark-disable",
    "job_bookmark_from": None,
    "job_bookmark_to": None,
    "JOB_ID": None,
    "JOB_RUN_ID": None,
    "SECURITY_CONFIGURATION": None,
    "encryption_type": None,
    "enable_data_lineage": None,
    "RedshiftTempDir": None,
    "TempDir": None,
}


def test_gives_the_requested_arguments_and_the_reserved_ones() -> None:
    """Everything else on the command line is passed over."""
    argv = ["script.py", "--job-language", "python", "--uid", "7", "--bucket=data", "--enable-metrics"]
    assert getResolvedOptions(argv, ["uid", "bucket"]) == {**ALWAYS, "uid": "7", "bucket": "data"}


def test_replaces_hyphens_in_names_by_underscores() -> None:
    """As argparse does."""
    assert getResolvedOptions(["s", "--train-data", "x"], ["train-data"])["train_data"] == "x"


def test_reads_values_that_are_empty_negative_or_contain_equals_signs() -> None:
    """Values come from JSON and may be anything."""
    argv = ["s", "--a", "", "--b", "-1", "--c=x=y"]
    resolved = getResolvedOptions(argv, ["a", "b", "c"])
    assert (resolved["a"], resolved["b"], resolved["c"]) == ("", "-1", "x=y")


def test_reads_abbreviated_names() -> None:
    """Glue's library has accepted them up to version 6.0."""
    assert getResolvedOptions(["s", "--buck", "data"], ["bucket"])["bucket"] == "data"


def test_the_last_of_several_values_counts() -> None:
    """As argparse does."""
    assert getResolvedOptions(["s", "--uid", "1", "--uid", "2"], ["uid"])["uid"] == "2"


def test_gives_the_reserved_arguments_of_the_run() -> None:
    """Values that Glue itself passes."""
    argv = ["s", "--JOB_NAME", "etl", "--JOB_RUN_ID", "jr_1", "--TempDir", "s3://tmp/"]
    resolved = getResolvedOptions(argv, ["JOB_NAME"])
    assert (resolved["JOB_NAME"], resolved["JOB_RUN_ID"]) == ("etl", "jr_1")
    assert (resolved["TempDir"], resolved["RedshiftTempDir"]) == ("s3://tmp/", "s3://tmp/")


def test_the_temporary_folder_may_be_asked_for_and_absent() -> None:
    """Unlike other names."""
    assert getResolvedOptions(["s"], ["TempDir"])["TempDir"] is None


@pytest.mark.parametrize(
    ("argv", "option"),
    [
        (["--job-bookmark-option", "job-bookmark-enable"], "job-bookmark-enable"),
        (["--continuation-option", "continuation-readonly"], "job-bookmark-pause"),
    ],
)
def test_knows_both_names_of_the_bookmark_option(argv: list[str], option: str) -> None:
    """The first is today's, the second the older one."""
    assert getResolvedOptions(["s", *argv], []) == {**ALWAYS, "job_bookmark_option": option}


def test_names_what_is_missing() -> None:
    """All of it at once."""
    with pytest.raises(GlueArgumentError, match=r"^the following arguments are required: --uid, --bucket$"):
        getResolvedOptions(["script.py", "--other", "x"], ["uid", "bucket"])


def test_refuses_an_argument_without_value() -> None:
    """Where it was asked for."""
    with pytest.raises(GlueArgumentError, match="argument --uid: expected one argument"):
        getResolvedOptions(["script.py", "--uid"], ["uid"])


@pytest.mark.parametrize("name", ["job-bookmark-option", "JOB_RUN_ID", "encryption-type"])
def test_refuses_reserved_names(name: str) -> None:
    """They are in every result anyway."""
    with pytest.raises(RuntimeError, match=f"Using reserved arguments {name}"):
        getResolvedOptions(["script.py"], [name])
