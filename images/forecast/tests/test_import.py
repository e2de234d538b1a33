"""Step `import`: what is read from the user's files, and their statistics."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from jobs import TTS, Ended, import_job, together

ITEMS = (("item_id", "string"), ("color", "string"))
PLAIN = "2024-01-01 00:00:00,a,1\n2024-01-02 00:00:00,a,2\n"
ROWS = [(datetime(2024, 1, 1), "a", 1.0), (datetime(2024, 1, 2), "a", 2.0)]


def target(folder: Path, *contents: str | bytes, **job: object) -> Ended:
    files = {f"TTS-{number}.csv": content for number, content in enumerate(contents)}
    return import_job(folder, files, "target", TTS, "D", **job)


WAYS = {
    "plain": PLAIN,
    "no end": PLAIN.removesuffix("\n"),
    "crlf": PLAIN.replace("\n", "\r\n"),
    "bom": "\ufeff" + PLAIN,
    "blank lines": PLAIN.replace("\n", "\n\n   \n"),
    "mixed ends": PLAIN.replace("a,1\n", "a,1\r\n"),
    "quotes": '"2024-01-01 00:00:00","a","1"\n2024-01-02 00:00:00,"a",2\n',
    "dates": "2024-01-01,a,1\n2024-01-02T00:00:00,a,2\n",
    "zone": "2024-01-01T00:00:00Z,a,1.0\n2024-01-02,a,2e0\n",
    "last comma": PLAIN.replace("1\n", "1,\n"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Imports of the same rows by the way they are written."""
    folder = tmp_path_factory.mktemp("ways")
    ended = together(lambda index, content: target(folder / str(index), content), list(WAYS.values()))
    return dict(zip(WAYS, ended, strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_write_the_same_rows(written: dict[str, Ended], way: str) -> None:
    ended = written[way]
    assert ended.report["notes"] == []
    assert ended.report["rowCount"] == 2
    assert ended.rows("data.parquet") == ROWS


@pytest.mark.parametrize(
    ("mark", "header"),
    [
        ("", "timestamp,item_id,target_value"),
        ("\ufeff", "TIMESTAMP,Item ID,Target-Value"),
        ("\n\n", "date,client,demand"),
        ("\ufeff", '"when\nit was",who,what'),
    ],
)
def test_a_header_is_skipped_and_noted(tmp_path: Path, mark: str, header: str) -> None:
    ended = target(tmp_path, f"{mark}{header}\n{PLAIN}")
    assert ended.report["notes"] == ["s3://b/TTS-0.csv: the first line is a header and was skipped."]
    assert ended.rows("data.parquet") == ROWS


def test_quoted_fields_keep_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    ended = target(tmp_path, '2024-01-01 00:00:00,"a, ""b""\nc",1\n2024-01-02 00:00:00,é,2\n')
    assert [row[1] for row in ended.rows("data.parquet")] == ['a, "b"\nc', "é"]


def test_several_files_unsorted_and_with_repeated_rows(tmp_path: Path) -> None:
    """Rows stay as they are, in the order of the files: the target is aggregated in training."""
    later, earlier = PLAIN.splitlines(keepends=True)[::-1]
    ended = target(tmp_path, later + earlier, "timestamp,item_id,target_value\n" + later, earlier)
    values = [row[2] for row in ended.rows("data.parquet")]
    assert values == [2.0, 1.0, 2.0, 1.0]
    assert ended.report["notes"] == ["s3://b/TTS-1.csv: the first line is a header and was skipped."]


def test_one_empty_file_among_others_does_no_harm(tmp_path: Path) -> None:
    assert target(tmp_path, "", PLAIN).report["rowCount"] == 2


def test_missing_values_and_field_statistics(tmp_path: Path) -> None:
    rows = ["2024-01-01,a,1.5", "2024-01-02,a,", "2024-01-03,b,NaN", "2024-01-03,b,-0.5", "2024-02-29,c,1.5"]
    ended = target(tmp_path, "\n".join(rows))
    document = ended.json("statistics.json")
    assert document["RowCount"] == 5
    assert document["DataSize"] == pytest.approx(len("\n".join(rows)) / 2**30)

    def counts(**values: int) -> dict[str, int]:
        return values | {f"{name}Long": value for name, value in values.items()}

    found = document["FieldStatistics"]
    assert found["timestamp"] == counts(Count=5, CountDistinct=4, CountNull=0) | {
        "Min": "2024-01-01T00:00:00Z",
        "Max": "2024-02-29T00:00:00Z",
    }
    assert found["item_id"] == counts(Count=5, CountDistinct=3, CountNull=0)
    # The mean of 1.5, −0.5, 1.5 is 5/6; squared deviations add up to 8/3.
    assert found["target_value"] == counts(Count=4, CountDistinct=3, CountNull=1, CountNan=1) | {
        "Min": "-0.5",
        "Max": "1.5",
        "Avg": pytest.approx(5 / 6),
        "Stddev": pytest.approx((8 / 3 / 2) ** 0.5),
    }


def test_integers_are_told_without_a_fraction(tmp_path: Path) -> None:
    columns = (("timestamp", "timestamp"), ("item_id", "string"), ("target_value", "integer"))
    ended = import_job(tmp_path, {"t.csv": "2024-01-01,a,7\n2024-01-02,a,-3\n"}, "target", columns, "D")
    found = ended.json("statistics.json")["FieldStatistics"]["target_value"]
    assert (found["Min"], found["Max"], found["Avg"]) == ("-3", "7", 2.0)


@pytest.mark.parametrize("names", [("c", "a", "b"), ("timestamp", "item_id", "target_value")])
def test_parquet(tmp_path: Path, names: tuple[str, str, str]) -> None:
    """Columns in the order of the schema, whatever they are called; native timestamps and nulls."""
    source = tmp_path / "source.parquet"
    one, two, three = names
    duckdb.execute(
        f"COPY (SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) DAY AS {one}, 'a' AS {two}, "
        f"CASE WHEN i = 0 THEN 1.0 END AS {three} FROM range(2) t(i)) TO '{source}' (FORMAT parquet)"
    )
    ended = import_job(tmp_path, {"x.parquet": source.read_bytes()}, "target", TTS, "D", format="PARQUET")
    assert ended.rows("data.parquet") == [ROWS[0], (*ROWS[1][:2], None)]


def test_parquet_columns_by_name_in_another_order(tmp_path: Path) -> None:
    source = tmp_path / "source.parquet"
    duckdb.execute(
        f"COPY (SELECT 1 AS target_value, 'a' AS item_id, '2024-01-01' AS timestamp) TO '{source}' (FORMAT parquet)"
    )
    ended = import_job(tmp_path, {"x.parquet": source.read_bytes()}, "target", TTS, "D", format="PARQUET")
    assert ended.rows("data.parquet") == ROWS[:1]


def test_item_metadata_header_with_other_names(tmp_path: Path) -> None:
    """The first item is none of the target's, all others are: it is a header."""
    items = target(tmp_path / "tts", "2024-01-01,a,1\n2024-01-01,b,1\n")
    job = {"targetFiles": [str(items.out / "data.parquet")]}
    text = "product,shade\na,red\nb,\n"
    ended = import_job(tmp_path / "im", {"im.csv": text}, "metadata", ITEMS, None, **job)
    assert ended.rows("data.parquet") == [("a", "red"), ("b", None)]
    assert len(ended.report["notes"]) == 1
    alone = import_job(tmp_path / "alone", {"im.csv": text}, "metadata", ITEMS, None)
    assert alone.report["rowCount"] == 3
