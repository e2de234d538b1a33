"""The fifteen forms of exponential smoothing that automatic selection considers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Form:
    """Error A or M, trend N, A or Ad, season N, A or M."""

    error: str
    trend: str
    season: str

    @property
    def needs_positive(self) -> bool:
        """Multiplicative parts are only defined for positive data."""
        return self.error == "M" or self.season == "M"

    def parameter_count(self, m: int) -> int:
        """Everything estimated: smoothing parameters, initial states and the error variance."""
        trend = {"N": 0, "A": 2, "Ad": 3}[self.trend]
        return 3 + trend + (m if self.season != "N" else 0)

    def __str__(self) -> str:
        return f"ETS({self.error},{self.trend},{self.season})"


# Additive error with multiplicative season is left out for its instability, as R's ets does by default.
FORMS = tuple(
    Form(error, trend, season)
    for season, error, trend in product("NAM", "AM", ("N", "A", "Ad"))
    if not (error == "A" and season == "M")
)
