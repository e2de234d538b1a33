"""Writes report/<uid>.html: what the run did, what the data is like, how good the forecast is. Yours to edit.

Change what the page shows in `transform`. Reading, figures and page are in the package forecast_report,
which comes as an archive beside this script. It reads only what the run left: input/*.csv,
forecast/<uid>.csv, backtest/<uid>/ and the execution's history.
"""

import json
import sys
import tempfile
from pathlib import Path

import boto3
from awsglue.utils import getResolvedOptions

LARGEST_PAGE = 15_000_000


def transform(data: dict) -> dict:
    """Your own changes to the report's data before the page is made of it.

    For example, leave a remark for its readers:

        data["remarks"].append("Prices are net of tax.")
        return data
    """
    return data


def main() -> None:
    options = getResolvedOptions(
        sys.argv, ["bucket", "uid", "execution_arn", "run", "steps", "parts_bucket", "parts_key"]
    )
    bucket, uid = options["bucket"], options["uid"]
    s3 = boto3.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "parts.zip"
        s3.download_file(options["parts_bucket"], options["parts_key"], str(archive))
        sys.path.insert(0, str(archive))
        text = make(s3, bucket, options)
    s3.put_object(Bucket=bucket, Key=f"report/{uid}.html", Body=text, ContentType="text/html; charset=utf-8")
    print(f"report/{uid}.html: {len(text)} bytes")


def make(s3, bucket: str, options: dict) -> bytes:
    """The page; with fewer numbers in its plots where it would become too large to open quickly."""
    from forecast_report.execution import read_history
    from forecast_report.page import page
    from forecast_report.report import BUDGET, report_data

    events = read_history(boto3.client("stepfunctions"), options["execution_arn"])
    run = {**json.loads(options["run"]), "uid": options["uid"], "execution": options["execution_arn"]}
    budget = BUDGET
    while True:
        text = page(transform(report_data(s3, bucket, run, events, json.loads(options["steps"]), budget)))
        if len(text) < LARGEST_PAGE or budget < BUDGET / 8:
            return text
        budget //= 2


if __name__ == "__main__":
    main()
