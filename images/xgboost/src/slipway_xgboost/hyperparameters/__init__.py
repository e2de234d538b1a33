"""Hyperparameters: what there is, what each may be, and what XGBoost gets of them."""

from slipway_xgboost.hyperparameters.settings import Settings, read_settings

__all__ = ["Settings", "read_settings"]
