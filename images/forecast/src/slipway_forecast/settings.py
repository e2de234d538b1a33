"""Settings of a predictor, read from a job or from the artefact of a finished training."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .data.filling import DEFAULT_TARGET, Filling, read_filling
from .data.holiday_calendar import holiday_country
from .data.schema import Schema
from .errors import JobError, UserError
from .frequency import Frequency
from .job import Fields

METRICS = ("AverageWeightedQuantileLoss", "WAPE", "RMSE", "MASE", "MAPE")
DEFAULT_TYPES = ("0.1", "0.5", "0.9")
_ALGORITHM_PREFIX = "arn:aws:forecast:::algorithm/"
_MOST_WINDOWS = 5


@dataclass(frozen=True)
class ForecastTypes:
    """Quantile levels in ascending order, and whether the mean is asked for."""

    levels: tuple[float, ...]
    mean: bool

    @classmethod
    def parse(cls, texts: list[str]) -> ForecastTypes:
        """`["0.10", ".5", "mean"]` → levels and mean. UserError `BadForecastType`."""
        levels: set[float] = set()
        for text in texts:
            if text == "mean":
                continue
            try:
                percent = round(float(text) * 100, 6)
            except ValueError:
                percent = 0.0
            if not 1 <= percent <= 99 or percent != int(percent):
                raise UserError(
                    "BadForecastType",
                    f"Forecast type '{text}' is not valid: give a quantile from 0.01 to 0.99 in steps of 0.01, "
                    "or mean.",
                )
            levels.add(int(percent) / 100)
        return cls(tuple(sorted(levels)), "mean" in texts)

    def columns(self) -> list[str]:
        """Names in files: `p10` … in ascending order, `mean` last."""
        return [f"p{round(level * 100)}" for level in self.levels] + ["mean"] * self.mean


@dataclass(frozen=True)
class Settings:
    """Everything about a predictor that does not come from the data.

    `algorithm` is the last part of the algorithm's ARN, None for the AutoPredictor and for AutoML, which chooses one.
    `tune` asks for tuning within `ranges`, HPOConfig's ParameterRanges; without any, within usual ones.
    """

    domain: str
    algorithm: str | None
    horizon: int
    frequency: str
    dimensions: tuple[str, ...]
    types: tuple[str, ...]
    metric: str
    windows: int
    offset: int
    boundary: dict[str, Any]
    transformations: dict[str, dict[str, Any]]
    holiday: str | None
    training: dict[str, str]
    retrain: bool
    tune: bool = False
    ranges: dict[str, Any] = field(default_factory=dict)
    automl: bool = False

    @classmethod
    def read(cls, predictor: Fields, domain: str) -> Settings:
        """From the `predictor` member of a train job, defaults filled in; UserError for values out of range."""
        arn = predictor.optional_text("algorithmArn")
        horizon = predictor.integer("forecastHorizon")
        evaluation = predictor.mapping("evaluationParameters")
        metric = predictor.text("optimizationMetric", METRICS[0])
        if metric not in METRICS:
            raise UserError("BadMetric", f"OptimizationMetric '{metric}' is not one of {', '.join(METRICS)}.")
        made = cls(
            domain=domain,
            algorithm=None if arn is None else arn.removeprefix(_ALGORITHM_PREFIX),
            horizon=horizon,
            frequency=predictor.text("forecastFrequency"),
            dimensions=tuple(predictor.texts("forecastDimensions")),
            types=tuple(predictor.texts("forecastTypes")) or DEFAULT_TYPES,
            metric=metric,
            windows=_whole(evaluation, "NumberOfBacktestWindows", 1),
            offset=_whole(evaluation, "BackTestWindowOffset", horizon),
            boundary=predictor.mapping("timeAlignmentBoundary"),
            transformations=_transformations(predictor),
            holiday=holiday_country([dict(entry) for entry in _objects(predictor, "additionalDatasets")]),
            training={k: str(v) for k, v in predictor.mapping("trainingParameters").items()},
            retrain=predictor.flag("retrain"),
            tune=predictor.flag("performHpo"),
            ranges=predictor.mapping("parameterRanges"),
            automl=predictor.flag("performAutoML"),
        )
        predictor.finish()
        if made.windows > _MOST_WINDOWS:
            raise UserError(
                "BadEvaluation",
                f"NumberOfBacktestWindows is {made.windows}, it has to be 1 to {_MOST_WINDOWS}.",
            )
        return made

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Settings:
        """Settings that `as_json` wrote into an artefact."""
        lists = {name: tuple(raw[name]) for name in ("dimensions", "types")}
        return cls(**{**raw, **lists})

    def as_json(self) -> dict[str, Any]:
        """For the artefact."""
        return asdict(self)

    @property
    def is_auto_predictor(self) -> bool:
        """Whether series get mixtures of candidates."""
        return self.algorithm is None and not self.automl

    @property
    def forecast_types(self) -> ForecastTypes:
        """The types metrics are computed for."""
        return ForecastTypes.parse(list(self.types))

    @property
    def parsed_frequency(self) -> Frequency:
        """The forecast frequency."""
        return Frequency.parse(self.frequency)

    def fillings(self, target: Schema, related: Schema | None) -> tuple[Filling, dict[str, Filling]]:
        """Filling of the target and of each configured related feature.

        UserError `BadFeaturization` for an attribute that is neither.
        """
        features = [] if related is None else [*related.number_columns(), *related.text_columns()]
        own, others = DEFAULT_TARGET, {}
        for name, raw in self.transformations.items():
            if name == target.target:
                own = read_filling(raw, name, is_target=True)
            elif name in features:
                others[name] = read_filling(raw, name, is_target=False)
            else:
                raise UserError(
                    "BadFeaturization",
                    f"Featurization names the attribute {name}, which is neither the target {target.target} nor a "
                    "feature of the related time series.",
                )
        return own, others


def _whole(raw: dict[str, Any], key: str, default: int) -> int:
    value = raw.get(key, default)
    if not isinstance(value, int) or value < 1:
        raise UserError("BadEvaluation", f"{key} is {value!r}, it has to be a whole number of at least 1.")
    return value


def _objects(predictor: Fields, key: str) -> list[dict[str, Any]]:
    values = predictor.raw(key) if predictor.has(key) else []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise JobError(f"job.predictor.{key} has to be a list of objects")
    return values


def _transformations(predictor: Fields) -> dict[str, dict[str, Any]]:
    """Filling parameters by attribute, from either API form."""
    out: dict[str, dict[str, Any]] = {}
    for entry in _objects(predictor, "attributeConfigs"):
        out[str(entry["AttributeName"])] = dict(entry["Transformations"])
    for entry in _objects(predictor, "featurizations"):
        for method in entry.get("FeaturizationPipeline", []):
            if method.get("FeaturizationMethodName") != "filling":
                raise UserError(
                    "BadFeaturization",
                    f"FeaturizationMethodName of {entry['AttributeName']} has to be filling, it is "
                    f"{method.get('FeaturizationMethodName')!r}.",
                )
            out[str(entry["AttributeName"])] = dict(method.get("FeaturizationMethodParameters", {}))
    return out
