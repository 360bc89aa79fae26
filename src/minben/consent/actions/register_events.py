"""What a register tells of a party: a death or a loss of capacity may end what was agreed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.consent import models, queries, revocations
from minben.facts.catalogue import HOUSEHOLD
from minben.jobs.actions import enqueue
from minben.protocol.agreement import Agreement, AgreementState
from minben.protocol.register_event import EventKind
from minben.registry import queries as registry
from minben.trail.actions import record

_LIVING = ("pending", "not_yet", "active", "used")


@transaction.atomic
def record_register_event(
    *, kind: EventKind, person: UUID, at: datetime, source: str, evidence: str
) -> list[str]:
    """Keep what the household register told of a person; returns the agreements that it ends.

    Everyone who has a part in one of these finds on their own trail that it ended and why, not of
    whom. The same notice again changes nothing. Refused `consent.not_the_register` for any agency
    but the one that keeps the register of persons.
    """
    if registry.provider_of(HOUSEHOLD).key != source:
        raise Refused("consent.not_the_register")
    ref = f"person:{person}"
    rows = models.Agreement.objects.filter(parties__ref=ref).order_by("id")
    before = {row.key: queries.state(row.key) for row in rows}
    notice, told = models.RegisterNotice.objects.get_or_create(
        kind=kind, ref=ref, at=at, defaults={"source": source, "evidence": evidence}
    )
    if not told:
        return []
    record(
        verb="consent.register_told",
        subject=person,
        actor=f"agency:{source}",
        basis=HOUSEHOLD,
        details={"kind": kind},
    )
    ended = [row for row in rows if before[row.key].status in _LIVING]
    ended = [row for row in ended if queries.state(row.key).status not in _LIVING]
    for row in ended:
        _end(row, queries.state(row.key), notice)
    return [row.key for row in ended]


def _end(row: models.Agreement, found: AgreementState, notice: models.RegisterNotice) -> None:
    """Tell gateways, the rooms above, and everybody who has a part."""
    revocations.tell(row.key)
    enqueue(
        kind="consent.changed",
        payload={"agreement": row.key},
        key=f"consent.changed:{row.key}:register:{notice.pk}",
    )
    terms = Agreement.from_json(row.document)
    refs = {ref for party in terms.parties for ref in (party.subject, party.signatory)}
    for ref in sorted(ref for ref in refs - {notice.ref} if ref.startswith("person:")):
        record(
            verb="consent.ended_by_register",
            subject=UUID(ref.removeprefix("person:")),
            actor=f"agency:{notice.source}",
            basis=row.key,
            details={"cause": found.cause, "at": timezone.now().isoformat(timespec="seconds")},
        )
