"""The tree as files that only grow: each tile of C2SP tlog-tiles is a slice of one of them.

    level-<L>    hashes of the complete subtrees of 256^L leaves, 32 bytes each
    entries      the entries, each after its length in two bytes: all entry bundles, end to end
    bundles      where each bundle of 256 entries begins in `entries`, 8 bytes each

The record (the database) says how many leaves are committed; only what lies below that counts.
An append writes behind it, syncs every file, and then the record commits: a power cut before
leaves bytes that the next append overwrites, and never a leaf without its hash. Opening reads
nothing but the last bundle, however long the log is.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from minben.protocol import merkle, tiles
from minben.protocol.file_lane import sync_folder
from minben.protocol.tiles import HASH, HEIGHT, WIDTH, Tile

_OFFSET = struct.Struct(">Q")


class BrokenLog(Exception):
    """紀錄檔損壞 The files hold less than the record says was written."""


class LogFiles:
    """紀錄檔 The log's files up to a committed size. Readers and one writer open their own."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self.size = folder, size
        self._files: dict[str, int] = {}

    def close(self) -> None:
        """Let go of the files."""
        for descriptor in self._files.values():
            os.close(descriptor)
        self._files.clear()

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (`merkle.Node`); BrokenLog when it is not there."""
        return tiles.node_from(self.hashes)(level, index)

    def root(self) -> bytes:
        """The root of the committed tree."""
        return merkle.root(self.size, self.node)

    def entry(self, index: int) -> bytes:
        """The bytes of one leaf; ValueError beyond the committed size."""
        if not 0 <= index < self.size:
            raise ValueError(f"there is no leaf {index} in a log of {self.size}")
        bundle, place = divmod(index, WIDTH)
        return self._bundle(bundle, place + 1)[place]

    def entries(self) -> Iterator[bytes]:
        """All committed leaves, from the first."""
        for bundle in range(-(-self.size // WIDTH)):
            yield from self._bundle(bundle, min(WIDTH, self.size - bundle * WIDTH))

    def tile(self, tile: Tile) -> bytes | None:
        """The static resource of a tile; None when the committed tree does not have it."""
        level = tile.level or 0
        if tile.index * WIDTH + tile.width > self.size >> (HEIGHT * level):
            return None
        if tile.level is None:
            return tiles.bundled(self._bundle(tile.index, tile.width))
        return self.hashes(level, tile.index * WIDTH, tile.width)

    def append(self, entries: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Append leaves and their hashes durably behind the committed ones; they count at once
        here and, for everybody else, when the record says so.
        """
        offsets, end = [], self._end()
        at, lengths = end, iter(entries)
        for index in range(self.size, self.size + len(entries)):
            if index % WIDTH == 0:
                offsets.append(at)
            at += 2 + len(next(lengths))
        self._write("entries", end, tiles.bundled(entries))
        begun = -(-self.size // WIDTH)
        self._write("bundles", begun * 8, b"".join(map(_OFFSET.pack, offsets)))
        level, first, row = 0, self.size, list(hashes)
        self.size += len(entries)
        while row:
            self._write(f"level-{level}", first * HASH, b"".join(row))
            first, last = first >> HEIGHT, (first + len(row)) >> HEIGHT
            level += 1
            below = level - 1
            row = [
                tiles.folded(self.hashes(below, index * WIDTH, WIDTH))
                for index in range(first, last)
            ]
        for descriptor in self._files.values():
            os.fdatasync(descriptor)

    def _end(self) -> int:
        """Where the committed entries end, in bytes."""
        if not self.size:
            return 0
        bundle, last = divmod(self.size - 1, WIDTH)
        held = self._bundle(bundle, last + 1)
        return self._offset(bundle) + sum(2 + len(entry) for entry in held)

    def _bundle(self, bundle: int, width: int) -> list[bytes]:
        start = self._offset(bundle)
        found: list[bytes] = []
        data, at = b"", 0
        while len(found) < width:
            need = at + 2
            if len(data) >= need:
                need += int.from_bytes(data[at : at + 2], "big")
            if len(data) < need:
                more = os.pread(self._open("entries"), max(need, 1 << 17), start + len(data))
                if not more:
                    raise BrokenLog(f"{self._folder}: bundle {bundle} is cut off")
                data += more
                continue
            found.append(data[at + 2 : need])
            at = need
        return found

    def _offset(self, bundle: int) -> int:
        raw = os.pread(self._open("bundles"), 8, bundle * 8)
        if len(raw) != 8:
            raise BrokenLog(f"{self._folder}: bundle {bundle} is missing")
        (offset,) = _OFFSET.unpack(raw)
        return int(offset)

    def hashes(self, level: int, first: int, count: int) -> bytes:
        """Stored hashes of a level, end to end; BrokenLog when they are not all there."""
        found = os.pread(self._open(f"level-{level}"), count * HASH, first * HASH)
        if len(found) != count * HASH:
            raise BrokenLog(f"{self._folder}: level {level} ends before hash {first + count}")
        return found

    def _write(self, name: str, at: int, data: bytes) -> None:
        file = self._open(name)
        if os.fstat(file).st_size < at:
            raise BrokenLog(f"{self._folder}/{name} is shorter than the record says")
        os.ftruncate(file, at)
        left = memoryview(data)
        while left:
            written = os.pwrite(file, left, at)
            at, left = at + written, left[written:]

    def _open(self, name: str) -> int:
        if name not in self._files:
            path = self._folder / name
            is_new = not path.exists()
            self._files[name] = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if is_new:
                sync_folder(self._folder)
        return self._files[name]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """One writer at a time on this machine, whichever process it is; others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    guard = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield
    finally:
        os.close(guard)
