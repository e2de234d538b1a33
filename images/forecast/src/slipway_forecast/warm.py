"""`python -m slipway_forecast warm`: loads everything once after an environment has been made."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "numpy",
    "duckdb",
    "lightgbm",
    "holidays",
    "slipway_forecast.steps.import_data",
    "slipway_forecast.steps.train",
    "slipway_forecast.steps.forecast",
    "slipway_forecast.steps.export",
    "slipway_forecast.steps.backtest_export",
)
# Modules of the environments that have more than the others.
_FURTHER = {
    "neural": ("torch", "slipway_forecast.algorithms.cnn_qr.model", "slipway_forecast.algorithms.deep_ar.model"),
    "prophet": ("prophet",),
}


def run(environments: list[str]) -> None:
    """Imports every module, so that byte code is cached; fails naming the one that cannot be loaded."""
    for name in (*_MODULES, *(module for each in environments for module in _FURTHER[each])):
        try:
            import_module(name)
        except (ImportError, OSError) as error:
            hint = (
                " (LightGBM needs the OpenMP runtime: install libgomp1, on a Mac libomp)" if name == "lightgbm" else ""
            )
            raise SystemExit(f"{name} cannot be loaded: {error}{hint}") from error
