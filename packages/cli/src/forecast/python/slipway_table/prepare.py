"""From a table to the files that the forecast pipeline takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast_input.refusal import Refusal
from slipway_forecast.guessing import Guess, guess_frequency, seconds_of

from .config import Choice, Names, anchor_of, document
from .files import write_data
from .layout import Layout, guess_layout
from .observations import Observations
from .roles import Roles, Wanted, guess_roles
from .source import Source, open_source
from .survey import Survey, survey

CONFIG = "forecast-config.json"
DATA = "data.zip"
_TYPES = ("0.1", "0.5", "0.9")
# Months differ in length.
_NEARLY = 0.96


@dataclass(frozen=True)
class Options:
    """What the user says of the forecast; empty or 0 where it is to be guessed."""

    frequency: str = ""
    horizon: int = 0
    types: tuple[str, ...] = ()
    missing: str = ""
    aggregation: str = ""
    holidays: str = ""
    shown: int = 8


def prepare(path: Path, folder: Path, wanted: Wanted, options: Options) -> dict[str, Any]:
    """Writes `data.zip` and `forecast-config.json` into `folder`; returns what was guessed and the largest series.

    Refusal for a table that cannot be used.
    """
    source = open_source(path)
    roles = guess_roles(source, wanted)
    layout = guess_layout(source, roles, bool(wanted.items))
    rows = Observations(source, roles, layout)
    seen = survey(source.name, rows)
    frequency = Guess(options.frequency, 1.0) if options.frequency else _guessed(source.name, seen)
    horizon = options.horizon or frequency.horizon
    choice = Choice(
        frequency=frequency.frequency,
        horizon=horizon,
        types=options.types or _TYPES,
        missing=options.missing or ("zero" if seen.counts else "nan"),
        aggregation=options.aggregation or "sum",
        holidays=options.holidays,
        anchor=anchor_of(frequency.frequency, [time for each in seen.series.values() for time in each.times]),
    )
    known = bool(roles.numbers) and _reach(seen, frequency) >= horizon
    names = Names.of(
        [source.columns[place] for place in layout.keys[1:]],
        [source.columns[place] for place in roles.numbers] if known else [],
        [source.columns[place] for place in layout.attributes],
    )
    (folder / CONFIG).write_text(json.dumps(document(path.stem, names, choice), indent=2) + "\n", encoding="utf-8")
    largest = write_data(folder / DATA, rows, seen, names, seen.largest(options.shown))
    return {
        "said": _said(source, roles, layout, rows, seen, frequency, choice, known),
        "frequency": choice.frequency,
        "horizon": horizon,
        "seriesCount": len(seen.series),
        "dimensions": list(names.dimensions),
        "largest": largest,
    }


def _guessed(name: str, seen: Survey) -> Guess:
    found = guess_frequency(each.times for each in seen.series.values())
    if found is None:
        raise Refusal(f"{name}: no series has two times or more, so there is nothing to learn from.")
    return found


def _reach(seen: Survey, frequency: Guess) -> float:
    """For how many periods after the last value every series has rows."""
    period = seconds_of(frequency.frequency)
    return min((each.known - seen.end).total_seconds() for each in seen.series.values()) / period / _NEARLY


def _said(
    source: Source,
    roles: Roles,
    layout: Layout,
    rows: Observations,
    seen: Survey,
    frequency: Guess,
    choice: Choice,
    known: bool,
) -> list[str]:
    """What was guessed, each with what to say where it is wrong."""
    read = [*source.said, *rows.times.assumed(), *rows.values.assumed()]
    said = [f"{source.name} was read as: {', '.join(read)}"] if read else []
    said.append(f"{_columns(source, roles, layout)} (--time, --target, --item)")
    said += layout.said
    said.append(f"frequency {choice.frequency}, as {frequency.share:.0%} of the distances between rows say (--frequency)")
    if frequency.weekdays:
        said.append("weekends have no rows")
    said.append(f"horizon {choice.horizon} periods (--horizon)")
    counted = "zero" if choice.missing == "zero" else "missing"
    why = "whole numbers, none negative, look like counts" if seen.counts else "the values are no counts"
    said.append(f"a period without a row counts as {counted}: {why} (--missing)")
    if roles.numbers:
        features = ", ".join(source.columns[place] for place in roles.numbers)
        said.append(
            f"known in advance and used: {features}"
            if known
            else f"not used, as their values over the horizon are not known: {features}; rows after the last value of "
            f"every series, with these columns filled in and the value empty, would tell them"
        )
    return said


def _columns(source: Source, roles: Roles, layout: Layout) -> str:
    names = source.columns
    if roles.time is None:
        first, last = names[roles.series[0]], names[roles.series[-1]]
        keys = ", ".join(names[place] for place in layout.keys) or "its row number"
        return f"a series in each row, named by {keys}; times in the first row, {first} to {last}"
    if roles.series:
        return f"time {names[roles.time]}; a series in each of the columns {', '.join(names[p] for p in roles.series)}"
    parts = [f"time {names[roles.time]}", f"value {names[roles.target or 0]}"]
    parts.append(f"series by {', '.join(names[place] for place in layout.keys)}" if layout.keys else "one series")
    if layout.attributes:
        parts.append(f"items described by {', '.join(names[place] for place in layout.attributes)}")
    return "; ".join(parts)
