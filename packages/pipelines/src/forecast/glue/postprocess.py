"""Merges the exported forecast into one file. This file is yours to edit.

Amazon Forecast exports a forecast in parts. This job stacks them, sorts the rows, and writes
forecast/<uid>.csv. Put your own postprocessing into `transform`.
"""

import io
import sys

import boto3
import pandas
from awsglue.utils import getResolvedOptions


def transform(forecast: pandas.DataFrame) -> pandas.DataFrame:
    """Your own postprocessing of the whole forecast, one row per item (and dimension) and date.

    Columns are the item's identifier, the dimensions, `date`, and one per forecast type (p10, p50, mean …).
    """
    return forecast


class NothingExported(Exception):
    """The export folder has no rows to merge."""


def main() -> None:
    options = getResolvedOptions(sys.argv, ["bucket", "uid"])
    bucket, uid = options["bucket"], options["uid"]
    s3 = boto3.client("s3")
    forecast = transform(merge(s3, bucket, f"export/{uid}/"))
    text = forecast.to_csv(index=False)
    s3.put_object(Bucket=bucket, Key=f"forecast/{uid}.csv", Body=text.encode(), ContentType="text/csv")
    print(f"forecast/{uid}.csv: {len(forecast)} rows")


def merge(s3, bucket: str, prefix: str) -> pandas.DataFrame:
    """Stacks all parts below the prefix and sorts by identifier, dimensions and date.

    Values stay the text that was exported, so nothing is rounded. Parts may have a header only.
    """
    parts = [read_part(s3, bucket, key) for key in part_keys(s3, bucket, prefix)]
    rows = [part for part in parts if len(part) > 0]
    if not rows:
        raise NothingExported(f"s3://{bucket}/{prefix} has {len(parts)} CSV files and no forecast rows in them")
    forecast = pandas.concat(rows, ignore_index=True)
    keys = list(forecast.columns[: list(forecast.columns).index("date") + 1])
    return forecast.sort_values(keys, kind="stable", ignore_index=True)


def part_keys(s3, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sorted(entry["Key"] for page in pages for entry in page.get("Contents", []) if entry["Key"].endswith(".csv"))


def read_part(s3, bucket: str, key: str) -> pandas.DataFrame:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return pandas.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False)


if __name__ == "__main__":
    main()
