"""The tree and the map as tables: reading in bulk, appending, and never changing a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Q

from minben.protocol import merkle
from minben.protocol.sparse_map import SparseMap
from minben.trail.models import Leaf, MapNode, TreeNode

_T = TypeVar("_T")
_CHUNK = 500  # rows per IN (…): SQLite allows few more variables


class StoredTree:
    """儲存的樹 The tree's complete subtrees in `Leaf` and `TreeNode`, each read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; KeyError when `load` has not fetched it."""
        return self._known[level, index]

    def load(self, ask: Callable[[merkle.Node], object]) -> None:
        """Fetch every node that a proof asks for: leaves in one query, subtrees in another."""
        wanted: set[tuple[int, int]] = set()

        def note(level: int, index: int) -> bytes:
            if (level, index) not in self._known:
                wanted.add((level, index))
            return merkle.EMPTY

        ask(note)
        for places in chunks(sorted(wanted)):
            self._fetch(places)

    def append(self, index: int, leaf: bytes) -> list[TreeNode]:
        """Add leaf number `index`; the rows of the subtrees that it completes."""
        closed = list(merkle.completed_by(index, leaf, self.node))
        self._known[0, index] = leaf
        self._known.update({(level, place): value for level, place, value in closed})
        return [TreeNode(level=level, index=place, hash=value) for level, place, value in closed]

    def _fetch(self, places: list[tuple[int, int]]) -> None:
        by_level: dict[int, list[int]] = {}
        for level, index in places:
            by_level.setdefault(level, []).append(index)
        leaves = by_level.pop(0, [])
        for index, value in Leaf.objects.filter(index__in=leaves).values_list("index", "hash"):
            self._known[0, index] = bytes(value)
        if not by_level:
            return
        either = reduce(or_, (Q(level=at, index__in=found) for at, found in by_level.items()))
        rows = TreeNode.objects.filter(either).values_list("level", "index", "hash")
        self._known.update({(level, index): bytes(value) for level, index, value in rows})


def edge(size: int) -> Callable[[merkle.Node], object]:
    """What `StoredTree.load` needs before leaves are appended to a tree of `size`."""

    def ask(node: merkle.Node) -> None:
        for level in range(size.bit_length()):
            if size >> level & 1:
                node(level, (size >> level) - 1)

    return ask


class MapStore(MutableMapping[bytes, bytes]):
    """對照樹儲存 The map's nodes by hash: read from `MapNode`, changes kept until `save`."""

    def __init__(self) -> None:
        self._read: dict[bytes, bytes] = {}
        self._added: dict[bytes, bytes] = {}
        self._dropped: set[bytes] = set()

    def load(self, tree: SparseMap, keys: Iterable[bytes]) -> None:
        """Fetch all nodes on the way to these keys, one query per level of the map."""
        for hashes in tree.steps(keys):
            missing = [value for value in hashes if value not in self._read]
            for chunk in chunks(missing):
                rows = MapNode.objects.filter(hash__in=chunk).values_list("hash", "node")
                self._read.update({bytes(key): bytes(node) for key, node in rows})

    def save(self) -> None:
        """Write what was added, delete what was replaced."""
        for chunk in chunks(sorted(self._dropped)):
            MapNode.objects.filter(hash__in=chunk).delete()
        rows = [MapNode(hash=key, node=node) for key, node in self._added.items()]
        MapNode.objects.bulk_create(rows, batch_size=_CHUNK)
        self._read.update(self._added)
        self._added, self._dropped = {}, set()

    def __getitem__(self, key: bytes) -> bytes:
        if key in self._added:
            return self._added[key]
        if key in self._dropped:
            raise KeyError(key)
        return self._read[key]

    def __setitem__(self, key: bytes, node: bytes) -> None:
        if key in self._dropped:
            self._dropped.remove(key)
        elif key not in self._read:
            self._added[key] = node

    def __delitem__(self, key: bytes) -> None:
        if self._added.pop(key, None) is None:
            self._dropped.add(key)

    def __iter__(self) -> Iterator[bytes]:
        return iter((self._read.keys() - self._dropped) | self._added.keys())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def chunks(values: list[_T]) -> Iterator[list[_T]]:
    """Slices short enough for one query."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
