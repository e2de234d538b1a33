"""SQL that turns source columns into typed ones and finds the cells that cannot be turned."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UserError
from ..frequency import Frequency
from .schema import Attribute

DATE_FORMAT = "yyyy-MM-dd"
TIME_FORMAT = "yyyy-MM-dd HH:mm:ss"
_GEOLOCATION = {
    "LAT_LONG": r"[+-]?\d{1,2}(\.\d+)?_[+-]?\d{1,3}(\.\d+)?",
    "CC_POSTALCODE": r"[A-Z]{2}_\w+",
}


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class TimestampRule:
    """How timestamps may be written: the declared format, and whether a date alone is enough."""

    declared: str
    date_only: bool

    @classmethod
    def of(cls, declared: str | None, frequency: Frequency | None) -> TimestampRule:
        """Developer guide: dates only for days and coarser, and times always. UserError `BadTimestampFormat`.

        `hh` in a declared format means hours of 24, as published samples use it.
        """
        format_ = TIME_FORMAT if declared is None else declared.replace("hh", "HH")
        date_only = frequency is None or not frequency.is_sub_daily
        allowed = [DATE_FORMAT, TIME_FORMAT] if date_only else [TIME_FORMAT]
        if format_ not in allowed:
            raise UserError(
                "BadTimestampFormat",
                f"TimestampFormat '{declared}' cannot be used with the data frequency {frequency}: it has to be "
                + " or ".join(allowed) + ".",
            )  # fmt: skip
        return cls(format_, date_only)


@dataclass(frozen=True)
class TypedColumn:
    """One attribute: `value` is its SQL expression, `faults` are (condition, code, explanation) of bad cells.

    Explanations may hold `{value}`.
    """

    attribute: Attribute
    text: str
    value: str
    faults: tuple[tuple[str, str, str], ...]


def typed_column(
    attribute: Attribute, text: str, rule: TimestampRule, required: bool, geolocation: str | None
) -> TypedColumn:
    """Typed column from an SQL expression that yields the cell's text, null where it is empty."""
    empty = (
        f"{text} IS NULL",
        "EmptyKey",
        "the cell is empty, but this column must have a value in every row",
    )
    needed = (empty,) if required else ()
    if attribute.type == "timestamp":
        return TypedColumn(attribute, text, *_timestamp(text, rule, needed))
    if attribute.is_number:
        return TypedColumn(attribute, text, *_number(attribute, text, needed))
    faults = needed
    if attribute.type == "geolocation" and geolocation is not None:
        pattern = literal(_GEOLOCATION[geolocation])
        condition = f"NOT regexp_full_match({text}, {pattern})"
        faults = (
            *needed,
            (condition, "BadGeolocation", f"'{{value}}' does not fit the format {geolocation}"),
        )
    return TypedColumn(attribute, text, text, faults)


def _timestamp(text: str, rule: TimestampRule, needed: tuple) -> tuple[str, tuple]:
    date = f"WHEN 10 THEN try_strptime({text}, '%Y-%m-%d') " if rule.date_only else ""
    value = (
        f"CASE length({text}) {date}"
        f"WHEN 19 THEN try_strptime(replace({text}, 'T', ' '), '%Y-%m-%d %H:%M:%S') "
        f"WHEN 20 THEN try_strptime({text}, '%Y-%m-%dT%H:%M:%SZ') END"
    )
    wrong = f"{text} IS NOT NULL AND ({value}) IS NULL"
    told = f"'{{value}}' is not a timestamp in the format {rule.declared}"
    return value, (*needed, (wrong, "BadTimestamp", told))


def _number(attribute: Attribute, text: str, needed: tuple) -> tuple[str, tuple]:
    value = f"TRY_CAST({text} AS DOUBLE)"
    wrong = f"{text} IS NOT NULL AND ({value} IS NULL OR contains({text}, '_'))"
    faults = [*needed, (wrong, "BadNumber", f"'{{value}}' is not a number ({attribute.type})")]
    faults.append((f"isinf({value})", "BadNumber", "'{value}' is infinite or too large for a number"))
    if attribute.type == "integer":
        fraction = f"NOT isnan({value}) AND NOT isinf({value}) AND {value} <> trunc({value})"
        faults.append((fraction, "BadNumber", "'{value}' is not an integer"))
    return value, tuple(faults)
