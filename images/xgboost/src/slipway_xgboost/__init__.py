"""SageMaker's built-in XGBoost algorithm."""
