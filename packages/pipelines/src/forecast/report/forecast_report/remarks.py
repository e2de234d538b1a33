"""What a reader should know although nothing failed, each in one sentence."""

from __future__ import annotations

# https://docs.aws.amazon.com/forecast/latest/dg/aws-forecast-choosing-recipes.html
TAKES_RELATED = {"CNN-QR", "Deep_AR_Plus", "Prophet"}
TAKES_METADATA = {"CNN-QR", "Deep_AR_Plus"}


def remarks(config: dict, profile: dict) -> list[str]:
    """Remarks on the config and on the data's profile (`target`, `related`, `metadata`)."""
    found = _unused(config)
    target, related, metadata = profile["target"], profile["related"], profile["metadata"]
    if target and "problem" not in target:
        found += _about_target(target)
    if related and "problem" not in related:
        found += _about_related(related)
    if metadata and "problem" not in metadata:
        found += _told(metadata["targetWithout"], "item", "of TTS.csv {has|have} no row in IM.csv.")
    return found


def _unused(config: dict) -> list[str]:
    algorithm = (config.get("Predictor") or {}).get("AlgorithmArn", "").rpartition("/")[2]
    datasets = config.get("Dataset") or {}
    if not algorithm:
        return []
    found = []
    if "RTS" in datasets and algorithm not in TAKES_RELATED:
        found.append(f"{algorithm} does not use related time series: RTS.csv had no influence on the forecast.")
    if "IM" in datasets and algorithm not in TAKES_METADATA:
        found.append(f"{algorithm} does not use item metadata: IM.csv had no influence on the forecast.")
    return found


def _about_target(target: dict) -> list[str]:
    found = [
        *_told(
            target["unreadableTimes"],
            "row",
            "of TTS.csv {has|have} a timestamp that this report cannot read; its figures leave them out.",
        ),
        *_told(
            target["duplicates"],
            "row",
            "of TTS.csv {repeats|repeat} the keys and timestamp of an earlier row; the values of one period are "
            "aggregated.",
        ),
    ]
    if target.get("itemsWithGaps"):
        share = target["gaps"] / target["expected"]
        found += _told(
            target["itemsWithGaps"],
            "item",
            f"{{has|have}} gaps, {share:.1%} of all periods; the predictor fills them as its featurization says "
            "(with zeros unless configured).",
        )
    return [
        *found,
        *_told(
            target.get("allZero", 0),
            "item",
            "{has|have} no value other than zero. WAPE, MAPE and wQL are undefined where all actual values are zero.",
        ),
        *_told(target.get("endEarly", 0), "item", "{ends|end} before the last period of the data."),
        *_told(target["negatives"], "value", "of TTS.csv {is|are} below zero."),
    ]


def _about_related(related: dict) -> list[str]:
    return [
        *_told(related["targetWithout"], "item", "of TTS.csv {has|have} no related time series."),
        *_told(
            related.get("endBeforeForecast") or 0,
            "item",
            "{has|have} related time series that end before the last period of the forecast; of the service's "
            "algorithms only CNN-QR takes such series.",
        ),
    ]


def _told(number: int, noun: str, text: str) -> list[str]:
    """`3 items have …`; nothing when the number is zero. `text` has its verb as `{singular|plural}`."""
    if number == 0:
        return []
    start, _, rest = text.partition("{")
    verbs, _, end = rest.partition("}")
    verb = verbs.split("|")[0 if number == 1 else 1]
    return [f"{number:,} {noun}{'' if number == 1 else 's'} {start}{verb}{end}"]
