"""What the simulated identity provider keeps: cards of the town, requests, codes, failures."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUEST_SECONDS = 15 * 60
CODE_SECONDS = 60
LOCK_SECONDS = 15 * 60
CARD_TRIES = 3  # as on a real card
ADDRESS_TRIES = 30

_TABLES = """
CREATE TABLE IF NOT EXISTS request (
  id TEXT PRIMARY KEY, client TEXT NOT NULL, document TEXT NOT NULL, at REAL NOT NULL,
  done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS code (
  code TEXT PRIMARY KEY, client TEXT NOT NULL, statement TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS failure (what TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS failure_what ON failure (what, at);
"""
_CARDS = """
CREATE TABLE IF NOT EXISTS credential (
  number TEXT, method TEXT, serial TEXT, pin TEXT, name TEXT);
CREATE TABLE IF NOT EXISTS company (serial TEXT PRIMARY KEY, tax_id TEXT, name TEXT);
"""


@dataclass(frozen=True, slots=True)
class Card:
    """卡片 One credential of one person of the town; `company` for a corporate certificate."""

    number: str
    method: str
    serial: str
    pin: str
    name: str
    company: Mapping[str, str] | None


class Store:
    """The provider's own two files: the town's cards (read) and its working memory (written)."""

    def __init__(self, folder: Path) -> None:
        self._cards = folder / "data.sqlite3"
        self._memory = folder / "idp.sqlite3"
        with self._open(self._cards) as base:
            base.executescript(_CARDS)
        with self._open(self._memory) as base:
            base.executescript(_TABLES)

    def card(self, method: str, serial: str) -> Card | None:
        """The card with this serial, for this method."""
        with self._open(self._cards) as base:
            row = base.execute(
                "SELECT number, method, serial, pin, name FROM credential "
                "WHERE method = ? AND serial = ?",
                (method, serial),
            ).fetchone()
            if row is None:
                return None
            company = base.execute(
                "SELECT tax_id, name FROM company WHERE serial = ?", (serial,)
            ).fetchone()
        told = {"tax_id": company[0], "name": company[1]} if company else None
        number, kind, holder_serial, pin, name = row
        return Card(number, kind, holder_serial, pin, name, told)

    def demo_cards(self, method: str) -> list[tuple[str, str, str]]:
        """Some cards to try: name, serial, PIN. They exist because none of them is real."""
        with self._open(self._cards) as base:
            return base.execute(
                "SELECT name, serial, pin FROM credential "
                "WHERE method = ? ORDER BY rowid LIMIT 24",
                (method,),
            ).fetchall()

    def keep_request(self, client: str, document: Mapping[str, Any], now: float) -> str:
        """Lodge a client's request; the random name under which the browser comes."""
        name = secrets.token_urlsafe(24)
        with self._open(self._memory) as base:
            base.execute("DELETE FROM request WHERE at < ?", (now - 2 * REQUEST_SECONDS,))
            base.execute(
                "INSERT INTO request (id, client, document, at) VALUES (?, ?, ?, ?)",
                (name, client, json.dumps(document), now),
            )
        return name

    def request(self, name: str, now: float) -> tuple[str, dict[str, Any]] | None:
        """Client and document of a request that is still open."""
        with self._open(self._memory) as base:
            row = base.execute(
                "SELECT client, document FROM request WHERE id = ? AND done = 0 AND at > ?",
                (name, now - REQUEST_SECONDS),
            ).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def finish(self, name: str, client: str, statement: str | None, now: float) -> str | None:
        """Close a request once; with a statement, the code that fetches it."""
        with self._open(self._memory) as base:
            closed = base.execute("UPDATE request SET done = 1 WHERE id = ? AND done = 0", (name,))
            if closed.rowcount != 1 or statement is None:
                return None
            code = secrets.token_urlsafe(24)
            base.execute("DELETE FROM code WHERE at < ?", (now - CODE_SECONDS,))
            base.execute("INSERT INTO code VALUES (?, ?, ?, ?)", (code, client, statement, now))
        return code

    def fetch(self, code: str, client: str, now: float) -> str | None:
        """The statement behind a code, once, for the client that asked for it."""
        with self._open(self._memory) as base:
            row = base.execute(
                "DELETE FROM code WHERE code = ? AND client = ? AND at > ? RETURNING statement",
                (code, client, now - CODE_SECONDS),
            ).fetchone()
        return str(row[0]) if row else None

    def locked(self, serial: str, address: str, now: float) -> bool:
        """Whether a card or an address has failed too often in the last quarter of an hour."""
        since = now - LOCK_SECONDS
        with self._open(self._memory) as base:
            return any(
                base.execute(
                    "SELECT COUNT(*) FROM failure WHERE what = ? AND at > ?", (what, since)
                ).fetchone()[0]
                >= most
                for what, most in ((f"card:{serial}", CARD_TRIES), (address, ADDRESS_TRIES))
            )

    def failed(self, serial: str, address: str, now: float) -> int:
        """Count a failure; how many tries the card has left."""
        with self._open(self._memory) as base:
            base.execute("DELETE FROM failure WHERE at < ?", (now - LOCK_SECONDS,))
            base.executemany(
                "INSERT INTO failure VALUES (?, ?)", [(f"card:{serial}", now), (address, now)]
            )
            made = base.execute(
                "SELECT COUNT(*) FROM failure WHERE what = ?", (f"card:{serial}",)
            ).fetchone()[0]
        return max(0, CARD_TRIES - int(made))

    def succeeded(self, serial: str) -> None:
        """A right PIN clears the card's failures; an address keeps its own."""
        with self._open(self._memory) as base:
            base.execute("DELETE FROM failure WHERE what = ?", (f"card:{serial}",))

    @contextmanager
    def _open(self, path: Path) -> Iterator[sqlite3.Connection]:
        base = sqlite3.connect(path, timeout=10, isolation_level="IMMEDIATE")
        try:
            with base:
                yield base
        finally:
            base.close()
