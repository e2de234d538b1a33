"""`forecast.sqlite`: the index from which QueryForecast is answered without Python."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from ..data.columns import quote


def write_index(path: Path, facts: dict[str, Any], keys: list[tuple[str, ...]], columns: dict[str, np.ndarray]) -> None:
    """Writes the tables `meta`, `series` and `forecast` that README.md describes.

    `columns` are those of `forecast.parquet`: the same number of rows for each of `keys`, in their order.
    """
    names = [facts["identifier"], *facts["dimensions"]]
    types = facts["types"]
    connection = sqlite3.connect(path, isolation_level=None)
    # Written once under a scratch name and renamed when complete: no journal is needed.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [(k, json.dumps(v)) for k, v in facts.items()])
    texts = ", ".join(f"{quote(name)} TEXT NOT NULL" for name in names)
    connection.execute(f"CREATE TABLE series (series INTEGER PRIMARY KEY, {texts})")
    places = ", ".join("?" for _ in names)
    connection.executemany(f"INSERT INTO series VALUES (?, {places})", [(i, *key) for i, key in enumerate(keys)])
    connection.execute(f"CREATE UNIQUE INDEX series_key ON series ({', '.join(quote(name) for name in names)})")
    numbers = ", ".join(f"{quote(name)} REAL" for name in types)
    connection.execute(
        f"CREATE TABLE forecast (series INTEGER NOT NULL, date TEXT NOT NULL, {numbers}, "
        "PRIMARY KEY (series, date)) WITHOUT ROWID"
    )
    steps = columns["date"].size // len(keys)
    dates = [str(date) for date in columns["date"][:steps]]
    values = np.stack([columns[name] for name in types], axis=1).reshape(len(keys), steps, len(types))
    rows = ((i, dates[h], *values[i, h].tolist()) for i in range(len(keys)) for h in range(steps))
    places = ", ".join("?" for _ in range(len(types) + 2))
    connection.executemany(f"INSERT INTO forecast VALUES ({places})", rows)
    connection.execute("COMMIT")
    connection.close()
