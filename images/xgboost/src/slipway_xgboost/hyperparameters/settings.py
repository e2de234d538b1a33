"""Reads a request's hyperparameters and says what XGBoost gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway_contract.errors import CustomerError
from slipway_xgboost.hyperparameters.schema import ALIASES, HYPERPARAMETERS, NOT_FOR_XGBOOST
from slipway_xgboost.metrics import OWN_METRICS, base_name, is_known

if TYPE_CHECKING:
    from slipway_xgboost.versions import ImageVersion

DEFAULT_OBJECTIVE = "reg:squarederror"


@dataclass(frozen=True)
class Settings:
    """What a training needs of its hyperparameters."""

    rounds: int
    early_stopping_rounds: int | None
    #: Metrics in the order of the request, or the objective's own when it named none.
    metrics: list[str]
    csv_weights: bool
    save_on_termination: bool
    objective: str
    #: XGBoost's own parameters.
    parameters: dict[str, Any]

    @property
    def own_metrics(self) -> list[str]:
        """Metrics that XGBoost does not have."""
        return [name for name in self.metrics if name in OWN_METRICS]


def read_settings(given: dict[str, str], version: ImageVersion) -> Settings:
    """Checks all hyperparameters.

    Raises:
        CustomerError: naming the hyperparameter at fault.
    """
    values = {}
    for name, text in given.items():
        key = ALIASES.get(name, name)
        if key == "eval_metric":
            values[key] = _metrics(text)
        elif key in HYPERPARAMETERS:
            values[key] = HYPERPARAMETERS[key].read(name, text)
        else:
            raise CustomerError(f"Extraneous hyperparameter found: {name}")
    if "num_round" not in values:
        raise CustomerError("Missing required hyperparameter: num_round")
    _check_version(values, version)
    objective = _objective(values)
    metrics = values.get("eval_metric") or _default_metrics(objective, version)
    _check_metrics(metrics, objective)
    parameters = {key: value for key, value in values.items() if key not in NOT_FOR_XGBOOST}
    parameters["objective"] = objective
    if parameters.get("tree_method") == "gpu_hist":
        print("tree_method gpu_hist: there is no GPU for it here, hist is used", flush=True)
        parameters["tree_method"] = "hist"
    if library := [name for name in metrics if name not in OWN_METRICS]:
        parameters["eval_metric"] = library
    elif metrics:
        parameters["disable_default_eval_metric"] = 1
    return Settings(
        rounds=values["num_round"],
        early_stopping_rounds=values.get("early_stopping_rounds"),
        metrics=metrics,
        csv_weights=values.get("csv_weights") == 1,
        save_on_termination=values.get("save_model_on_termination") == "true",
        objective=objective,
        parameters=parameters,
    )


def _metrics(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not is_known(name):
            raise CustomerError(f"Hyperparameter eval_metric: {name} is not one of the algorithm's metrics")
    return names


def _objective(values: dict[str, Any]) -> str:
    objective = values.get("objective", DEFAULT_OBJECTIVE)
    if objective.startswith("multi:") and "num_class" not in values:
        raise CustomerError("Require input for parameter 'num_class' for multi-classification")
    if not objective.startswith("multi:") and "num_class" in values:
        raise CustomerError(f"Do not need to setup parameter 'num_class' for learning task {objective}")
    # The old name; the library has it no longer.
    return DEFAULT_OBJECTIVE if objective == "reg:linear" else objective


def _default_metrics(objective: str, version: ImageVersion) -> list[str]:
    return ["error"] if objective == "binary:logistic" and version.counts_errors else []


def _check_metrics(metrics: list[str], objective: str) -> None:
    names = {base_name(name) for name in metrics}
    if "auc" in names and not objective.startswith(("binary:", "rank:")):
        raise CustomerError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in names and objective != "survival:aft":
        raise CustomerError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")


def _check_version(values: dict[str, Any], version: ImageVersion) -> None:
    """Each version of the image knows its own hyperparameters."""
    if "silent" in values and not version.knows_silent:
        raise CustomerError(
            "Extraneous hyperparameter found: silent "
            "(known to the tags 1, 0.90-1, 0.90-2 and 1.0-1; use verbosity)"
        )
    if values.keys() & {"_kfold", "_num_cv_round"}:
        if not version.knows_cross_validation:
            raise CustomerError("Extraneous hyperparameter found: _kfold (known to the tags from 1.2-2 on)")
        raise CustomerError(
            "Hyperparameter _kfold: cross-validation is not supported by this version of Slipway"
        )
    if "use_dask_gpu_training" in values and not version.knows_dask:
        raise CustomerError(
            "Extraneous hyperparameter found: use_dask_gpu_training (known to the tags from 1.5-1 on)"
        )
    if values.get("use_dask_gpu_training") == "true":
        raise CustomerError("Hyperparameter use_dask_gpu_training: there is no GPU for it here")
    if values.get("objective") == "reg:absoluteerror" and not version.knows_absolute_error:
        raise CustomerError(
            "Hyperparameter objective: reg:absoluteerror is not in this image "
            "(known to the tags from 1.7-1 on)"
        )
