"""The one sequencer: turns what waits in the lanes into numbered leaves and signs the new head.

Leaves, hashes and the map are written behind what is committed and synced; then one transaction
commits all at once: numbers, persons' chains, texts of file lanes, the checkpoint, the emptied
outbox. Whenever the process dies, the log is the one of before or the one of after. The lock of
the files keeps a second one out; the lease spares it the waiting.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from minben.protocol import checkpoint, entry, merkle
from minben.protocol.intake import Intake
from minben.protocol.terms import instant
from minben.trail import actions, lanes, log
from minben.trail.lanes import Catch, Taken
from minben.trail.log_files import LogFiles, writing
from minben.trail.map_file import MapFile, MapRoot
from minben.trail.models import (
    Checkpoint,
    Disclosure,
    Lane,
    Leaf,
    PersonChain,
    Sequencer,
    Tally,
    Waiting,
)
from minben.trail.rows import insert, update_each

LEASE = timedelta(seconds=10)
MOST = 20_000
_TAIPEI = ZoneInfo("Asia/Taipei")
_CHUNK = 500
_log = logging.getLogger(__name__)


@transaction.atomic
def take_lease(holder: str) -> bool:
    """Take or renew the sequencer's lease; False while another holder's lease runs."""
    Sequencer.objects.get_or_create(id=1)
    now = timezone.now()
    free = Q(holder=holder) | Q(held_until=None) | Q(held_until__lt=now)
    taken = Sequencer.objects.filter(free, id=1)
    return bool(taken.update(holder=holder, held_until=now + LEASE))


def sequence_once(limit: int = MOST) -> int:
    """Give up to `limit` waiting entries their place, and sign the new head; how many they were.

    Safe to call from any process at any time: the files' lock lets one in at a time.
    """
    if not lanes.something_waits():  # an idle sequencer takes no lock
        return 0
    folder = log.folder()
    with writing(folder):
        catch = lanes.take(limit)
        if not catch:
            return 0
        state, _ = Sequencer.objects.get_or_create(id=1)
        batch = _Batch(state, folder)
        try:
            batch.place(catch.entries)
            committed = batch.commit(catch)
        finally:
            batch.close()
    if not committed:  # somebody was forgotten meanwhile: look again
        return sequence_once(limit)
    lanes.release(catch)
    return len(catch.entries)


@dataclass(slots=True)
class _Chain:
    """Where a person's chain stands while a batch is placed."""

    key: bytes
    count: int = 0
    last: bytes = entry.NO_LEAF
    is_new: bool = True


def _chains(subjects: Iterable[UUID]) -> dict[UUID, _Chain]:
    found = {}
    for chunk in _chunks(list(subjects)):
        rows = PersonChain.objects.filter(subject__in=chunk)
        for subject, key, count, last in rows.values_list("subject", "key", "count", "last"):
            found[subject] = _Chain(bytes(key), count, bytes(last), is_new=False)
    return found


