"""A tree derived leaf by leaf, for those who check a whole log: quick, and nothing stored but
the hashes of each eighth level, as tiles hold them.
"""

from __future__ import annotations

from hashlib import sha256

from minben.protocol import merkle
from minben.protocol.tiles import HEIGHT, WIDTH, folded


class Tree:
    """重算的樹 The tree over the leaves added so far. `levels` are the rows of its tiles."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]
        self.last = b""

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self.levels[0])

    def add(self, data: bytes) -> None:
        """Add one leaf; `last` is its hash."""
        self.last = sha256(b"\x00" + data).digest()
        row = self.levels[0]
        row.append(self.last)
        level = 0
        while len(row) % WIDTH == 0:
            level += 1
            if len(self.levels) == level:
                self.levels.append([])
            above = self.levels[level]
            above.append(folded(b"".join(row[-WIDTH:])))
            row = above

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return merkle.root(self.size, self._node)

    def _node(self, level: int, index: int) -> bytes:
        stored, above = divmod(level, HEIGHT)
        return folded(b"".join(self.levels[stored][index << above : (index + 1) << above]))
