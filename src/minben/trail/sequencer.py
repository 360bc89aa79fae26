"""The one sequencer: turns waiting entries into numbered leaves and signs the new head.

A batch is one transaction: leaves, numbers, persons' chains, the map, its root as last leaf,
the checkpoint, and the emptied lane commit together or not at all, whenever the process dies.
The locked `Sequencer` row keeps a second one out; the lease spares it the waiting.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from minben.protocol import checkpoint, entry, merkle
from minben.protocol.sparse_map import SparseMap
from minben.protocol.terms import instant
from minben.trail import log
from minben.trail.models import Checkpoint, Leaf, PersonChain, Sequencer, Tally, TreeNode, Waiting
from minben.trail.tree import MapStore, StoredTree, edge

LEASE = timedelta(seconds=10)
_TAIPEI = ZoneInfo("Asia/Taipei")


@transaction.atomic
def take_lease(holder: str) -> bool:
    """Take or renew the sequencer's lease; False while another holder's lease runs."""
    Sequencer.objects.get_or_create(id=1)
    now = timezone.now()
    free = Q(holder=holder) | Q(held_until=None) | Q(held_until__lt=now)
    taken = Sequencer.objects.filter(free, id=1)
    return bool(taken.update(holder=holder, held_until=now + LEASE))


def sequence_once(limit: int = 1000) -> int:
    """Give up to `limit` waiting entries their place, and sign the new head; how many they were.

    Safe to call from any process at any time: the locked row lets one in at a time.
    """
    if not Waiting.objects.exists():  # an idle sequencer takes no lock
        return 0
    Sequencer.objects.get_or_create(id=1)
    with transaction.atomic():
        state = Sequencer.objects.select_for_update().get(id=1)
        rows = list(Waiting.objects.order_by("id")[:limit])
        if rows:
            _Batch(state).place(rows)
            Waiting.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


class _Batch:
    """One batch under the lock: what was, and what is appended."""

    def __init__(self, state: Sequencer) -> None:
        self._state = state
        self._now = timezone.now()
        self._tree = StoredTree()
        self._tree.load(edge(state.size))
        self._leaves: list[Leaf] = []
        self._nodes: list[TreeNode] = []

    def place(self, rows: list[Waiting]) -> None:
        chains = PersonChain.objects.in_bulk({row.subject for row in rows if row.subject})
        for row in rows:
            self._place_entry(row, chains)
        map_root = self._update_map(chains)
        self._append_map_leaf(map_root)
        Leaf.objects.bulk_create(self._leaves, batch_size=500)
        TreeNode.objects.bulk_create(self._nodes, batch_size=500)
        _count(rows)
        self._sign(map_root)

    def _place_entry(self, row: Waiting, chains: dict[UUID, PersonChain]) -> None:
        self._state.entries += 1
        person = previous = number = None
        chain = None
        if row.subject is not None:
            chain = chains.get(row.subject)
            if chain is None:
                chain = PersonChain(
                    subject=row.subject,
                    key=secrets.token_bytes(32),
                    count=0,
                    last=entry.NO_LEAF,
                )
                chains[row.subject] = chain
            chain.count = number = chain.count + 1
            person = entry.person_tag(bytes(chain.key), number)
            previous = entry.previous_tag(bytes(chain.key), bytes(chain.last))
        leaf = entry.EntryLeaf(
            entry.LANE, self._state.entries, bytes(row.commitment), person, previous
        )
        placed = self._append(leaf.data, row.recorded_at)
        placed.entry, placed.subject, placed.number = row.uuid, row.subject, number
        if chain is not None:
            chain.last = placed.hash

    def _append(self, data: str, recorded_at: datetime) -> Leaf:
        index, value = self._state.size, merkle.leaf_hash(data.encode())
        leaf = Leaf(index=index, data=data, hash=value, recorded_at=recorded_at)
        self._leaves.append(leaf)
        self._nodes.extend(self._tree.append(index, value))
        self._state.size = index + 1
        return leaf

    def _update_map(self, chains: dict[UUID, PersonChain]) -> bytes:
        store = MapStore()
        persons = SparseMap(store, bytes(self._state.map_root))
        values = {
            entry.map_key(subject): entry.map_value(
                bytes(chain.key), chain.count, bytes(chain.last)
            )
            for subject, chain in chains.items()
        }
        store.load(persons, values)
        for key, value in values.items():
            self._state.persons += persons.get(key) is None
            persons.put(key, value)
        store.save()
        PersonChain.objects.bulk_create(
            chains.values(),
            batch_size=500,
            update_conflicts=True,
            unique_fields=["subject"],
            update_fields=["count", "last"],
        )
        return persons.root

    def _append_map_leaf(self, map_root: bytes) -> None:
        self._state.maps += 1
        persons, at = self._state.persons, instant(self._now)
        leaf = entry.MapLeaf(self._state.maps, map_root, persons, at)
        self._append(leaf.data, self._now)
        self._state.map_root = map_root

    def _sign(self, map_root: bytes) -> None:
        size, key = self._state.size, log.signing_key()
        root = merkle.root(size, self._tree.node)
        Checkpoint.objects.create(
            size=size,
            root=root,
            map_root=map_root,
            persons=self._state.persons,
            made_at=self._now,
            note=checkpoint.sign(checkpoint.Head(log.origin(), size, root), key),
        )
        self._state.save(update_fields=["size", "entries", "maps", "map_root", "persons"])


def _count(rows: Iterable[Waiting]) -> None:
    """Add a batch to the public tallies: by verb and civil day."""
    tallies: Counter[tuple[str, date]] = Counter(
        (row.verb, timezone.localdate(row.recorded_at, timezone=_TAIPEI)) for row in rows
    )
    for (verb, on), count in tallies.items():
        Tally.objects.get_or_create(verb=verb, on=on)
        Tally.objects.filter(verb=verb, on=on).update(count=F("count") + count)
