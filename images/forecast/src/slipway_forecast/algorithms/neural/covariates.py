"""Related time series as network inputs: comparable numbers, zero where unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...panel import Covariate, Floats, Panel

# Outliers of a feature must not throw the network off.
_LARGEST = 5.0
# Categories beyond these many share a column.
_MOST_CATEGORIES = 16


@dataclass(frozen=True)
class Norm:
    """Mean and standard deviation of one feature over all series, as it was when the network was trained."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, values: Floats) -> Norm:
        """From the known values; 0 and 1 where there are none."""
        known = values[~np.isnan(values)]
        if known.size == 0:
            return cls(0.0, 1.0)
        deviation = float(known.std())
        return cls(float(known.mean()), deviation if deviation > 0 else 1.0)


def norms_of(panel: Panel) -> tuple[Norm, ...]:
    """A norm for each feature of the panel."""
    return tuple(Norm.of(covariate.values) for covariate in panel.covariates)


def channels(panel: Panel, norms: tuple[Norm, ...], forward_looking: bool) -> np.ndarray:
    """(N, buckets + future, C) float32 of the features that are (not) known ahead; C = 0 if there are none."""
    parts = [
        _categories(covariate) if covariate.categories is not None else _numbers(covariate, norm)
        for covariate, norm in zip(panel.covariates, norms, strict=True)
        if covariate.forward_looking == forward_looking
    ]
    if not parts:
        return np.zeros((panel.size, panel.length, 0), dtype=np.float32)
    return np.concatenate(parts, axis=2)


def _numbers(covariate: Covariate, norm: Norm) -> np.ndarray:
    """Compared with all series, and with the series' own values."""
    values = covariate.values
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / count
    deviation = np.sqrt(np.where(known, (values - mean) ** 2, 0.0).sum(axis=1, keepdims=True) / count)
    own = (values - mean) / np.where(deviation > 0, deviation, norm.deviation)
    both = np.stack([(values - norm.mean) / norm.deviation, own], axis=2)
    return np.where(np.isnan(both), 0.0, np.clip(both, -_LARGEST, _LARGEST)).astype(np.float32)


def _categories(covariate: Covariate) -> np.ndarray:
    """One column a category."""
    count = min(len(covariate.categories or ()), _MOST_CATEGORIES)
    codes = np.minimum(covariate.values, count - 1)
    return (codes[:, :, None] == np.arange(count)).astype(np.float32)
