"""An agency's own SQLite register, and turning its rows into spells."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

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


def spell(value: JSON, on: str, until: str | None) -> JSON:
    """One dated value; `until` is the last day, None while it runs."""
    return {"value": value, "on": on, "until": until}
