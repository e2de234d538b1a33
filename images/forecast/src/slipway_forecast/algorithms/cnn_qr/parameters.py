"""Training parameters of CNN-QR: Amazon Forecast developer guide, "CNN-QR Algorithm"."""

from __future__ import annotations

from ..interface import Parameter, Range

PARAMETERS = (
    Parameter(
        "context_length",
        "integer",
        None,
        minimum=1,
        description="Number of latest observations to look at; default: twice the horizon.",
        tunable=True,
        default_horizons=2,
    ),
    Parameter(
        "use_related_data",
        "choice",
        "ALL",
        choices=("ALL", "NONE", "HISTORICAL", "FORWARD_LOOKING"),
        description="Which related time series are looked at; holidays are forward-looking.",
        tunable=True,
    ),
    Parameter(
        "use_item_metadata",
        "choice",
        "ALL",
        choices=("ALL", "NONE"),
        description="Whether item metadata are looked at.",
        tunable=True,
    ),
    Parameter(
        "epochs",
        "integer",
        "100",
        minimum=1,
        description="Most passes of training; it ends earlier when nothing is learnt any more.",
    ),
)


def usual_ranges(horizon: int) -> tuple[Range, ...]:
    """What is tuned where the request does not say: the ranges the developer guide recommends."""
    return (
        Range("context_length", 2 * horizon, 12 * horizon),
        Range("use_related_data", values=("ALL", "NONE", "HISTORICAL", "FORWARD_LOOKING")),
        Range("use_item_metadata", values=("ALL", "NONE")),
    )
