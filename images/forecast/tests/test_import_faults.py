"""Files that cannot be imported: the message names file, line, column and value."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from jobs import TTS, Ended, import_job, together

GOOD = "2024-01-01 00:00:00,a,1\n"
RTS = (("timestamp", "timestamp"), ("item_id", "string"), ("price", "float"))


FAULTS = [
    ("2024-01-02 00:00:00,a\n", "ColumnCount", "s3://b/two.csv, line 3: the row has 2 columns, the schema has 3"),
    ("2024-01-02 00:00:00,a,1,2\n", "ColumnCount", "s3://b/two.csv, line 3: the row has 4 columns"),
    ("01/02/2024,a,1\n", "BadTimestamp", "s3://b/two.csv, line 3, column timestamp: '01/02/2024' is not a "
     "timestamp in the format yyyy-MM-dd HH:mm:ss."),
    ("2023-02-29 00:00:00,a,1\n", "BadTimestamp", "line 3, column timestamp: '2023-02-29 00:00:00'"),
    ("2024-01-02 24:00:00,a,1\n", "BadTimestamp", "line 3, column timestamp: '2024-01-02 24:00:00'"),
    ("2024-01-02 00:00:00,a,many\n", "BadNumber", "s3://b/two.csv, line 3, column target_value: 'many' is not a "
     "number (float)."),
    ('2024-01-02 00:00:00,a,"1,5"\n', "BadNumber", "line 3, column target_value: '1,5' is not a number"),
    ("2024-01-02 00:00:00,a,1_000\n", "BadNumber", "line 3, column target_value: '1_000' is not a number"),
    ("2024-01-02 00:00:00,a,inf\n", "BadNumber", "line 3, column target_value: 'inf' is infinite"),
    ("2024-01-02 00:00:00,a,1e999\n", "BadNumber", "line 3, column target_value: '1e999'"),
    ("2024-01-02 00:00:00,,1\n", "EmptyKey", "s3://b/two.csv, line 3, column item_id: the cell is empty"),
    (",a,1\n", "EmptyKey", "s3://b/two.csv, line 3, column timestamp: the cell is empty"),
    ('2024-01-02 00:00:00,"a"b,1\n', "BadQuotes", "s3://b/two.csv, line 3"),
]  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> list[Ended]:
    """Imports whose second file has the fault behind a blank line, with good rows around it."""
    folder = tmp_path_factory.mktemp("faults")

    def run(index: int, case: tuple[str, str, str]) -> Ended:
        files = {"one.csv": GOOD, "two.csv": GOOD + "\n" + case[0] + GOOD}
        return import_job(folder / str(index), files, "target", TTS, "D")

    return together(run, FAULTS)


@pytest.mark.parametrize("index", range(len(FAULTS)), ids=[case[0].strip() for case in FAULTS])
def test_first_fault_is_named(faulty: list[Ended], index: int) -> None:
    _, code, message = FAULTS[index]
    failure = faulty[index].failure
    assert failure["code"] == code
    assert message in failure["message"]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "timestamp,item_id,target_value\n"])
def test_no_rows(tmp_path: Path, content: str) -> None:
    failure = import_job(tmp_path, {"empty.csv": content}, "target", TTS, "D").failure
    assert failure == {"code": "NoData", "message": "Unable to read data from s3://b/: there are no rows of data."}


def test_no_file(tmp_path: Path) -> None:
    failure = import_job(tmp_path, {}, "target", TTS, "D").failure
    assert failure["code"] == "NoData"
    assert failure["message"] == "Unable to read data from s3://b/: there is no file at this path."


def test_line_numbers_behind_a_header_and_quoted_line_ends(tmp_path: Path) -> None:
    text = 'timestamp,item_id,target_value\n2024-01-01,"a\nb",1\n2024-01-02,a,x\n'
    message = import_job(tmp_path, {"t.csv": text}, "target", TTS, "D").failure["message"]
    assert message.startswith("s3://b/t.csv, line 4, column target_value: 'x'")


@pytest.mark.parametrize("content", [gzip.compress(GOOD.encode()), GOOD.replace("a", "ä").encode("latin-1")])
def test_compressed_files_and_other_encodings(tmp_path: Path, content: bytes) -> None:
    failure = import_job(tmp_path, {"t.csv.gz": content}, "target", TTS, "D").failure
    assert failure["code"] == "BadEncoding"
    assert "s3://b/t.csv.gz is not encoded as UTF-8" in failure["message"]


def test_a_fraction_in_an_integer_column(tmp_path: Path) -> None:
    columns = (*TTS[:2], ("target_value", "integer"))
    message = import_job(tmp_path, {"t.csv": "2024-01-01,a,1.5\n"}, "target", columns, "D").failure["message"]
    assert message == "s3://b/t.csv, line 1, column target_value: '1.5' is not an integer."


def test_dates_alone_do_not_do_for_hours(tmp_path: Path) -> None:
    failure = import_job(tmp_path, {"t.csv": "2024-01-01,a,1\n"}, "target", TTS, "H").failure
    assert failure["code"] == "BadTimestamp"
    failure = import_job(tmp_path, {"t.csv": GOOD}, "target", TTS, "H", timestampFormat="yyyy-MM-dd").failure
    assert failure["code"] == "BadTimestampFormat"


def test_a_file_name_without_letters(tmp_path: Path) -> None:
    assert import_job(tmp_path, {"2024_01": GOOD}, "target", TTS, "D").failure["code"] == "BadFileName"


def test_rows_of_related_series_that_contradict_each_other(tmp_path: Path) -> None:
    same, other = "2024-01-01,a,1\n", "2024-01-01,a,2\n"
    assert import_job(tmp_path / "same", {"r.csv": same + same}, "related", RTS, "D").report["rowCount"] == 2
    failure = import_job(tmp_path / "other", {"r.csv": same + other}, "related", RTS, "D").failure
    assert failure["code"] == "DuplicateKey"
    assert "item_id a, timestamp 2024-01-01 00:00:00" in failure["message"]


def test_parquet_that_is_none(tmp_path: Path) -> None:
    failure = import_job(tmp_path, {"t.parquet": GOOD}, "target", TTS, "D", format="PARQUET").failure
    assert failure["code"] == "UnreadableFile"
    assert failure["message"].startswith("Unable to read data from s3://b/t.parquet")


@pytest.mark.parametrize(
    ("form", "cell", "code"),
    [
        ("LAT_LONG", "47.61_-122.33", None),
        ("LAT_LONG", "US_98121", "BadGeolocation"),
        ("CC_POSTALCODE", "US_98121", None),
        ("CC_POSTALCODE", "98121", "BadGeolocation"),
    ],
)
def test_geolocation(tmp_path: Path, form: str, cell: str, code: str | None) -> None:
    columns = (*TTS, ("place", "geolocation"))
    ended = import_job(
        tmp_path, {"t.csv": f"2024-01-01,a,1,{cell}\n"}, "target", columns, "D", geolocationFormat=form
    )  # fmt: skip
    assert (ended.report["rowCount"] == 1) if code is None else (ended.failure["code"] == code)
