"""A global gradient-boosted quantile model: all series teach one model of the next H steps.

One LightGBM model per quantile level, direct over all steps (the step is a feature), everything relative to the
origin so that series of any unit learn from each other. Ke et al. (2017), "LightGBM: a highly efficient gradient
boosting decision tree". This is the candidate of the AutoPredictor that the algorithms of Amazon Forecast lack.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...panel import Floats, Panel
from ..distribution import change_levels, mean_of_quantiles
from ..interface import Forecast, Options
from ..local import clip_to_history
from .features import Design, Rows, design
from .sampling import training_rows

if TYPE_CHECKING:
    import lightgbm

BASE_LEVELS = (0.1, 0.5, 0.9)
# Overlapping windows repeat the same observations, the more so the longer the horizon: beyond about √H rows for
# each observation, and beyond these many, nothing new was learnt on the data sets of the benchmark.
_MOST_ROWS = 60_000
_ENOUGH_ROWS = 10_000
_FEWEST_ROWS = 40
_ROUNDS, _RATE = 250, 0.05
# A quick fit is a little less accurate, which is enough to weigh candidates by.
_QUICK_ROUNDS, _QUICK_RATE = 150, 0.08
_LEAVES = 15
_SEED = 7
# Targets farther out than this many scales are outliers of the scale, not of the series.
_LARGEST_TARGET = 30.0
_PREDICT_CHUNK = 200_000


def problem() -> str | None:
    """Why LightGBM cannot be loaded on this machine; None if it can."""
    try:
        import lightgbm  # noqa: F401
    except (ImportError, OSError) as error:
        return f"{error}; LightGBM needs the OpenMP runtime (on Debian the package libgomp1, on a Mac libomp)"
    return None


@dataclass(frozen=True)
class BoostingModel:
    """Fitted boosters, one per level in ascending order; none if the panel was too short to train on."""

    levels: tuple[float, ...]
    boosters: tuple[Any, ...]
    volatility_scale: bool
    horizon: int

    def predict(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
        """Predicts from the end of `panel`, which may be newer than the one trained on."""
        steps = min(horizon, self.horizon)
        quantiles = np.full((panel.size, horizon, len(self.levels)), np.nan)
        alive = np.flatnonzero(panel.first < panel.length)
        width = max(1, _PREDICT_CHUNK // steps)
        for start in range(0, alive.size if self.boosters else 0, width):
            rows = alive[start : start + width]
            series = np.repeat(np.arange(rows.size), steps)
            origin = np.full(series.size, panel.length - 1)
            cut = design(
                panel.select(rows),
                Rows(series, origin, np.tile(np.arange(1, steps + 1), rows.size)),
                self.volatility_scale,
            )
            for column, booster in enumerate(self.boosters):
                value = booster.predict(cut.matrix) * cut.scale + cut.base
                quantiles[rows, :steps, column] = value.reshape(rows.size, steps)
        quantiles.sort(axis=2)
        mean = mean_of_quantiles(quantiles, self.levels)
        wanted = np.sort(change_levels(quantiles, self.levels, levels), axis=2)
        return clip_to_history(Forecast(levels, wanted, mean), panel)

    def save(self, folder: Path) -> None:
        """Writes `boosting.json` and one LightGBM text file per level."""
        head = {
            "levels": self.levels,
            "volatilityScale": self.volatility_scale,
            "horizon": self.horizon,
            "fitted": bool(self.boosters),
        }
        (folder / "boosting.json").write_text(json.dumps(head), encoding="utf-8")
        for level, booster in zip(self.levels, self.boosters, strict=False):
            (folder / f"boosting-{level:g}.txt").write_text(booster.model_to_string(), encoding="utf-8")


@dataclass(frozen=True)
class Boosting:
    """The algorithm. Options: `levels` (trained besides BASE_LEVELS), `quick` (fewer rounds)."""

    name: str
    volatility_scale: bool
    parameters: tuple = ()

    def fit(self, panel: Panel, horizon: int, options: Options) -> BoostingModel:
        """Trains on windows inside `panel`, on one thread: several models are fitted side by side instead."""
        levels = tuple(sorted({*BASE_LEVELS, *options.get("levels", ())}))
        observed = int((~np.isnan(panel.values)).sum())
        wanted = min(_MOST_ROWS, max(_ENOUGH_ROWS, int(observed * horizon**0.5)))
        rows = training_rows(panel, horizon, wanted, _SEED)
        if rows.series.size < _FEWEST_ROWS:
            return BoostingModel(levels, (), self.volatility_scale, horizon)
        made = design(panel, rows, self.volatility_scale)
        target = panel.values[rows.series, rows.origin + rows.step]
        target = np.clip((target - made.base) / made.scale, -_LARGEST_TARGET, _LARGEST_TARGET)
        boosters = _train(made, target, levels, bool(options.get("quick", False)))
        return BoostingModel(levels, boosters, self.volatility_scale, horizon)

    def load(self, folder: Path, options: Options) -> BoostingModel:  # noqa: ARG002
        """Reads what `BoostingModel.save` wrote."""
        import lightgbm

        head = json.loads((folder / "boosting.json").read_text(encoding="utf-8"))
        levels = tuple(head["levels"])
        boosters = (
            tuple(lightgbm.Booster(model_file=str(folder / f"boosting-{level:g}.txt")) for level in levels)
            if head["fitted"]
            else ()
        )
        return BoostingModel(levels, boosters, head["volatilityScale"], head["horizon"])


def _train(made: Design, target: Floats, levels: tuple[float, ...], quick: bool) -> tuple[lightgbm.Booster, ...]:
    # Imported here: it takes half a second, which steps and algorithms without it need not wait for.
    import lightgbm

    settings = {
        "objective": "quantile",
        "learning_rate": _QUICK_RATE if quick else _RATE,
        "num_leaves": min(_LEAVES, max(4, target.size // 40)),
        "min_data_in_leaf": 20,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "extra_trees": True,
        "max_bin": 127,
        "feature_pre_filter": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": _SEED,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(
        made.matrix,
        target,
        feature_name=made.names,
        categorical_feature=made.categorical,
        params=settings,
        free_raw_data=False,
    )
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    return tuple(lightgbm.train({**settings, "alpha": level}, data, rounds) for level in levels)


BOOSTING = Boosting("boosting", volatility_scale=True)
"""Changes measured in units of their usual size: strongest where volatility differs between series."""

BOOSTING_LEVEL = Boosting("boosting-level", volatility_scale=False)
"""Changes measured in units of the size of the series."""
