"""Tiles (C2SP tlog-tiles): the tree and its entries as static resources, by their paths.

A tile of level L holds up to 256 hashes of subtrees of 256^L leaves; a full one never changes.
An entry bundle holds up to 256 entries, each after its length in two bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from minben.protocol import merkle

WIDTH = 256
HEIGHT = 8
HASH = 32
ENTRIES = "entries"
_LENGTH = struct.Struct(">H")
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """磚 Which tile: level (None for an entry bundle), index in the level, and its width."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The resource's path below the log's prefix."""
        level = ENTRIES if self.level is None else str(self.level)
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @classmethod
    def of_path(cls, path: str) -> Tile:
        """The tile that a path names; ValueError for any path that `path` would not write."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise ValueError("not the path of a tile")
        level, high, low, width = found.groups()
        index = int(high.replace("x", "").replace("/", "") + low)
        tile = cls(None if level == ENTRIES else int(level), index, int(width or WIDTH))
        if tile.path != path or (tile.level or 0) > 63:
            raise ValueError("not the path of a tile")
        return tile

    def is_of(self, size: int) -> bool:
        """Whether a tree of `size` leaves has this tile, full or just so wide."""
        hashes = size >> (HEIGHT * (self.level or 0))
        have = min(hashes - self.index * WIDTH, WIDTH)
        return 0 < self.width <= have and (self.width == WIDTH or self.width == have)


def tiles_of(size: int) -> Iterator[Tile]:
    """The hash tiles of a tree of `size` leaves: full ones, then a partial one, by level."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        yield from (Tile(level, index) for index in range(hashes // WIDTH))
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)
        level += 1


def node_from(read: Callable[[int, int, int], bytes]) -> merkle.Node:
    """The node function over stored hashes: `read(level, first, count)` gives `count` of them.

    Only each eighth level is stored; the levels between are hashed from the tile below.
    """

    def node(level: int, index: int) -> bytes:
        stored, above = divmod(level, HEIGHT)
        return folded(read(stored, index << above, 1 << above))

    return node


def folded(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, end to end."""
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [merkle.node_hash(left, right) for left, right in pairs]
    return row[0]


def bundled(entries: Sequence[bytes]) -> bytes:
    """An entry bundle; ValueError for an entry over 65,535 bytes."""
    if any(len(entry) > 0xFFFF for entry in entries):
        raise ValueError("an entry has at most 65,535 bytes")
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def unbundled(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError when it is torn."""
    entries, at = [], 0
    while at < len(bundle):
        start = at + _LENGTH.size
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or at > len(bundle):
            raise ValueError("the bundle ends within an entry")
        entries.append(bundle[start:at])
    return entries
