"""All hyperparameters of the algorithm by name.

Types and ranges: the open-source container's own declaration
(https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html).
"""

from __future__ import annotations

from slipway_xgboost.hyperparameters.kinds import Choice, Kind, Nested, Number
from slipway_xgboost.metrics import METRIC_NAMES

OBJECTIVES = (
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "reg:linear",
    "reg:squarederror",
    "reg:logistic",
    "reg:gamma",
    "reg:pseudohubererror",
    "reg:squaredlogerror",
    "reg:absoluteerror",
    "reg:tweedie",
    "survival:aft",
    "survival:cox",
)
UPDATERS = (
    "grow_colmaker",
    "distcol",
    "grow_histmaker",
    "grow_skmaker",
    "grow_quantile_histmaker",
    "sync",
    "refresh",
    "prune",
    "shotgun",
    "coord_descent",
)

ALIASES = {
    "learning_rate": "eta",
    "min_split_loss": "gamma",
    "reg_lambda": "lambda",
    "reg_alpha": "alpha",
}

_FRACTION = Number(float, 0, 1)
_SHARE = Number(float, 0, 1, open_low=True)
_NOT_NEGATIVE = Number(float, 0)
_SWITCH = Number(int, 0, 1)
_COUNT = Number(int, 0)
_POSITIVE_COUNT = Number(int, 1)
_BOOLEAN = Choice(("true", "false"))

HYPERPARAMETERS: dict[str, Kind] = {
    "num_round": _POSITIVE_COUNT,
    "csv_weights": _SWITCH,
    "early_stopping_rounds": _POSITIVE_COUNT,
    "booster": Choice(("gbtree", "gblinear", "dart")),
    "verbosity": Number(int, 0, 3),
    "nthread": _POSITIVE_COUNT,
    "eta": _FRACTION,
    "gamma": _NOT_NEGATIVE,
    "max_depth": _COUNT,
    "min_child_weight": _NOT_NEGATIVE,
    "max_delta_step": _NOT_NEGATIVE,
    "subsample": _SHARE,
    "colsample_bytree": _SHARE,
    "colsample_bylevel": _SHARE,
    "colsample_bynode": _SHARE,
    "lambda": _NOT_NEGATIVE,
    "alpha": _NOT_NEGATIVE,
    "tree_method": Choice(("auto", "exact", "approx", "hist", "gpu_hist")),
    "sketch_eps": Number(float, 0, 1, open_low=True, open_high=True),
    "scale_pos_weight": Number(float, 0, open_low=True),
    "updater": Choice(UPDATERS, many=True),
    "dsplit": Choice(("row", "col")),
    "refresh_leaf": _SWITCH,
    "process_type": Choice(("default", "update")),
    "grow_policy": Choice(("depthwise", "lossguide")),
    "max_leaves": _COUNT,
    "max_bin": _COUNT,
    "predictor": Choice(("auto", "cpu_predictor", "gpu_predictor")),
    "monotone_constraints": Nested(-1, 1),
    "interaction_constraints": Nested(1, depth=2),
    "sample_type": Choice(("uniform", "weighted")),
    "normalize_type": Choice(("tree", "forest")),
    "rate_drop": _FRACTION,
    "skip_drop": _FRACTION,
    "one_drop": _SWITCH,
    "lambda_bias": _FRACTION,
    "tweedie_variance_power": Number(float, 1, 2, open_low=True, open_high=True),
    "objective": Choice(OBJECTIVES),
    "num_class": Number(int, 2),
    "base_score": _NOT_NEGATIVE,
    "seed": Number(int, -(2**31), 2**31 - 1, open_low=True, open_high=True),
    "num_parallel_tree": _POSITIVE_COUNT,
    "save_model_on_termination": _BOOLEAN,
    "aft_loss_distribution": Choice(("normal", "logistic", "extreme")),
    "aft_loss_distribution_scale": _NOT_NEGATIVE,
    "deterministic_histogram": _BOOLEAN,
    "sampling_method": Choice(("uniform", "gradient_based")),
    "prob_buffer_row": Number(float, 1, open_low=True),
    "use_dask_gpu_training": _BOOLEAN,
    "_kfold": Number(int, 2),
    "_num_cv_round": _POSITIVE_COUNT,
    "_tuning_objective_metric": Choice(
        tuple(f"{channel}:{name}" for channel in ("validation", "train") for name in METRIC_NAMES)
    ),
    "silent": _SWITCH,
}

# What belongs to this program rather than to XGBoost, or what XGBoost has no longer.
NOT_FOR_XGBOOST = {
    "num_round",
    "csv_weights",
    "early_stopping_rounds",
    "eval_metric",
    "sketch_eps",
    "dsplit",
    "predictor",
    "lambda_bias",
    "save_model_on_termination",
    "deterministic_histogram",
    "prob_buffer_row",
    "use_dask_gpu_training",
    "_tuning_objective_metric",
    "silent",
}