def _chunks(values: list[UUID]) -> Iterator[list[UUID]]:
    """Slices short enough for one query on every database."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


class _Batch:
    """One batch under the lock: what was, and what is appended."""

    def __init__(self, state: Sequencer, folder: Path) -> None:
        self._state = state
        self._before = (state.size, state.epoch)
        self._now = timezone.now()
        self._files = LogFiles(folder, state.size)
        self._map = MapFile(folder / "map", writing=True)
        self._leaves: list[bytes] = []
        self._hashes: list[bytes] = []
        self._rows: list[tuple[object, ...]] = []
        self._chains: dict[UUID, _Chain] = {}

    def close(self) -> None:
        self._files.close()
        self._map.close()

    def place(self, taken: list[Taken]) -> None:
        """Write leaves, hashes and the map durably behind what is committed."""
        if not taken:
            return
        subjects = {one.subject for one in taken if one.subject is not None}
        self._chains = _chains(subjects)
        for one in taken:
            self._place_entry(one)
        self._place_map()
        self._files.append(self._leaves, self._hashes)
        self._state.size = self._files.size

    def commit(self, catch: Catch) -> bool:
        """Commit the batch to the record; False when the record changed under it."""
        with transaction.atomic():
            locked = Sequencer.objects.select_for_update().get(id=1)
            if (locked.size, locked.epoch) != self._before:
                return False
            if catch.entries:
                self._save_rows(catch.entries)
                self._sign()
            for name, reached in catch.reached.items():
                lane, _ = Lane.objects.get_or_create(name=name)
                lane.sequenced = reached
                lane.save(update_fields=["sequenced"])
            if entry.LANE in catch.reached:
                Waiting.objects.filter(n__lte=catch.reached[entry.LANE]).delete()
            _sound_the_alarm(catch)
        return True

    def _place_entry(self, one: Taken) -> None:
        person = previous = number = chain = None
        if one.subject is not None:
            chain = self._chains.get(one.subject)
            if chain is None:
                chain = self._chains[one.subject] = _Chain(secrets.token_bytes(32))
            chain.count = number = chain.count + 1
            person = entry.person_tag(chain.key, number)
            previous = entry.previous_tag(chain.key, chain.last)
        leaf = entry.leaf_text(one.lane, one.n, one.commitment, person, previous).encode()
        hash = merkle.leaf_hash(leaf)
        index = self._state.size + len(self._leaves)
        self._leaves.append(leaf)
        self._hashes.append(hash)
        self._rows.append((index, one.uuid, one.subject, number, one.recorded_at))
        if chain is not None:
            chain.last = hash

    def _place_map(self) -> None:
        state = self._state
        root = MapRoot(state.map_node, bytes(state.map_root), state.persons)
        values = {
            entry.map_key(subject): entry.map_value(chain.key, chain.count, chain.last)
            for subject, chain in self._chains.items()
        }
        if values:
            root = self._map.update(root, values)
            self._map.flush()
        state.map_node, state.map_root, state.persons = root.node, root.hash, root.keys
        state.maps += 1
        leaf = entry.MapLeaf(state.maps, root.hash, root.keys, instant(self._now)).data.encode()
        self._leaves.append(leaf)
        self._hashes.append(merkle.leaf_hash(leaf))

    def _save_rows(self, taken: list[Taken]) -> None:
        insert(Leaf, ("index", "entry", "subject", "number", "recorded_at"), self._rows)
        insert(
            Disclosure,
            ("uuid", "salt", "payload", "subject", "verb", "actor", "recorded_at", "sealed_until"),
            (_disclosure(one, one.told) for one in taken if one.told is not None),
        )
        columns = ("subject", "key", "count", "last")
        chains = self._chains.items()
        new = ((subject, c.key, c.count, c.last) for subject, c in chains if c.is_new)
        insert(PersonChain, columns, new)
        grown = ((c.count, c.last, subject) for subject, c in chains if not c.is_new)
        update_each(PersonChain, "subject", ("count", "last"), grown)
        _count(taken)

    def _sign(self) -> None:
        state, key = self._state, log.signing_key()
        root = self._files.root()
        Checkpoint.objects.create(
            size=state.size,
            root=root,
            map_node=state.map_node,
            map_root=state.map_root,
            persons=state.persons,
            made_at=self._now,
            note=checkpoint.sign(checkpoint.Head(log.origin(), state.size, root), key),
        )
        state.save(update_fields=["size", "maps", "map_node", "map_root", "persons"])


def _disclosure(one: Taken, told: Intake) -> tuple[object, ...]:
    sealed = told.payload.get("sealed")
    until = None if sealed is None else datetime.fromisoformat(sealed["until"])
    actor = told.payload["actor"]
    return (one.uuid, told.salt, told.text, one.subject, one.verb, actor, one.recorded_at, until)


def _count(taken: Iterable[Taken]) -> None:
    """Add a batch to the public tallies: by verb and civil day."""
    moments = Counter((one.verb, one.recorded_at) for one in taken)  # many share their second
    tallies: Counter[tuple[str, date]] = Counter()
    for (verb, at), count in moments.items():
        tallies[verb, at.astimezone(_TAIPEI).date()] += count
    for (verb, on), count in tallies.items():
        Tally.objects.get_or_create(verb=verb, on=on)
        Tally.objects.filter(verb=verb, on=on).update(count=F("count") + count)


def _sound_the_alarm(catch: Catch) -> None:
    """A gap is itself an entry, about nobody; it says which numbers are missing, no more."""
    for gap in catch.gaps:
        _log.error("lane %s: numbers %d to %d are missing", gap.lane, gap.first, gap.last)
        actions.record(
            verb="trail.gap",
            subject=None,
            actor="system:sequencer",
            basis="trail",
            details={"lane": gap.lane, "first": gap.first, "last": gap.last},
        )
