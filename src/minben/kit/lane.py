"""The provider's own append-only log: hash-chained lines, durable before an answer leaves."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minben.kit.types import JSON

_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Receipt:
    """收據 Proof of a place in the lane: line number and the line's SHA-256."""

    n: int
    digest: str


class BrokenLane(Exception):
    """The log on disk is not the chain that was written: changed, dropped or reordered."""


class Lane:
    """日誌 One file of JSON lines, each naming the digest of the line before.

    Appending is safe between threads; one fdatasync serves all lines written while the last one
    ran. A key that was logged before is not logged again. A line torn by a power cut is set
    aside when the file is opened; any other damage raises `BrokenLane`. After a write that
    failed nothing is logged any more until the file is opened anew: what the disk then holds is
    not known (a second fdatasync may succeed over lost pages), and not logged means no data.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "00000000.jsonl"
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise BrokenLane(f"{self.path} is open in another process: stop that one") from error
        self._write_lock = threading.Lock()
        self._sync_lock = threading.Lock()
        self._keys: dict[str, Receipt] = {}
        self._next = 0
        self._last = _FIRST
        self._failed = False
        self._open()
        self._synced = self._next

    def append(self, what: str, *, key: str, details: dict[str, JSON]) -> Receipt:
        """Log one event durably, once per `key`; returns when it is on the disk.

        OSError when the disk does not take it; `BrokenLane` from then on.
        """
        try:
            return self._append(what, key, details)
        except OSError:
            self._failed = True
            raise

    def _append(self, what: str, key: str, details: dict[str, JSON]) -> Receipt:
        with self._write_lock:
            self._check()
            receipt = self._keys.get(key)
            if receipt is None:
                line = _line(self._next, self._last, what, key, details)
                _write_all(self._file, line)
                receipt = Receipt(self._next, hashlib.sha256(line).hexdigest())
                self._keys[key] = receipt
                self._next, self._last = self._next + 1, receipt.digest
        self._sync(receipt.n)
        self._check()
        return receipt

    def _check(self) -> None:
        if self._failed:
            raise BrokenLane(f"{self.path}: the disk did not take a line; start the process anew")

    def entries(self) -> Iterator[dict[str, JSON]]:
        """Every line, oldest first, for audits and tests."""
        for line in self.path.read_bytes().splitlines():
            yield json.loads(line)

    def __len__(self) -> int:
        return self._next

    def close(self) -> None:
        """Let another process open the lane."""
        os.close(self._file)

    def _sync(self, n: int) -> None:
        with self._sync_lock:
            if self._synced > n:
                return  # a neighbour's fdatasync took this line along
            written = self._next
            os.fdatasync(self._file)
            self._synced = written

    def _open(self) -> None:
        data = self.path.read_bytes()
        whole, newline, torn = data.rpartition(b"\n")
        if torn:
            self.path.with_suffix(f".torn-{len(whole)}").write_bytes(torn)
            os.ftruncate(self._file, len(whole) + len(newline))
            os.fsync(self._file)
        for line in whole.split(b"\n") if whole else ():
            entry = json.loads(line)
            if entry["n"] != self._next or entry["prev"] != self._last:
                raise BrokenLane(f"{self.path}: line {self._next} does not follow the one before")
            self._last = hashlib.sha256(line + b"\n").hexdigest()
            self._keys[entry["key"]] = Receipt(self._next, self._last)
            self._next += 1


def _line(n: int, prev: str, what: str, key: str, details: dict[str, JSON]) -> bytes:
    at = datetime.now(UTC).isoformat()
    entry = {"n": n, "prev": prev, "at": at, "what": what, "key": key, **details}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
