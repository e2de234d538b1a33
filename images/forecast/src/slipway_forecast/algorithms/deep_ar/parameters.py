"""Training parameters of DeepAR+: Amazon Forecast developer guide, "DeepAR+ Algorithm"."""

from __future__ import annotations

from ..interface import Parameter, Range

LIKELIHOODS = ("beta", "deterministic-L1", "gaussian", "negative-binomial", "piecewise-linear", "student-T")

PARAMETERS = (
    Parameter(
        "context_length",
        "integer",
        None,
        minimum=1,
        description="Number of observations the network reads before it predicts; default: twice the horizon.",
        tunable=True,
        default_horizons=2,
    ),
    Parameter(
        "epochs",
        "integer",
        "500",
        minimum=1,
        description="Most passes of training; it ends earlier when nothing is learnt any more.",
    ),
    Parameter(
        "learning_rate",
        "number",
        "0.001",
        exclusive_minimum=0,
        description="Step size of the optimiser.",
        tunable=True,
    ),
    Parameter(
        "learning_rate_decay",
        "number",
        "0.5",
        exclusive_minimum=0,
        exclusive_maximum=1,
        description="Factor by which the learning rate is reduced when nothing is learnt any more.",
    ),
    Parameter(
        "likelihood",
        "choice",
        "student-T",
        choices=LIKELIHOODS,
        description="Distribution of a value: beta for 0 to 1, negative-binomial for counts, others for any number.",
    ),
    Parameter(
        "max_learning_rate_decays",
        "integer",
        "0",
        minimum=0,
        description="How often the learning rate is reduced at most.",
    ),
    Parameter(
        "num_averaged_models",
        "integer",
        "1",
        minimum=1,
        description="Number of best states of training whose weights are averaged.",
    ),
    Parameter("num_cells", "integer", "40", minimum=1, description="Width of a recurrent layer.", tunable=True),
    Parameter("num_layers", "integer", "2", minimum=1, description="Number of recurrent layers.", tunable=True),
)


def usual_ranges(horizon: int) -> tuple[Range, ...]:
    """What is tuned where the request does not say: the ranges the developer guide recommends."""
    return (
        Range("context_length", -(-horizon // 10), min(200, 10 * horizon)),
        Range("learning_rate", 1e-4, 1e-1, "Logarithmic"),
    )
