"""Backtests: windows at the end of the data, forecasts made before them, and what became of them."""
