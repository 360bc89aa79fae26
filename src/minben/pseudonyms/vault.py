"""Keys per purpose, pseudonyms, and the sealed way back (SQLite in the authority's folder)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from minben.protocol.keys import SigningKey

_TABLE = """
CREATE TABLE IF NOT EXISTS issued(
  purpose TEXT NOT NULL, pseudonym TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (purpose, pseudonym)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owner(purpose TEXT PRIMARY KEY, agency TEXT NOT NULL);
"""


class Vault:
    """金庫 Pseudonym = HMAC-SHA-256(key of the purpose, number), 130 bits in base32.

    After Austria's bereichsspezifisches Personenkennzeichen (E-GovG §§ 9, 13): one person has
    unrelated names in two purposes, and only who holds both keys could tell. Each purpose has a
    random key of its own (0600); destroying it ends the purpose's pseudonyms. The way back is a
    table of numbers sealed (XSalsa20-Poly1305) under a key derived from the purpose's.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._keys = folder / "purposes"
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / "issued.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLE)

    def belongs(self, purpose: str, agency: str) -> bool:
        """Whether a purpose is this agency's; the first that comes with a mandate keeps it.

        Two agencies under one purpose would hold the same names and could join what they know.
        """
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO owner VALUES (?, ?)", (purpose, agency))
            row = self._db.execute(
                "SELECT agency FROM owner WHERE purpose = ?", (purpose,)
            ).fetchone()
        return bool(row[0] == agency)

    def issue(self, purpose: str, numbers: Sequence[str]) -> list[str]:
        """The pseudonyms of numbers in a purpose, in their order; the same ones every time."""
        seed = self._seed(purpose)
        naming, box = _derive(seed, b"name"), SecretBox(_derive(seed, b"seal"))
        names = [_name(naming, number) for number in numbers]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            known = self._known(purpose, names)
            fresh = {
                name: number
                for name, number in zip(names, numbers, strict=True)
                if name not in known
            }
            self._db.executemany(
                "INSERT INTO issued VALUES (?, ?, ?)",
                ((purpose, name, box.encrypt(n.encode())) for name, n in fresh.items()),
            )
            self._db.execute("COMMIT")
        return names

    def resolve(self, purpose: str, pseudonym: str) -> str | None:
        """The number behind a pseudonym of this purpose; None when it has none."""
        with self._lock:
            row = self._db.execute(
                "SELECT sealed FROM issued WHERE purpose = ? AND pseudonym = ?",
                (purpose, pseudonym),
            ).fetchone()
        if row is None:
            return None
        box = SecretBox(_derive(self._seed(purpose), b"seal"))
        try:
            return box.decrypt(row[0]).decode()
        except CryptoError as error:
            raise ValueError(f"the key of purpose {purpose!r} is not the one it had") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _known(self, purpose: str, names: Sequence[str]) -> set[str]:
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS asked(name TEXT PRIMARY KEY)")
        self._db.execute("DELETE FROM asked")
        self._db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((n,) for n in names))
        rows = self._db.execute(
            "SELECT name FROM asked JOIN issued ON purpose = ? AND pseudonym = name", (purpose,)
        )
        return {row[0] for row in rows}

    def _seed(self, purpose: str) -> bytes:
        file = hashlib.sha256(purpose.encode()).hexdigest()[:32]
        path = self._keys / file
        SigningKey.load_or_make(path)
        return path.read_bytes()


def _derive(seed: bytes, use: bytes) -> bytes:
    return hmac.new(seed, b"minben.pseudonyms." + use, hashlib.sha256).digest()


def _name(key: bytes, number: str) -> str:
    digest = hmac.new(key, number.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:26].decode().lower()
