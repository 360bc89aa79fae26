"""Verbs on the trail: record what happened, and retire what may no longer be known."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from minben.protocol.canonical import canonical_json
from minben.protocol.entry import commit
from minben.protocol.terms import instant
from minben.trail.models import Disclosure, Leaf, PersonChain, Sequencer, Waiting
from minben.trail.types import Seal


def record(
    *,
    verb: str,
    subject: UUID | None,
    actor: str,
    basis: str,
    details: Mapping[str, Any],
    seal: Seal | None = None,
) -> UUID:
    """Write that something was done with a person's data; returns the entry's uuid.

    Call it inside the transaction of the deed: both become durable together or neither does, so
    there is no deed without its entry. RuntimeError outside a transaction. `verb` is
    "<room>.<did>"; `subject` the person's uuid (None: about nobody in particular); `actor` a
    reference (`person:<uuid>`, `agency:<key>`, `system:<part>`); `basis` the agreement, mandate
    or article. `details` is JSON that the subject may read: no numbers of other people.
    Something that concerns two people is recorded twice. `seal` delays disclosure by law.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("trail.actions.record: call it inside the transaction of the deed")
    uuid, salt, now = uuid4(), secrets.token_bytes(32), timezone.now()
    payload = {
        "entry": str(uuid),
        "verb": verb,
        "subject": None if subject is None else str(subject),
        "actor": actor,
        "basis": basis,
        "details": dict(details),
        "recorded_at": instant(now),
    }
    if seal is not None:
        payload["sealed"] = {"order": seal.order, "until": instant(seal.until)}
    text = canonical_json(payload).decode()  # refuses what is not JSON, before anything is written
    Disclosure.objects.create(
        uuid=uuid,
        salt=salt,
        payload=text,
        subject=subject,
        verb=verb,
        actor=actor,
        recorded_at=now,
        sealed_until=None if seal is None else seal.until,
    )
    Waiting.objects.create(
        uuid=uuid, subject=subject, commitment=commit(text, salt), recorded_at=now, verb=verb
    )
    return uuid


@transaction.atomic
def erase(*, entries: list[UUID], reason: str, actor: str, basis: str) -> int:
    """Destroy text and salt of entries for good; returns how many were there. Proofs still hold.

    What remains is a commitment that nobody can open. The erasure is itself an entry of each
    person concerned: how many, why, by whom, on what basis; not what they said.
    """
    doomed = Disclosure.objects.filter(uuid__in=entries)
    by_subject: dict[UUID | None, int] = {}
    for subject in doomed.values_list("subject", flat=True):
        by_subject[subject] = by_subject.get(subject, 0) + 1
    _overwrite_on_delete()
    doomed.delete()
    for subject, count in by_subject.items():
        record(
            verb="trail.erased",
            subject=subject,
            actor=actor,
            basis=basis,
            details={"entries": count, "reason": reason},
        )
    return sum(by_subject.values())


@transaction.atomic
def forget(*, subject: UUID, reason: str, actor: str, basis: str) -> int:
    """Cut every tie between a person and their leaves, after erasing all entries' text.

    The chain's key is destroyed too: nobody, the person included, can tell any more whose leaves
    they were. Entries about the person from now on start a new chain; old bundles stay valid.
    """
    waiting = Waiting.objects.filter(subject=subject).exists()
    if waiting:
        raise RuntimeError("trail.actions.forget: let the sequencer place the last entries first")
    _overwrite_on_delete()
    count, _ = Disclosure.objects.filter(subject=subject).delete()
    Leaf.objects.filter(subject=subject).update(subject=None, number=None, entry=None)
    PersonChain.objects.filter(subject=subject).delete()
    Sequencer.objects.filter(id=1).update(epoch=F("epoch") + 1)
    record(
        verb="trail.forgot",
        subject=None,
        actor=actor,
        basis=basis,
        details={"entries": count, "reason": reason},
    )
    return count


@transaction.atomic
def disclose(*, entry: UUID, actor: str, basis: str) -> None:
    """Lift a seal before its day, by order: the person sees the entry from now on."""
    disclosure = Disclosure.objects.select_for_update().get(uuid=entry)
    disclosure.sealed_until = None
    disclosure.save(update_fields=["sealed_until"])
    record(
        verb="trail.disclosed",
        subject=disclosure.subject,
        actor=actor,
        basis=basis,
        details={"entry": str(entry)},
    )


def _overwrite_on_delete() -> None:
    """SQLite keeps deleted bytes in its pages unless told to overwrite them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
