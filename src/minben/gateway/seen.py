"""Which signatures were used: shared by all workers of the gateway, and outliving them."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from pathlib import Path

_SLOT = 16
_HEAD = 16
_GENERATIONS = 2
_PROBES = 64


class SeenFull(Exception):
    """More signatures came in one window than the table holds: nothing more is taken."""


class Seen:
    """已用簽章 A hash table in a file that every worker maps; a slot is half of a SHA-256.

    Two generations of one window each: an entry is remembered for at least one window and at
    most two. Taking a slot holds a file lock, so that of two workers with the same signature one
    is told that it comes second. Full is an error, never a forgetting.
    """

    def __init__(self, path: Path, *, window: int, slots: int = 1 << 20) -> None:
        """`slots` a power of two; 16 bytes each on disk, twice. Both as when the file was made."""
        if slots & (slots - 1):
            raise ValueError("slots must be a power of two")
        self._window, self._slots = window, slots
        self._span = _HEAD + slots * _SLOT
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._file).st_size != self._span * _GENERATIONS:
            os.ftruncate(self._file, self._span * _GENERATIONS)
        self._map = mmap.mmap(self._file, self._span * _GENERATIONS)

    def first_sight(self, key_id: str, nonce: str, now: float) -> bool:
        """Whether this signature is new; SeenFull when there is no room to remember it."""
        mark = hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()[:_SLOT]
        turn = int(now) // self._window
        current = (turn % _GENERATIONS) * self._span
        other = ((turn + 1) % _GENERATIONS) * self._span
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, 0)  # over both: the turn comes between workers
        try:
            if self._turn_of(current) != turn:
                self._begin(current, turn)
            # The one before; or the one after, when another worker or a clock set back was there.
            if abs(self._turn_of(other) - turn) == 1 and self._find(other, mark)[0]:
                return False
            return self._take(current, mark)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, 0)

    def close(self) -> None:
        """Unmap the table."""
        self._map.close()
        os.close(self._file)

    def _take(self, base: int, mark: bytes) -> bool:
        found, free = self._find(base, mark)
        if found:
            return False
        if free is None:
            raise SeenFull
        self._map[free : free + _SLOT] = mark
        return True

    def _find(self, base: int, mark: bytes) -> tuple[bool, int | None]:
        place = int.from_bytes(mark[:8], "big")
        for i in range(_PROBES):
            at = base + _HEAD + ((place + i) & (self._slots - 1)) * _SLOT
            held = self._map[at : at + _SLOT]
            if held == mark:
                return True, None
            if held == bytes(_SLOT):
                return False, at
        return False, None

    def _turn_of(self, base: int) -> int:
        turn: int = struct.unpack_from(">q", self._map, base)[0]
        return turn

    def _begin(self, base: int, turn: int) -> None:
        """Empty a generation for its turn."""
        self._map[base + _HEAD : base + self._span] = bytes(self._span - _HEAD)
        struct.pack_into(">q", self._map, base, turn)
