"""Filling of gaps: against an implementation that walks along one series."""

from __future__ import annotations

import math
import random
import statistics

import numpy as np
import pytest

from slipway_forecast.data.filling import Filling, Method, fill_related, fill_target, read_filling
from slipway_forecast.errors import UserError

METHODS = ("zero", "nan", "value", "mean", "median", "min", "max")
STATISTICS = {"mean": statistics.fmean, "median": statistics.median, "min": min, "max": max}
CONSTANT = 2.5


def expected(row: list[float | None], middle: str, back: str) -> tuple[list[float | None], list[bool]]:
    """Values and what counts, by the rules of the developer guide."""
    known = [t for t, value in enumerate(row) if value is not None]
    out, counts = list(row), [value is not None for value in row]
    for t in range(known[0] if known else len(row), len(row)):
        if row[t] is not None:
            continue
        method = middle if t < known[-1] else back
        begin = t
        while row[begin - 1] is None:
            begin -= 1
        before = [value for value in out[max(0, begin - 64) : begin] if value is not None]
        if method in STATISTICS:
            out[t] = STATISTICS[method](before) if before else 0.0
        elif method != "nan":
            out[t] = 0.0 if method == "zero" else CONSTANT
        counts[t] = method == "zero"
    return out, counts


@pytest.mark.parametrize("middle", METHODS)
@pytest.mark.parametrize("back", METHODS)
def test_equal_to_the_rules(middle: str, back: str) -> None:
    """Series of 90 buckets from full to empty, so that gaps are longer and shorter than the 64 entries looked at."""
    source = random.Random(f"{middle} {back}")
    rows = [
        [float(source.randint(-50, 50)) if source.random() < density else None for _ in range(90)]
        for density in (1.0, 0.9, 0.5, 0.1, 0.03, 0.01, 0.0)
    ]
    values = np.array([[math.nan if v is None else v for v in row] for row in rows])
    known = [[t for t, v in enumerate(row) if v is not None] for row in rows]
    first = np.array([own[0] if own else 90 for own in known])
    last = np.array([own[-1] if own else -1 for own in known])
    filling = Filling(*(Method(name, CONSTANT if name == "value" else 0.0) for name in (middle, back)))
    filled, counted = fill_target(values, first, last, filling)
    for row, (own, counts) in enumerate(zip(filled.tolist(), counted.tolist(), strict=True)):
        wanted, wanted_counts = expected(rows[row], middle, back)
        assert own == pytest.approx([math.nan if v is None else v for v in wanted], nan_ok=True)
        if known[row]:
            assert counts == wanted_counts


def test_related_gaps_are_filled_one_after_the_other() -> None:
    """A back gap is filled before the future one, which then looks at it; without a method the gap stays."""
    values = np.array([[1.0, math.nan, 4.0, math.nan, math.nan]])
    middle, back, future = (np.array([[t in at for t in range(5)]]) for at in ((1,), (3,), (4,)))
    whole = Filling(Method("max"), Method("min"), Method("mean"))
    assert fill_related(values, middle, back, future, whole).tolist() == [[1, 1, 4, 1, 1.75]]
    part = fill_related(values, middle, back, future, Filling(None, Method("zero"), None))
    assert part[0].tolist() == pytest.approx([1, math.nan, 4, 0, math.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("raw", "is_target"),
    [
        ({"middlefill": "zeros"}, True),
        ({"middlefill": "value"}, True),
        ({"middlefill": "value", "middlefill_value": "two"}, True),
        ({"frontfill": "zero"}, True),
        ({"futurefill": "zero"}, True),
        ({"aggregation": "median"}, True),
        ({"middlefil": "zero"}, True),
        ({"middlefill": "nan"}, False),
        ({"aggregation": "sum"}, False),
        ({"frontfill": "none"}, False),
    ],
)
def test_settings_that_do_not_exist(raw: dict[str, str], is_target: bool) -> None:
    with pytest.raises(UserError) as caught:
        read_filling(raw, "price", is_target)
    assert caught.value.code == "BadFeaturization"
    assert "price" in caught.value.message
