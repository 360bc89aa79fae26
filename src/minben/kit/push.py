"""Telling the platform that a list changed: an outbox that survives both sides' absence."""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from minben.kit.caller import client
from minben.kit.folder import AgencyFolder
from minben.protocol.message import MessageError, sign_request

_TABLE = """
CREATE TABLE IF NOT EXISTS push(
  id TEXT PRIMARY KEY, body BLOB NOT NULL, made_at TEXT NOT NULL, delivered_at TEXT);
"""
_PAUSE = 2.0
READY = "ready"  # the kind that says: ask again for these transfers
_log = logging.getLogger(__name__)


class Outbox:
    """寄件匣 Changes to tell, kept in the agency's folder until the platform has taken them."""

    def __init__(self, folder: AgencyFolder) -> None:
        self._folder = folder
        self._stop = threading.Event()

    def put(self, *, data_set: str, persons: Sequence[str], on: date, kind: str) -> str:
        """Note a change about people (by number); no value leaves, only that there is a change."""
        id = str(uuid4())
        change = {
            "id": id,
            "kind": kind,
            "data_set": data_set,
            "persons": list(persons),
            "on": on.isoformat(),
        }
        self._keep(id, change)
        return id

    def put_ready(self, *, data_set: str, transfers: Sequence[str], on: date) -> str:
        """Note that transfers can be answered now; they are asked for again by their id."""
        id = str(uuid4())
        told = {
            "id": id,
            "kind": READY,
            "data_set": data_set,
            "persons": [],
            "on": on.isoformat(),
            "transfers": list(transfers),
        }
        self._keep(id, told)
        return id

    def _keep(self, id: str, told: Mapping[str, object]) -> None:
        with self._open() as db:
            db.execute(
                "INSERT INTO push VALUES (?, ?, ?, NULL)",
                (id, json.dumps(told).encode(), datetime.now(UTC).isoformat()),
            )

    def deliver(self) -> int:
        """Send what waits, oldest first; how many were taken. Stops at the first that was not."""
        url = f"{self._folder.trust.push_url}/{self._folder.agency}"
        taken = 0
        with self._open() as db:
            waiting = db.execute(
                "SELECT id, body FROM push WHERE delivered_at IS NULL ORDER BY made_at, id"
            ).fetchall()
        for id, body in waiting:
            if not self._send(url, body):
                break
            with self._open() as db:
                db.execute(
                    "UPDATE push SET delivered_at = ? WHERE id = ?",
                    (datetime.now(UTC).isoformat(), id),
                )
            taken += 1
        return taken

    def start(self) -> None:
        """Deliver in the background every two seconds while the process serves."""
        threading.Thread(target=self._run, name="outbox", daemon=True).start()

    def stop(self) -> None:
        """End the background delivery."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE):
            try:
                self.deliver()
            except sqlite3.Error:
                _log.exception("outbox of %s", self._folder.agency)

    def _send(self, url: str, body: bytes) -> bool:
        headers = sign_request(
            method="POST",
            url=url,
            headers={},
            body=body,
            key=self._folder.key,
            created=datetime.now(UTC),
            nonce=secrets.token_urlsafe(16),
        )
        try:
            answer = client().post(url, content=body, headers=headers, timeout=10.0)
        except (httpx.HTTPError, MessageError):
            return False
        return answer.is_success

    def _open(self) -> sqlite3.Connection:
        path: Path = self._folder.path / "outbox.sqlite3"
        db = sqlite3.connect(path, timeout=10)
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(_TABLE)
        return db
