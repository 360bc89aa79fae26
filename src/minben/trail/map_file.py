"""The map of all persons' chains as a file: nodes are only ever appended, so every root stays.

Node number k (from 1) is record k−1 of 80 bytes: a branch holds its children's numbers and
hashes, a leaf its key and value; number 0 is the empty subtree. An update writes the changed
branches anew and leaves the old ones alone: whoever holds an older root can still prove from it,
and a power cut can only lose what no committed root refers to. Hashes are those of
`protocol.sparse_map`; a test holds both to the same roots and proofs.
"""

from __future__ import annotations

import os
import struct
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from minben.protocol.sparse_map import EMPTY, MapProof

RECORD = 80
_NODE = struct.Struct(">QQ32s32s")
_LEAF = 2**64 - 1


@dataclass(frozen=True, slots=True)
class MapRoot:
    """對照樹根 One version of the map: its root node, its hash, how many keys.

    A root is written after everything below it, so its number is also where its version ends.
    """

    node: int = 0
    hash: bytes = EMPTY
    keys: int = 0


class MapFile:
    """對照樹檔 The map from a committed root on. One writer; readers open their own."""

    def __init__(self, path: Path, *, writing: bool = False) -> None:
        flags = os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY
        self._file = os.open(path, flags, 0o600)
        self._fresh = bytearray()
        self._end = 0
        self._added = 0

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def update(self, root: MapRoot, values: Mapping[bytes, bytes]) -> MapRoot:
        """A version in which these keys hold these values; durable after `flush`."""
        if any(len(part) != 32 for pair in values.items() for part in pair):
            raise ValueError("keys and values have 32 bytes")
        self._fresh, self._end, self._added = bytearray(), root.node, 0
        keys = sorted(values)
        batch = _Batch([int.from_bytes(key, "big") for key in keys], keys, values)
        node, hash = self._merge(root.node, root.hash, 0, 0, 0, len(keys), batch)
        return MapRoot(node, hash, root.keys + self._added)

    def flush(self) -> None:
        """Make the last update durable; what lay beyond the root it began from is dropped."""
        os.ftruncate(self._file, self._end * RECORD)
        at, left = self._end * RECORD, memoryview(bytes(self._fresh))
        while left:
            written = os.pwrite(self._file, left, at)
            at, left = at + written, left[written:]
        os.fdatasync(self._file)

    def proof(self, root: MapRoot, key: bytes) -> MapProof:
        """Proof of what stands under a key in this version, or that nothing does."""
        self._end = root.node
        siblings: list[bytes] = []
        node, number = root.node, int.from_bytes(key, "big")
        while node:
            left, right, first, second = self._read(node)
            if left == _LEAF:
                return MapProof(tuple(siblings), (first, second))
            turn = number >> (255 - len(siblings)) & 1
            siblings.append(first if turn else second)
            node = right if turn else left
        return MapProof(tuple(siblings), None)

    def _merge(
        self, node: int, hash: bytes, level: int, prefix: int, low: int, high: int, batch: _Batch
    ) -> tuple[int, bytes]:
        """The subtree with keys [low, high) of the batch put into it."""
        if low == high:
            return node, hash
        if not node:
            self._added += high - low
            return self._build(level, prefix, low, high, batch)
        left, right, first, second = self._read(node)
        if left == _LEAF:
            self._added += high - low
            if first in batch.values:
                self._added -= 1
                return self._build(level, prefix, low, high, batch)
            merged = batch.with_one(low, high, first, second)
            return self._build(level, prefix, 0, len(merged.keys), merged)
        middle = batch.split(level, prefix, low, high)
        bit = 1 << (255 - level)
        left, first = self._merge(left, first, level + 1, prefix, low, middle, batch)
        right, second = self._merge(right, second, level + 1, prefix | bit, middle, high, batch)
        return self._branch(left, right, first, second)

    def _build(
        self, level: int, prefix: int, low: int, high: int, batch: _Batch
    ) -> tuple[int, bytes]:
        """A subtree of nothing but keys [low, high) of the batch."""
        if low == high:
            return 0, EMPTY
        if high - low == 1:
            key = batch.keys[low]
            return self._leaf(key, batch.values[key])
        middle = batch.split(level, prefix, low, high)
        bit = 1 << (255 - level)
        left, first = self._build(level + 1, prefix, low, middle, batch)
        right, second = self._build(level + 1, prefix | bit, middle, high, batch)
        return self._branch(left, right, first, second)

    def _leaf(self, key: bytes, value: bytes) -> tuple[int, bytes]:
        self._fresh += _NODE.pack(_LEAF, 0, key, value)
        return self._end + len(self._fresh) // RECORD, sha256(b"\x02" + key + value).digest()

    def _branch(self, left: int, right: int, first: bytes, second: bytes) -> tuple[int, bytes]:
        self._fresh += _NODE.pack(left, right, first, second)
        return self._end + len(self._fresh) // RECORD, sha256(b"\x03" + first + second).digest()

    def _read(self, node: int) -> tuple[int, int, bytes, bytes]:
        if node > self._end:
            at = (node - self._end - 1) * RECORD
            return _NODE.unpack_from(self._fresh, at)
        record = os.pread(self._file, RECORD, (node - 1) * RECORD)
        if len(record) != RECORD:
            raise KeyError(f"node {node} of the map is missing")
        return _NODE.unpack(record)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Keys in order, as numbers and as bytes, and what they are to hold."""

    numbers: list[int]
    keys: list[bytes]
    values: Mapping[bytes, bytes]

    def split(self, level: int, prefix: int, low: int, high: int) -> int:
        """Where, among keys that share a prefix, the next bit turns from 0 to 1."""
        return bisect_left(self.numbers, prefix | 1 << (255 - level), low, high)

    def with_one(self, low: int, high: int, key: bytes, value: bytes) -> _Batch:
        """A few keys of it and one more."""
        chosen = sorted([*self.keys[low:high], key])
        values = {one: self.values[one] for one in self.keys[low:high]} | {key: value}
        return _Batch([int.from_bytes(one, "big") for one in chosen], chosen, values)
