"""What a provider remembers to answer each transfer exactly once (SQLite in its folder)."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS answer(
  id TEXT PRIMARY KEY, request_digest TEXT NOT NULL, status INTEGER NOT NULL,
  media_type TEXT NOT NULL, body BLOB NOT NULL, logged TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spent(
  basis TEXT NOT NULL, subject TEXT NOT NULL, data_set TEXT NOT NULL, transfer TEXT NOT NULL,
  PRIMARY KEY (basis, subject, data_set));
CREATE TABLE IF NOT EXISTS waiting(
  transfer TEXT PRIMARY KEY, data_set TEXT NOT NULL, number TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS revoked(basis TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS nonce(value TEXT PRIMARY KEY, seen_at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """已存回覆 An answer as it was first given; later requests get these bytes."""

    request_digest: str
    status: int
    media_type: str
    body: bytes
    logged: dict[str, str | int]  # what the lane is told


class Spent(Exception):
    """The single-use basis was used by another transfer."""


class Store:
    """回覆簿 Answers by transfer id, spent agreements, seen nonces; safe between threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # numbers and answers stand in it
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)

    def answer(self, id: str) -> Stored | None:
        """The answer kept under an id."""
        with self._lock:
            row = self._db.execute(
                "SELECT request_digest, status, media_type, body, logged FROM answer WHERE id = ?",
                (id,),
            ).fetchone()
        return None if row is None else Stored(row[0], row[1], row[2], row[3], json.loads(row[4]))

    def keep(self, id: str, answer: Stored, spends: Iterable[tuple[str, str, str]] = ()) -> Stored:
        """Keep the first answer of an id and spend its basis, both or neither.

        Returns the answer that stands, which is an earlier one when two came at once. `spends`
        are (basis, subject, data set). Raises Spent when another transfer used it before.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                fresh = self._db.execute(
                    "INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        id,
                        answer.request_digest,
                        answer.status,
                        answer.media_type,
                        answer.body,
                        json.dumps(answer.logged),
                    ),
                ).rowcount
                if fresh:
                    for basis, subject, data_set in spends:
                        self._spend(basis, subject, data_set, id)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return answer if fresh else (self.answer(id) or answer)

    def spent_by(self, basis: str, subject: str, data_set: str) -> str | None:
        """The transfer that used a single-use basis here."""
        with self._lock:
            row = self._db.execute(
                "SELECT transfer FROM spent WHERE basis = ? AND subject = ? AND data_set = ?",
                (basis, subject, data_set),
            ).fetchone()
        return row[0] if row else None

    def wait(self, transfer: str, data_set: str, number: str) -> None:
        """Remember who waits for an answer about whom; the number goes when it is answered."""
        with self._lock:
            row = (transfer, data_set, number)
            self._db.execute("INSERT OR IGNORE INTO waiting VALUES (?, ?, ?)", row)

    def waiting(self, data_set: str, number: str) -> list[str]:
        """The transfers that wait for an answer about one person."""
        with self._lock:
            rows = self._db.execute(
                "SELECT transfer FROM waiting WHERE data_set = ? AND number = ?",
                (data_set, number),
            ).fetchall()
        return [row[0] for row in rows]

    def answered(self, transfer: str) -> None:
        """Nobody waits for this one any more."""
        with self._lock:
            self._db.execute("DELETE FROM waiting WHERE transfer = ?", (transfer,))

    def revoke(self, basis: str) -> None:
        """Never answer under this agreement again."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO revoked VALUES (?)", (basis,))

    def is_revoked(self, basis: str) -> bool:
        """Whether this provider was told of a revocation."""
        with self._lock:
            found = self._db.execute("SELECT 1 FROM revoked WHERE basis = ?", (basis,)).fetchone()
        return found is not None

    def first_sight(self, nonce: str, now: float, window: float) -> bool:
        """Whether a signature's nonce is new; those older than the window are forgotten."""
        with self._lock:
            self._db.execute("DELETE FROM nonce WHERE seen_at < ?", (now - 2 * window,))
            added = self._db.execute("INSERT OR IGNORE INTO nonce VALUES (?, ?)", (nonce, now))
        return added.rowcount == 1

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _spend(self, basis: str, subject: str, data_set: str, id: str) -> None:
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO spent VALUES (?, ?, ?, ?)", (basis, subject, data_set, id)
        )
        if cursor.rowcount == 0:
            raise Spent(basis)
