"""What a notebook for Amazon Forecast does, from the data to the clean-up, with boto3 alone.

The test puts its settings into `SETTINGS`: bucket, role, rows (CSV text), the predictors to train and the one
to forecast with. What is printed is a JSON document of everything that was answered.
"""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3

SETTINGS = json.loads("{}")
forecast = boto3.client("forecast")
forecastquery = boto3.client("forecastquery")
s3 = boto3.client("s3")
found = {}


def wait(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Polls like the notebooks do, and stops at the first status that is final."""
    while True:
        description = describe()
        if description["Status"] in ("ACTIVE", "CREATE_FAILED", "CREATE_STOPPED"):
            description.pop("ResponseMetadata")
            return description
        time.sleep(0.05)


def wait_till_delete(delete: Callable[[], object]) -> None:
    """Calls a delete again and again until there is nothing to delete any more."""
    while True:
        try:
            delete()
        except forecast.exceptions.ResourceNotFoundException:
            return
        except forecast.exceptions.ResourceInUseException:
            pass
        time.sleep(0.05)


def upload(key: str, text: str) -> dict[str, Any]:
    """Puts a file into the bucket and gives the DataSource to read it from."""
    s3.put_object(Bucket=SETTINGS["bucket"], Key=key, Body=text.encode())
    return {"S3Config": {"Path": f"s3://{SETTINGS['bucket']}/{key}", "RoleArn": SETTINGS["role"]}}


s3.create_bucket(Bucket=SETTINGS["bucket"])
source = upload("input/TTS.csv", SETTINGS["rows"])

dataset_arn = forecast.create_dataset(
    Domain="CUSTOM",
    DatasetType="TARGET_TIME_SERIES",
    DatasetName="notebook_target",
    DataFrequency="M",
    Schema={
        "Attributes": [
            {"AttributeName": "timestamp", "AttributeType": "timestamp"},
            {"AttributeName": "item_id", "AttributeType": "string"},
            {"AttributeName": "target_value", "AttributeType": "float"},
        ]
    },
)["DatasetArn"]
group_arn = forecast.create_dataset_group(Domain="CUSTOM", DatasetGroupName="notebook", DatasetArns=[dataset_arn])[
    "DatasetGroupArn"
]
import_arn = forecast.create_dataset_import_job(
    DatasetImportJobName="notebook_import",
    DatasetArn=dataset_arn,
    DataSource=source,
    TimestampFormat="yyyy-MM-dd hh:mm:ss",
)["DatasetImportJobArn"]
found["import"] = wait(lambda: forecast.describe_dataset_import_job(DatasetImportJobArn=import_arn))

found["predictors"] = {}
arns = {}
for name, settings in SETTINGS["predictors"].items():
    if "AlgorithmArn" in settings:
        arns[name] = forecast.create_predictor(
            PredictorName=name,
            ForecastHorizon=6,
            PerformAutoML=False,
            PerformHPO=False,
            EvaluationParameters={"NumberOfBacktestWindows": 1, "BackTestWindowOffset": 6},
            InputDataConfig={"DatasetGroupArn": group_arn},
            FeaturizationConfig={"ForecastFrequency": "M"},
            **settings,
        )["PredictorArn"]
        describe = forecast.describe_predictor
    else:
        arns[name] = forecast.create_auto_predictor(
            PredictorName=name,
            ForecastHorizon=6,
            ForecastFrequency="M",
            DataConfig={"DatasetGroupArn": group_arn},
            **settings,
        )["PredictorArn"]
        describe = forecast.describe_auto_predictor
    description = wait(partial(describe, PredictorArn=arns[name]))
    metrics = forecast.get_accuracy_metrics(PredictorArn=arns[name])
    metrics.pop("ResponseMetadata")
    found["predictors"][name] = {"description": description, "metrics": metrics}

name = SETTINGS["forecast"]
forecast_arn = forecast.create_forecast(ForecastName="notebook_forecast", PredictorArn=arns[name])["ForecastArn"]
found["forecast"] = wait(lambda: forecast.describe_forecast(ForecastArn=forecast_arn))
found["query"] = forecastquery.query_forecast(ForecastArn=forecast_arn, Filters={"item_id": "item_1"})["Forecast"]

destination = {"S3Config": {"Path": f"s3://{SETTINGS['bucket']}/export", "RoleArn": SETTINGS["role"]}}
export_arn = forecast.create_forecast_export_job(
    ForecastExportJobName="notebook_export", ForecastArn=forecast_arn, Destination=destination
)["ForecastExportJobArn"]
found["export"] = wait(lambda: forecast.describe_forecast_export_job(ForecastExportJobArn=export_arn))
backtest_arn = forecast.create_predictor_backtest_export_job(
    PredictorBacktestExportJobName="notebook_backtest", PredictorArn=arns[name], Destination=destination
)["PredictorBacktestExportJobArn"]
found["backtest"] = wait(
    lambda: forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=backtest_arn)
)
found["files"] = {}
for item in s3.list_objects_v2(Bucket=SETTINGS["bucket"], Prefix="export/")["Contents"]:
    body = s3.get_object(Bucket=SETTINGS["bucket"], Key=item["Key"])["Body"].read()
    found["files"][item["Key"]] = body.decode()

pages = forecast.get_paginator("list_predictors").paginate(
    Filters=[{"Key": "DatasetGroupArn", "Value": group_arn, "Condition": "IS"}], PaginationConfig={"PageSize": 1}
)
found["listed"] = [predictor["PredictorName"] for page in pages for predictor in page["Predictors"]]

try:
    forecast.delete_predictor(PredictorArn=arns[name])
except forecast.exceptions.ResourceInUseException as error:
    found["in_use"] = error.response["Error"]
wait_till_delete(lambda: forecast.delete_resource_tree(ResourceArn=group_arn))
wait_till_delete(lambda: forecast.delete_dataset_import_job(DatasetImportJobArn=import_arn))
wait_till_delete(lambda: forecast.delete_dataset(DatasetArn=dataset_arn))
found["left"] = [dataset for dataset in forecast.list_datasets()["Datasets"] if dataset["DatasetArn"] == dataset_arn]

print(json.dumps(found, default=lambda value: value.isoformat()))  # noqa: T201
