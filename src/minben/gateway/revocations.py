"""Whether a basis was revoked: read per message on one host, a second old at most across hosts.

The feed is a file of lines, appended (fsync) by the consent owner before its own transaction
ends, so that a revocation is never known there and unknown here. A line is the basis's id.
Another host follows a gateway's `/revocations` and refuses everything when it last heard more
than a second ago: not knowing is not permission.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

STALE_SECONDS = 1.0
MOST_BYTES = 1_000_000  # handed to a follower at a time


class FeedStale(Exception):
    """Nobody can say now what was revoked."""


class LocalFeed:
    """本機撤回清單 The consent owner's file on this host, looked at for every message."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._read = 0
        self._half = b""
        self._revoked: set[str] = set()

    def revoked(self, basis: str) -> bool:
        """Whether a basis was revoked by now; FeedStale when the file cannot be read."""
        try:
            self._catch_up()
        except OSError as error:
            raise FeedStale from error
        return basis in self._revoked

    def since(self, offset: int) -> bytes:
        """The whole lines of the file from an offset on, for followers on other hosts."""
        self.revoked("")
        data = os.pread(self._file, MOST_BYTES, max(0, offset))
        return data[: data.rfind(b"\n") + 1]

    def _catch_up(self) -> None:
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDONLY)
        found = os.fstat(self._file)
        size = found.st_size
        if size < self._read or not found.st_nlink:
            raise OSError(f"{self._path} has shrunk or is gone")
        while self._read < size:
            data = os.pread(self._file, 1 << 20, self._read)
            if not data:
                raise OSError(f"{self._path} cannot be read")
            self._read += len(data)
            *lines, self._half = (self._half + data).split(b"\n")
            self._revoked.update(line.decode() for line in lines)


class FollowedFeed:
    """跟隨撤回清單 The same list, pulled from the host where consent is recorded."""

    def __init__(self) -> None:
        self._heard = float("-inf")
        self._revoked: set[str] = set()
        self.offset = 0

    def take(self, lines: bytes, *, asked_at: float) -> None:
        """What a signed answer brought that was asked for at `asked_at` (monotonic seconds).

        Its age counts from the asking, so that a slow answer does not pass for a fresh one. An
        answer as long as one may be is not the whole: the next one is waited for.
        """
        self._revoked.update(lines.decode().split("\n")[:-1])
        self.offset += len(lines)
        if len(lines) < MOST_BYTES // 2:
            self._heard = asked_at

    def revoked(self, basis: str) -> bool:
        """Whether a basis was revoked by a second ago; FeedStale when that is not known."""
        if time.monotonic() - self._heard > STALE_SECONDS:
            raise FeedStale
        return basis in self._revoked


Feed = LocalFeed | FollowedFeed


def append(path: Path, basis: str) -> None:
    """Write a revocation where gateways read it; returns when it is on the disk.

    OSError when the disk does not take it: then the revocation must not be committed either.
    """
    if "\n" in basis or not basis:
        raise ValueError("a basis's id is one line")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(file).st_size
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"  # by a full disk or a power cut
        line = b"\n" * torn + basis.encode() + b"\n"
        if os.write(file, line) != len(line):
            raise OSError(f"{path}: the disk did not take the whole line")
        os.fsync(file)
    finally:
        os.close(file)
