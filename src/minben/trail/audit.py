"""A whole audit: everything that can be derived is derived again and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db import transaction

from minben.protocol import checkpoint, entry
from minben.protocol.signed_note import NoteError
from minben.protocol.tiles import WIDTH
from minben.trail import log
from minben.trail.log_files import BrokenLog, LogFiles, writing
from minben.trail.map_file import MapFile, MapRoot
from minben.trail.models import (
    Checkpoint,
    Disclosure,
    Leaf,
    PersonChain,
    Sequencer,
    Waiting,
)
from minben.trail.rows import select
from minben.verify.derived import Tree


def audit() -> list[str]:
    """Check the whole log in one pass; the faults found, each in a sentence. Empty: it is valid.

    Leaves and their hashes, every stored subtree, every checkpoint's root and signature, lane
    numbers without gaps, every person's chain and place in the map, and every text still told.
    """
    with writing(log.folder()), transaction.atomic():
        state = Sequencer.objects.filter(id=1).first() or Sequencer()
        with log.files(state.size) as files:
            try:
                return list(_Audit(state, files).faults())
            except BrokenLog as damage:
                return [str(damage)]


class _Audit:
    """One pass over the leaves, which feeds the tree, the lanes, the chains and the texts."""

    def __init__(self, state: Sequencer, files: LogFiles) -> None:
        self._state, self._files = state, files
        self._tree = Tree()
        self._lanes: dict[str, int] = {}
        self._commitments: dict[object, bytes] = {}
        self._keys: dict[object, bytes] = {}
        self._last: dict[object, tuple[int, bytes]] = {}

    def faults(self) -> Iterator[str]:
        self._keys = {who: bytes(key) for who, key in select(PersonChain, ("subject", "key"))}
        yield from self._leaves()
        yield from self._stored()
        yield from self._chains()
        yield from self._texts()

    def _leaves(self) -> Iterator[str]:
        heads = {row.size: row for row in Checkpoint.objects.all()}
        columns = ("index", "entry", "subject", "number")
        rows = select(Leaf, columns, order="index")
        row = next(rows, None)
        for index, data in enumerate(self._files.entries()):
            self._tree.add(data)
            if row is not None and row[0] == index:
                yield from self._entry(data.decode(), *row)
                row = next(rows, None)
            else:
                yield from self._map(data.decode(), index)
            head = heads.pop(index + 1, None)
            if head is not None:
                yield from self._head(head)
        if row is not None:
            yield f"leaf {row[0]} is not in the files"
        yield from (f"checkpoint {extra} is of a tree that is not there" for extra in heads)
        last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
        if last != self._tree.size:
            yield f"{self._tree.size - last} leaves are under no checkpoint"

    def _entry(
        self, data: str, index: int, uuid: object, subject: object, number: int | None
    ) -> Iterator[str]:
        try:
            leaf = entry.read_entry(data)
        except ValueError:
            yield f"leaf {index} was changed"
            return
        yield from self._number(index, leaf.lane, leaf.n)
        if uuid is not None:
            self._commitments[uuid] = leaf.commitment
        if subject is None or number is None:
            return
        key = self._keys.get(subject)
        if key is None:
            yield f"leaf {index} is of a person without a chain"
            return
        before, last = self._last.get(subject, (0, entry.NO_LEAF))
        whose = (entry.person_tag(key, before + 1), entry.previous_tag(key, last))
        if number != before + 1 or whose != (leaf.person, leaf.previous):
            yield f"leaf {index} does not continue its person's chain"
        self._last[subject] = (number, self._tree.last)

    def _map(self, data: str, index: int) -> Iterator[str]:
        try:
            yield from self._number(index, entry.MAP_LANE, entry.read_map(data).n)
        except ValueError:
            yield f"leaf {index} is neither an entry's nor the map's"

    def _number(self, index: int, lane: str, n: int) -> Iterator[str]:
        if n != self._lanes.get(lane, 0) + 1:
            yield f"leaf {index}: lane {lane} jumps from {self._lanes.get(lane, 0)} to {n}"
        self._lanes[lane] = n

    def _head(self, head: Checkpoint) -> Iterator[str]:
        root = self._tree.root()
        if root != bytes(head.root):
            yield f"checkpoint {head.size} has another root than its leaves"
        try:
            signed = checkpoint.read(head.note, log.public_key())
        except NoteError as fault:
            yield f"checkpoint {head.size}: {fault}"
        else:
            if (signed.size, signed.root) != (head.size, bytes(head.root)):
                yield f"checkpoint {head.size} signs another head"

    def _stored(self) -> Iterator[str]:
        """The stored hashes lead to the same root as the leaves do."""
        for level, derived in enumerate(self._tree.levels):
            for first in range(0, len(derived), WIDTH):
                row = derived[first : first + WIDTH]
                stored = self._files.hashes(level, first, len(row))
                if stored != b"".join(row):
                    yield f"stored hashes of level {level} from {first} on were changed"
        if self._tree.size and self._files.root() != self._tree.root():
            yield "the stored tree has another root"

    def _chains(self) -> Iterator[str]:
        root = MapRoot(self._state.map_node, bytes(self._state.map_root), self._state.persons)
        path = log.folder() / "map"
        persons = MapFile(path) if root.node and Path(path).exists() else None
        for subject, key, count, last in select(PersonChain, ("subject", "key", "count", "last")):
            if self._last.pop(subject, (0, entry.NO_LEAF)) != (count, bytes(last)):
                yield f"a person's chain ends elsewhere than at {count} entries"
            place = entry.map_key(UUID(str(subject)))
            value = entry.map_value(bytes(key), count, bytes(last))
            proof = None if persons is None else persons.proof(root, place)
            if proof is None or proof.value_of(place) != value:
                yield "the map holds something else about a person"
            elif proof.root_for(place) != root.hash:
                yield "the map's proof of a person does not lead to its root"
        if persons is not None:
            persons.close()

    def _texts(self) -> Iterator[str]:
        for uuid, commitment in select(Waiting, ("uuid", "commitment")):
            if uuid in self._commitments:
                yield "an entry still waits in the lane and has a leaf: it would be doubled"
            self._commitments[uuid] = bytes(commitment)
        for uuid, payload, salt in select(Disclosure, ("uuid", "payload", "salt")):
            committed = self._commitments.get(uuid)
            if committed is None:
                yield "an entry's text has neither leaf nor place in the lane"
            elif entry.commit(payload, bytes(salt)) != committed:
                yield "an entry's text was changed"
