"""An agency's own SQLite register, and turning its rows into spells."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from minben.kit.types import JSON


class Register:
    """登記簿 Read-only questions to `data.sqlite3`; one connection per thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "data.sqlite3"
        self._threads = threading.local()

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self._db().execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Every row."""
        return self._db().execute(sql, values).fetchall()

    def stream(self, sql: str, *values: object) -> Iterator[sqlite3.Row]:
        """Rows as they are read, for exports."""
        yield from self._db().execute(sql, values)

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._threads, "db", None)
        if db is None:
            db = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)
            db.row_factory = sqlite3.Row
            self._threads.db = db
        return db


def spell(value: JSON, on: str, until: str | None) -> dict[str, JSON]:
    """One dated value; `until` is the last day, None while it runs."""
    return {"value": value, "on": on, "until": until}


def filled(spells: Sequence[dict[str, Any]], otherwise: JSON, since: str) -> JSON:
    """Spells in order of time with every gap since a day filled by what no row means."""
    written: list[JSON] = []
    free_from: date | None = date.fromisoformat(since)
    for known in sorted(spells, key=lambda s: s["on"]):
        begins = date.fromisoformat(known["on"])
        if free_from is not None and free_from < begins:
            before = (begins - timedelta(days=1)).isoformat()
            written.append(spell(otherwise, free_from.isoformat(), before))
        written.append(known)
        until = known["until"]
        free_from = date.fromisoformat(until) + timedelta(days=1) if until else None
    if free_from is not None:
        written.append(spell(otherwise, free_from.isoformat(), None))
    return written
