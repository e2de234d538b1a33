"""How the text columns divide a long table into series, and what they say of its items."""

from __future__ import annotations

from dataclasses import dataclass

from .roles import Roles, likely_item
from .source import Source


@dataclass(frozen=True)
class Layout:
    """Columns by place: `keys` tell the series apart (the first is the item), `attributes` describe the item."""

    keys: tuple[int, ...]
    attributes: tuple[int, ...]
    said: tuple[str, ...]


def guess_layout(source: Source, roles: Roles, chosen: bool) -> Layout:
    """The fewest text columns with which no two rows of the sample have the same series and time.

    The others describe the items, if each item has one value of them; or else they are left out. `chosen` keys, which
    the user named, are all kept.
    """
    texts = sorted(roles.texts, key=lambda place: not likely_item(source.columns[place]))
    if chosen or roles.time is None:
        return Layout(tuple(roles.texts), (), ())
    sample = source.sample()
    # A column with one value does not divide anything.
    texts = [place for place in texts if len({row[place] for row in sample}) > 1] or texts[:1]
    count = next(
        (count for count in range(len(texts) + 1) if _unique(sample, texts[:count], roles.time)),
        len(texts),
    )
    keys = texts[: max(count, 1)]
    said = []
    if not _unique(sample, keys, roles.time):
        said.append("some series have several rows for one time: they are added up")
    rest = [place for place in roles.texts if place not in keys]
    attributes = [place for place in rest if keys and _depends(sample, keys[0], place)]
    left = [source.columns[place] for place in rest if place not in attributes]
    if left:
        said.append(f"not used, as it changes within an item: {', '.join(left)}")
    return Layout(tuple(keys), tuple(attributes), tuple(said))


def _unique(sample: list[list[str]], keys: list[int], time: int) -> bool:
    seen = {(row[time], *(row[place] for place in keys)) for row in sample}
    return len(seen) == len(sample)


def _depends(sample: list[list[str]], item: int, place: int) -> bool:
    values: dict[str, str] = {}
    return all(values.setdefault(row[item], row[place]) == row[place] for row in sample)
