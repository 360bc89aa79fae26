"""A whole audit: everything that can be derived is derived again and compared."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from minben.protocol import checkpoint, entry, merkle
from minben.protocol.sparse_map import SparseMap
from minben.trail import log
from minben.trail.models import (
    Checkpoint,
    Disclosure,
    Leaf,
    MapNode,
    PersonChain,
    Sequencer,
    TreeNode,
    Waiting,
)


@transaction.atomic
def audit() -> list[str]:
    """Check the whole log in one pass; the faults found, each in a sentence. Empty: it is valid.

    Leaves and their hashes, every complete subtree, every checkpoint's root and signature, lane
    numbers without gaps, every person's chain and place in the map, and every text still told.
    """
    Sequencer.objects.select_for_update().filter(id=1).first()
    return [*_tree(), *_chains(), *_texts()]


def _tree() -> Iterator[str]:
    heads = {row.size: row for row in Checkpoint.objects.all()}
    stored = {
        (level, index): bytes(value)
        for level, index, value in TreeNode.objects.values_list("level", "index", "hash")
    }
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return known[level, index]

    lanes: dict[str, int] = {}
    size = 0
    for leaf in Leaf.objects.order_by("index").iterator():
        if leaf.index != size:
            yield f"leaf {size} is missing"
            return
        value = merkle.leaf_hash(leaf.data.encode())
        if value != bytes(leaf.hash):
            yield f"leaf {leaf.index} was changed"
        lane, n = _number(leaf)
        if n != lanes.get(lane, 0) + 1:
            yield f"leaf {leaf.index}: lane {lane} jumps from {lanes.get(lane, 0)} to {n}"
        lanes[lane] = n
        known[0, size] = value
        for level, index, closed in merkle.completed_by(size, value, node):
            known[level, index] = closed
            if stored.pop((level, index), None) != closed:
                yield f"subtree {level}/{index} is missing or was changed"
        size += 1
        yield from _head(heads.pop(size, None), size, node)
    yield from (f"checkpoint {extra} is of a tree that is not there" for extra in heads)
    yield from (f"subtree {level}/{index} is of no leaf" for level, index in stored)
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    if (last or 0) != size:
        yield f"{size - (last or 0)} leaves are under no checkpoint"


def _head(head: Checkpoint | None, size: int, node: merkle.Node) -> Iterator[str]:
    if head is None:
        return
    if merkle.root(size, node) != bytes(head.root):
        yield f"checkpoint {size} has another root than its leaves"
    try:
        signed = checkpoint.read(head.note, log.public_key())
    except checkpoint.NoteError as fault:
        yield f"checkpoint {size}: {fault}"
    else:
        if (signed.size, signed.root) != (size, bytes(head.root)):
            yield f"checkpoint {size} signs another head"


def _number(leaf: Leaf) -> tuple[str, int]:
    if leaf.entry is None and leaf.data.startswith('{"at":'):
        return entry.MAP_LANE, entry.read_map(leaf.data).n
    read = entry.read_entry(leaf.data)
    return read.lane, read.n


def _chains() -> Iterator[str]:
    head = Checkpoint.objects.order_by("-size").first()
    nodes = {bytes(key): bytes(node) for key, node in MapNode.objects.values_list("hash", "node")}
    persons = SparseMap(nodes, bytes(head.map_root) if head else bytes(32))
    leaves: dict[UUID, list[Leaf]] = {}
    for leaf in Leaf.objects.filter(subject__isnull=False).order_by("number").iterator():
        if leaf.subject is not None:
            leaves.setdefault(leaf.subject, []).append(leaf)
    for chain in PersonChain.objects.all():
        key, last = bytes(chain.key), entry.NO_LEAF
        own = leaves.pop(chain.subject, [])
        for number, leaf in enumerate(own, start=1):
            read = entry.read_entry(leaf.data)
            whose = (read.person, read.previous)
            if whose != (entry.person_tag(key, number), entry.previous_tag(key, last)):
                yield f"leaf {leaf.index} does not continue its person's chain"
            last = bytes(leaf.hash)
        if len(own) != chain.count or last != bytes(chain.last):
            yield f"a person's chain ends elsewhere than at {chain.count} entries"
        value = entry.map_value(key, chain.count, bytes(chain.last))
        try:
            found = persons.get(entry.map_key(chain.subject))
        except KeyError:
            found = None
        if found != value:
            yield "the map holds something else about a person"
    yield from ("leaves of a person without a chain" for _ in leaves)


def _texts() -> Iterator[str]:
    committed = {
        row.uuid: bytes(row.commitment) for row in Waiting.objects.all()
    }  # still in the lane
    for leaf in Leaf.objects.filter(entry__isnull=False).iterator():
        if leaf.entry in committed:
            yield f"leaf {leaf.index} still waits in the lane: it would be doubled"
        if leaf.entry is not None:
            committed[leaf.entry] = entry.read_entry(leaf.data).commitment
    for text in Disclosure.objects.iterator():
        if text.uuid not in committed:
            yield "an entry's text has neither leaf nor place in the lane"
        elif entry.commit(text.payload, bytes(text.salt)) != committed[text.uuid]:
            yield "an entry's text was changed"
