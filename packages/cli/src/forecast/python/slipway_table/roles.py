"""Which column is the time, which the value to be forecast, which tell the series apart."""

from __future__ import annotations

from dataclasses import dataclass

from forecast_input.refusal import Refusal

from . import cells
from .source import Source

_TIMES = {
    *("timestamp", "date", "datetime", "time", "ds", "day", "week", "month", "period", "year"),
    *("datum", "zeit", "tag", "woche", "monat", "jahr", "fecha", "mes", "jour", "mois", "data", "giorno"),
}
_ITEMS = {
    *("item_id", "item", "id", "unique_id", "series", "series_id", "sku", "product", "product_id", "article"),
    *("store", "store_id", "shop", "location", "name", "key", "artikel", "produkt", "filiale", "tienda", "producto"),
}
_TARGETS = {
    *("target_value", "target", "y", "value", "demand", "sales", "quantity", "qty", "units", "units_sold", "amount"),
    *("count", "volume", "revenue", "turnover", "load", "consumption", "orders", "visits"),
    *("umsatz", "menge", "wert", "absatz", "anzahl", "verbrauch", "ventas", "cantidad", "valor", "ventes", "quantite"),
}


@dataclass(frozen=True)
class Wanted:
    """What the user says of the columns; empty where it is to be guessed."""

    time: str = ""
    target: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roles:
    """The places of columns by their role.

    Long tables have one `target`; wide ones a series in each of `series` (below a column of times), or, where
    `time` is None, a time in the name of each of `series`.
    """

    time: int | None
    target: int | None
    texts: tuple[int, ...]
    numbers: tuple[int, ...]
    series: tuple[int, ...] = ()


def guess_roles(source: Source, wanted: Wanted) -> Roles:
    """Roles of all columns; Refusal, naming the candidates and the option to choose by, where it stays open."""
    sample = source.sample()
    if not sample:
        raise Refusal(f"{source.name}: has a first row with names, and no row of values below it.")
    kinds = [cells.kind_of(row[place] for row in sample) for place in range(len(source.columns))]
    for name in (wanted.time, wanted.target, *wanted.items):
        if name and name not in source.columns:
            raise Refusal(f"{source.name}: has no column {name!r}. Its columns: {', '.join(source.columns)}.")
    time = _time(source, wanted, kinds, sample)
    if time is None:
        return _wide_rows(source, wanted, kinds)
    items = [source.columns.index(name) for name in wanted.items]
    others = [place for place in range(len(kinds)) if place not in (time, *items)]
    named = [place for place in others if likely_item(source.columns[place])]
    texts = items or [place for place in others if kinds[place] == cells.TEXT or place in named]
    numbers = [place for place in others if kinds[place] == cells.NUMBER and place not in texts]
    if wanted.target:
        target = source.columns.index(wanted.target)
        numbers = [place for place in numbers if place != target]
        return Roles(time, target, tuple(place for place in texts if place != target), tuple(numbers))
    if not numbers:
        # A value that is no number is best named where it stands.
        numbers = [place for place in others if _plain(source.columns[place]) in _TARGETS]
        texts = [place for place in texts if place not in numbers]
    if not numbers:
        raise Refusal(
            f"{source.name}: no column has numbers only, so there is nothing to forecast. {_described(source, kinds)}"
        )
    likely = [place for place in numbers if _plain(source.columns[place]) in _TARGETS]
    if not likely and len(numbers) > 1 and not texts:
        return Roles(time, None, (), (), tuple(numbers))
    if not likely and len(numbers) > 1:
        names = ", ".join(source.columns[place] for place in numbers)
        raise Refusal(f"{source.name}: several columns could be forecast: {names}. Choose one with --target.")
    target = (likely or numbers)[0]
    return Roles(time, target, tuple(texts), tuple(place for place in numbers if place != target))


def _time(source: Source, wanted: Wanted, kinds: list[str], sample: list[list[str]]) -> int | None:
    if wanted.time:
        return source.columns.index(wanted.time)
    dated = [place for place, kind in enumerate(kinds) if kind == cells.TIME]
    # Years are numbers: only the column's name tells.
    years = [
        place
        for place, kind in enumerate(kinds)
        if kind == cells.NUMBER
        and _plain(source.columns[place]) in _TIMES
        and cells.are_years(row[place] for row in sample)
    ]
    found = dated or years
    named = [place for place in found if _plain(source.columns[place]) in _TIMES]
    return next(iter(named or found), None)


def _wide_rows(source: Source, wanted: Wanted, kinds: list[str]) -> Roles:
    """A table with a series in each row and the times in the first one."""
    series = [place for place, name in enumerate(source.columns) if cells.is_time(name) or cells.are_years([name])]
    if len(series) < 3:
        raise Refusal(
            f"{source.name}: no column has times only. Name it with --time, and write times as 2026-01-31 or "
            f"2026-01-31 13:00:00. {_described(source, kinds)}"
        )
    texts = [source.columns.index(name) for name in wanted.items] or [
        place for place in range(len(kinds)) if place not in series and kinds[place] != cells.EMPTY
    ]
    return Roles(None, None, tuple(texts), (), tuple(series))


def _described(source: Source, kinds: list[str]) -> str:
    told = ", ".join(f"{name} ({kind})" for name, kind in zip(source.columns, kinds, strict=True))
    return f"Its columns: {told}."


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def likely_item(name: str) -> bool:
    """True if a column's name says that it tells items apart."""
    return _plain(name) in _ITEMS or _plain(name).endswith(("_id", "_code", "_key", "_nr", "_no"))
