"""The input files as tables whose columns are those of the dataset's schema."""

from __future__ import annotations

import io
from datetime import datetime

import pandas as pd
from botocore.exceptions import ClientError

MISSING = {"NoSuchKey", "404"}


def read_csv(s3, bucket: str, key: str, since: datetime | None = None, **options) -> pd.DataFrame | None:
    """A CSV object with all values as text; None where there is no such object or nothing in it.

    An object from before `since` does not count: an earlier run left it.
    """
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
        if since is not None and answer["LastModified"] < since:
            return None
        body = answer["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    try:
        return pd.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False, **options)
    except pd.errors.EmptyDataError:
        return None


def read_parts(s3, bucket: str, prefix: str) -> pd.DataFrame | None:
    """All CSV files below a prefix, stacked; None where there are no rows."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = sorted(entry["Key"] for page in pages for entry in page.get("Contents", []))
    parts = [read_csv(s3, bucket, key) for key in keys if key.endswith(".csv")]
    rows = [part for part in parts if part is not None and len(part) > 0]
    return pd.concat(rows, ignore_index=True) if rows else None


class Dataset:
    """One input file: `rows` under the schema's names, or a `problem` that says why there are none."""

    def __init__(self, kind: str, config: dict, raw: pd.DataFrame | None) -> None:
        attributes = config.get("Schema", {}).get("Attributes", [])
        self.kind = kind
        self.frequency = config.get("DataFrequency")
        self.names = [attribute["AttributeName"] for attribute in attributes]
        self.types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in attributes}
        self.problem = None
        self.rows = raw
        if raw is None:
            self.problem = f"this run has put no input/{kind}.csv into the bucket, or an empty one"
        elif len(raw.columns) != len(self.names):
            self.problem = f"{kind}.csv has {len(raw.columns)} columns, its schema {len(self.names)}"
            self.rows = None
        else:
            raw.columns = self.names

    @property
    def time(self) -> str | None:
        """Name of the column with the timestamps."""
        return next((name for name in self.names if self.types[name] == "timestamp"), None)

    def drop_header(self, is_header: bool) -> None:
        """Leaves out the first line where it holds names."""
        if is_header and self.rows is not None:
            self.rows = self.rows.iloc[1:].reset_index(drop=True)


def parse_times(texts: pd.Series) -> pd.Series:
    """Timestamps without a zone; NaT where a text is none."""
    with_zone = texts.str.replace("Z", "", regex=False)
    times = pd.to_datetime(with_zone, errors="coerce", format="%Y-%m-%d %H:%M:%S")
    if times.isna().any():
        times = times.fillna(pd.to_datetime(with_zone.where(times.isna()), errors="coerce", format="%Y-%m-%d"))
    if times.isna().any():
        iso = pd.to_datetime(with_zone.where(times.isna()), errors="coerce", format="%Y-%m-%dT%H:%M:%S")
        times = times.fillna(iso)
    return times
