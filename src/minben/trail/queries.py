"""What may be asked of the trail. A person's own entries only go to that person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min
from django.utils import timezone

from minben.protocol import receipt as receipts
from minben.protocol.entry import read_entry
from minben.protocol.tiles import Tile
from minben.trail import log
from minben.trail.models import Checkpoint, Disclosure, Leaf, Tally, Waiting
from minben.trail.proofs import bundle, proof_file, whole_log
from minben.trail.types import ActorUse, CheckpointView, EntryView, PublicCount, Withheld
from minben.trail.witnessed import newest, policy_text, with_cosignatures

__all__ = [
    "bundle",
    "checkpoint_at",
    "entries_by_verb",
    "entries_of",
    "entry",
    "latest_checkpoint",
    "newest_batch",
    "policy_text",
    "proof_file",
    "public_counts",
    "receipt",
    "sealed_count",
    "tile",
    "uses_by_actor",
    "waiting_count",
    "whole_log",
]


def entries_of(subject: UUID) -> list[EntryView]:
    """Every use of a person's data, oldest first: sealed and erased ones too, without content."""
    now = timezone.now()
    places = {
        leaf.entry: leaf for leaf in Leaf.objects.filter(subject=subject) if leaf.entry is not None
    }
    texts = list(Disclosure.objects.filter(subject=subject))
    told = [_view(text, places.get(text.uuid), now) for text in texts]
    gone = places.keys() - {text.uuid for text in texts}
    told += [_withheld(uuid, subject, places[uuid], "erased") for uuid in gone]
    return sorted(told, key=lambda view: (view.number is None, view.number or 0, view.recorded_at))


def entry(uuid: UUID) -> EntryView:
    """One entry, as its subject may see it now; Disclosure.DoesNotExist when there is none."""
    text = Disclosure.objects.get(uuid=uuid)
    return _view(text, Leaf.objects.filter(entry=uuid).first(), timezone.now())


def receipt(uuid: UUID) -> str:
    """The log's signed promise for a durable entry, to be asked for after its commit.

    Waiting.DoesNotExist or Leaf.DoesNotExist when there is no such entry.
    """
    waiting = Waiting.objects.filter(uuid=uuid).first()
    if waiting is not None:
        committed, recorded_at = bytes(waiting.commitment), waiting.recorded_at
    else:
        leaf = Leaf.objects.get(entry=uuid)
        with log.files(leaf.index + 1) as files:
            committed = read_entry(files.entry(leaf.index).decode()).commitment
        recorded_at = leaf.recorded_at
    return receipts.issue(
        origin=log.origin(),
        entry=str(uuid),
        commitment=committed,
        recorded_at=recorded_at,
        key=log.signing_key(),
    )


def latest_checkpoint() -> CheckpointView | None:
    """The newest signed and witnessed head (`witnessed.newest`); None while the log is empty."""
    return _checkpoint(newest())


def tile(path: str) -> bytes | None:
    """A static resource of the log by its path (C2SP tlog-tiles); None when there is none.

    Every tile of the newest committed tree is there, full or partial, and never changes.
    """
    try:
        asked = Tile.of_path(path)
    except ValueError:
        return None
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    with log.files(size) as files:
        return files.tile(asked)


def checkpoint_at(size: int) -> CheckpointView | None:
    """The signed head of the tree of this size; None when none was signed at it."""
    return _checkpoint(Checkpoint.objects.filter(size=size).first())


def sealed_count() -> int:
    """How many entries are withheld from their subjects by law right now: for everybody."""
    return Disclosure.objects.filter(sealed_until__gt=timezone.now()).count()


def newest_batch() -> list[UUID]:
    """The entries of the newest batch; those of file lanes tell their millisecond (version 7)."""
    sizes = Checkpoint.objects.order_by("-size").values_list("size", flat=True)[:2]
    before = sizes[1] if len(sizes) > 1 else 0
    entries = Leaf.objects.filter(index__gte=before).values_list("entry", flat=True)
    return [uuid for uuid in entries if uuid is not None]


def waiting_count() -> int:
    """How many entries wait for their place in the tree."""
    return Waiting.objects.count()


def public_counts() -> list[PublicCount]:
    """How often each thing was done on each civil day, newest day first. Nobody is named."""
    rows = Tally.objects.order_by("-on", "verb")
    return [PublicCount(verb=row.verb, on=row.on, count=row.count) for row in rows]


def uses_by_actor(*, since: datetime, until: datetime, prefix: str = "") -> list[ActorUse]:
    """Who used data how often and about how many people, most people first.

    For the data protection officer: unusual access shows here. `prefix` narrows to a sort of
    actor, as in "person:" or "agency:". Erased entries no longer count.
    """
    rows = (
        Disclosure.objects.filter(
            recorded_at__gte=since, recorded_at__lt=until, actor__startswith=prefix
        )
        .values("actor", "verb")
        .annotate(
            uses=Count("uuid"),
            people=Count("subject", distinct=True),
            first_at=Min("recorded_at"),
            last_at=Max("recorded_at"),
        )
        .order_by("-people", "-uses", "actor", "verb")
    )
    return [ActorUse(**row) for row in rows]


def entries_by_verb(verb: str, *, limit: int = 100) -> list[EntryView]:
    """The newest entries of one verb, for officers whose page has its own entry."""
    texts = list(Disclosure.objects.filter(verb=verb).order_by("-recorded_at")[:limit])
    places = {leaf.entry: leaf for leaf in _leaves(text.uuid for text in texts)}
    return [_view(text, places.get(text.uuid), timezone.now()) for text in texts]


def _leaves(uuids: Iterable[UUID]) -> Iterable[Leaf]:
    return Leaf.objects.filter(entry__in=list(uuids))


def _view(text: Disclosure, leaf: Leaf | None, now: datetime) -> EntryView:
    if text.sealed_until is not None and text.sealed_until > now:
        return _withheld(text.uuid, text.subject, leaf, "sealed", text.recorded_at)
    payload = json.loads(text.payload)
    return EntryView(
        uuid=text.uuid,
        subject=text.subject,
        number=None if leaf is None else leaf.number,
        verb=payload["verb"],
        actor=payload["actor"],
        basis=payload["basis"],
        details=payload["details"],
        recorded_at=text.recorded_at,
    )


def _withheld(
    uuid: UUID,
    subject: UUID | None,
    leaf: Leaf | None,
    why: Withheld,
    recorded_at: datetime | None = None,
) -> EntryView:
    at = recorded_at or (leaf.recorded_at if leaf is not None else timezone.now())
    return EntryView(
        uuid=uuid,
        subject=subject,
        number=None if leaf is None else leaf.number,
        verb="",
        actor="",
        basis="",
        details={},
        recorded_at=at,
        withheld=why,
    )


def _checkpoint(row: Checkpoint | None) -> CheckpointView | None:
    if row is None:
        return None
    return CheckpointView(
        size=row.size,
        root=bytes(row.root),
        map_root=bytes(row.map_root),
        persons=row.persons,
        made_at=row.made_at,
        note=with_cosignatures(row),
    )
