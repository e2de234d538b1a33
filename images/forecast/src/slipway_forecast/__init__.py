"""The forecasting engine of Slipway: import, train, forecast, export as separate, restartable steps."""
