"""A sparse Merkle map: 32-byte keys to 32-byte values, with proofs that a key holds a value,
or holds none. One root binds the whole map: there is one place, hence one value, per key.

A subtree with a single key is that key's leaf, so proofs are about log2(number of keys) long.
Leaf: SHA-256(0x02 ‖ key ‖ value); branch: SHA-256(0x03 ‖ left ‖ right); empty: 32 zero bytes.
The bits of the key, most significant first, say left (0) or right (1) at each branch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass

EMPTY = bytes(32)
_LEAF, _BRANCH = b"\x02", b"\x03"
Nodes = MutableMapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class MapProof:
    """對照證明 The siblings on the way to a key, from the root down, and what stands there.

    `leaf` is the (key, value) found at the end: the key itself, or another key that shows the
    place is not the asked one's, or None for an empty place.
    """

    siblings: tuple[bytes, ...]
    leaf: tuple[bytes, bytes] | None

    def root_for(self, key: bytes) -> bytes:
        """The root that this proof leads to; ValueError if it cannot be about the key."""
        depth = len(self.siblings)
        if depth > 256:
            raise ValueError("the proof is too long")
        found = EMPTY
        if self.leaf is not None:
            if _prefix(self.leaf[0], depth) != _prefix(key, depth):
                raise ValueError("the leaf stands on another path")
            found = _leaf_hash(*self.leaf)
        for level in reversed(range(depth)):
            sibling = self.siblings[level]
            found = _branch(sibling, found) if _bit(key, level) else _branch(found, sibling)
        return found

    def value_of(self, key: bytes) -> bytes | None:
        """The value that the proof shows for the key; None when it shows that there is none."""
        return self.leaf[1] if self.leaf is not None and self.leaf[0] == key else None


class SparseMap:
    """稀疏對照樹 The map over a store of nodes by hash, e.g. a dict or a table.

    Only the newest version is kept: nodes that a change replaces are deleted from the store.
    """

    def __init__(self, nodes: Nodes, root: bytes = EMPTY) -> None:
        self._nodes = nodes
        self.root = root

    def put(self, key: bytes, value: bytes) -> None:
        """Put a value under a key; the old one, if any, is replaced."""
        if len(key) != 32 or len(value) != 32:
            raise ValueError("keys and values have 32 bytes")
        way, found = self._descend(key)
        if found is not None:
            self._drop(_leaf_hash(*found))
        node = self._put(_LEAF + key + value)
        if found is not None and found[0] != key:
            node = self._part(len(way), (key, node), found)
        for level in reversed(range(len(way))):
            parent, sibling = way[level]
            self._drop(parent)
            pair = (sibling, node) if _bit(key, level) else (node, sibling)
            node = self._put(_BRANCH + pair[0] + pair[1])
        self.root = node

    def get(self, key: bytes) -> bytes | None:
        """The value under a key, or None."""
        return self.proof(key).value_of(key)

    def proof(self, key: bytes) -> MapProof:
        """Proof of what stands under a key, or that nothing does."""
        way, found = self._descend(key)
        return MapProof(tuple(sibling for _, sibling in way), found)

    def steps(self, keys: Iterable[bytes]) -> Iterator[frozenset[bytes]]:
        """The node hashes on the way to several keys, level by level, to be fetched in bulk.

        The caller makes each set readable in the store before it takes the next one.
        """
        level, open_ways = 0, dict.fromkeys(keys, self.root)
        while open_ways := {k: h for k, h in open_ways.items() if h != EMPTY}:
            yield frozenset(open_ways.values())
            onward = {}
            for key, node_hash in open_ways.items():
                node = self._nodes[node_hash]
                if node[:1] == _BRANCH:
                    onward[key] = node[33:65] if _bit(key, level) else node[1:33]
            level, open_ways = level + 1, onward

    def _descend(self, key: bytes) -> tuple[list[tuple[bytes, bytes]], tuple[bytes, bytes] | None]:
        """(branch, sibling) pairs from the root down, and the leaf at the end."""
        way: list[tuple[bytes, bytes]] = []
        current = self.root
        while current != EMPTY:
            node = self._nodes[current]
            if node[:1] == _LEAF:
                return way, (node[1:33], node[33:65])
            left, right = node[1:33], node[33:65]
            turn = _bit(key, len(way))
            way.append((current, left if turn else right))
            current = right if turn else left
        return way, None

    def _part(self, depth: int, new: tuple[bytes, bytes], old: tuple[bytes, bytes]) -> bytes:
        """Branches below `depth` until two keys go different ways."""
        key, node = new
        fork = depth
        while _bit(key, fork) == _bit(old[0], fork):
            fork += 1
        other = self._put(_LEAF + old[0] + old[1])
        pair = (other, node) if _bit(key, fork) else (node, other)
        node = self._put(_BRANCH + pair[0] + pair[1])
        for level in reversed(range(depth, fork)):
            pair = (EMPTY, node) if _bit(key, level) else (node, EMPTY)
            node = self._put(_BRANCH + pair[0] + pair[1])
        return node

    def _put(self, node: bytes) -> bytes:
        node_hash = hashlib.sha256(node).digest()
        self._nodes[node_hash] = node
        return node_hash

    def _drop(self, node_hash: bytes) -> None:
        del self._nodes[node_hash]


def verify_map(root: bytes, key: bytes, value: bytes | None, proof: MapProof) -> bool:
    """Whether the proof shows that the map with this root holds exactly this under the key."""
    try:
        return proof.root_for(key) == root and proof.value_of(key) == value
    except ValueError:
        return False


def proof_to_json(proof: MapProof) -> dict[str, object]:
    """`{"siblings": [hex…], "leaf": [hex key, hex value] | null}`."""
    leaf = None if proof.leaf is None else [part.hex() for part in proof.leaf]
    return {"siblings": [sibling.hex() for sibling in proof.siblings], "leaf": leaf}


def _leaf_hash(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(_LEAF + key + value).digest()


def _branch(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_BRANCH + left + right).digest()


def _bit(key: bytes, position: int) -> int:
    return key[position >> 3] >> (7 - (position & 7)) & 1


def _prefix(key: bytes, bits: int) -> int:
    return int.from_bytes(key, "big") >> (256 - bits)
