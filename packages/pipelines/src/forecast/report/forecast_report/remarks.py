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
    if metadata and "problem" not in metadata and metadata["targetWithout"]:
        found.append(f"{_count(metadata['targetWithout'], 'item')} of TTS.csv {_have(metadata['targetWithout'])} no row in IM.csv.")
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
    found = []
    if target["unreadableTimes"]:
        found.append(f"{_count(target['unreadableTimes'], 'row')} of TTS.csv have a timestamp that this report cannot read; its figures leave them out.")
    if target["duplicates"]:
        found.append(f"{_count(target['duplicates'], 'row')} of TTS.csv repeat{'s' if target['duplicates'] == 1 else ''} the keys and timestamp of an earlier row; the values of one period are aggregated.")
    if target.get("itemsWithGaps"):
        share = target["gaps"] / target["expected"]
        found.append(f"{_count(target['itemsWithGaps'], 'item')} {_have(target['itemsWithGaps'])} gaps, {share:.1%} of all periods; the predictor fills them as its featurization says (zero unless configured).")
    if target.get("allZero"):
        found.append(f"{_count(target['allZero'], 'item')} {_have(target['allZero'])} no value other than zero. WAPE, MAPE and wQL are undefined where actual values are zero.")
    if target.get("endEarly"):
        found.append(f"{_count(target['endEarly'], 'item')} {'ends' if target['endEarly'] == 1 else 'end'} before the last period of the data.")
    if target["negatives"]:
        found.append(f"{_count(target['negatives'], 'value')} of TTS.csv {'is' if target['negatives'] == 1 else 'are'} below zero.")
    return found


def _about_related(related: dict) -> list[str]:
    found = []
    if related["targetWithout"]:
        found.append(f"{_count(related['targetWithout'], 'item')} of TTS.csv {_have(related['targetWithout'])} no related time series.")
    if related.get("endBeforeForecast"):
        found.append(f"The related time series of {_count(related['endBeforeForecast'], 'item')} end before the last period of the forecast; only CNN-QR makes use of such series.")
    return found


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
