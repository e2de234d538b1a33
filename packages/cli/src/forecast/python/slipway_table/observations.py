"""The rows of any table as observations: series, time, value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from . import cells
from .cells import Times, Values
from .layout import Layout
from .roles import Roles
from .source import Source


@dataclass(frozen=True)
class Observation:
    """One value of one series. `value` is a number's text, empty where it is missing; `features` likewise."""

    keys: tuple[str, ...]
    time: datetime
    value: str
    features: tuple[str, ...]
    attributes: tuple[str, ...]


class Observations:
    """Reads a table as often as it is needed, always in the order of its rows."""

    def __init__(self, source: Source, roles: Roles, layout: Layout) -> None:
        self._source, self._roles, self._layout = source, roles, layout
        sample = source.sample()
        figures = [*([roles.target] if roles.target is not None else []), *roles.numbers]
        if roles.time is None:
            self.times = Times(source.name, [source.columns[place] for place in roles.series])
        else:
            self.times = Times(source.name, [row[roles.time] for row in sample])
        figures += roles.series
        self.values = Values(source.name, source.delimiter, (row[place] for row in sample for place in figures))

    def __iter__(self) -> Iterator[Observation]:
        """Observations; Refusal for a cell that cannot be read."""
        if self._roles.time is None:
            yield from self._of_rows()
        elif self._roles.series:
            yield from self._of_columns()
        else:
            yield from self._of_long()

    def _of_long(self) -> Iterator[Observation]:
        roles, layout, names = self._roles, self._layout, self._source.columns
        time, target = roles.time, roles.target
        assert time is not None and target is not None
        for number, row in self._source.read():
            keys = tuple(row[place].strip() for place in layout.keys) or (names[target],)
            yield Observation(
                keys,
                self.times.read(row[time], number, names[time]),
                self._value(row[target], number, names[target]),
                tuple(self._value(row[place], number, names[place]) for place in roles.numbers),
                tuple(row[place].strip() for place in layout.attributes),
            )

    def _of_columns(self) -> Iterator[Observation]:
        roles, names = self._roles, self._source.columns
        assert roles.time is not None
        for number, row in self._source.read():
            time = self.times.read(row[roles.time], number, names[roles.time])
            for place in roles.series:
                yield Observation((names[place],), time, self._value(row[place], number, names[place]), (), ())

    def _of_rows(self) -> Iterator[Observation]:
        roles, names = self._roles, self._source.columns
        times = [(place, self.times.read(names[place], 1, names[place])) for place in roles.series]
        for number, row in self._source.read():
            keys = tuple(row[place].strip() for place in self._layout.keys) or (f"row {number}",)
            for place, time in times:
                yield Observation(keys, time, self._value(row[place], number, names[place]), (), ())

    def _value(self, cell: str, number: int, column: str) -> str:
        if self._source.exact and not cells.is_missing(cell):
            return cell.strip()
        return self.values.read(cell, number, column)
