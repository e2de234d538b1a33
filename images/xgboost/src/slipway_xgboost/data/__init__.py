"""Input data: finding a channel's files and reading them as XGBoost's matrices."""

from slipway_xgboost.data.channels import load_channel

__all__ = ["load_channel"]
