"""A signature at the counter by somebody without a credential: two officials see it made.

The clerk who receives the person witnesses first, a second official of the same office after, each
with their own card at the identity provider. Only both together are the evidence that is kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.consent import models
from minben.consent.actions.agreements import sign
from minben.consent.office import office_key
from minben.consent.types import AgreementView, ToSign
from minben.identity import queries as identity
from minben.identity import statements
from minben.identity.types import Actor, Method, PresenceView, Role
from minben.protocol.witness import LEVEL, WITNESS, WITNESSED, state_office
from minben.trail.actions import record

# The person still stands there: what is signed must be fresh when the second hand comes.
FRESH = timedelta(minutes=14)


@transaction.atomic
def begin_witnessing(
    *, statement: ToSign, kept: dict[str, Any], presence: PresenceView, told: str, clerk: Actor
) -> UUID:
    """The clerk's card said that this person signed; it counts once a second official says so.

    `kept` is the statement as the session held it, `told` the identity provider's. Refused
    `consent.evidence_refused`, `consent.own_witness` (the clerk has a part in it).
    """
    _check_told(told, statement.digest, clerk)
    agreement = models.Agreement.objects.get(key=statement.agreement)
    if agreement.parties.filter(ref=clerk.ref).exists():
        raise Refused("consent.own_witness")
    agreement.witnessings.filter(presence=presence.uuid, ended_at=None).update(
        ended_at=timezone.now()
    )
    row = models.Witnessing.objects.create(
        agreement=agreement,
        presence=presence.uuid,
        agency=clerk.agency or "",
        statement=kept,
        document=presence.document.value,
        clerk=clerk.person,
        clerk_statement=told,
    )
    _entry("consent.witnessed_first", row, presence.person, clerk)
    return row.uuid


@transaction.atomic
def show_to_witness(*, witnessing: UUID, by: Actor) -> models.Witnessing:
    """Before a second official reads what is signed, the person's trail says so.

    Refused `consent.no_such_witnessing` (another office's, over, or stale),
    `consent.own_witness` (the same hand, the person's own, or one that has a part in it).
    """
    row = _row(witnessing, by)
    _entry("consent.shown_to_witness", row, _person(row), by)
    return row


@transaction.atomic
def complete_witnessing(
    *, witnessing: UUID, statement: ToSign, told: str, by: Actor
) -> AgreementView:
    """The second official's card said the same: now the signature stands.

    Refused as `show_to_witness`, and what `sign` refuses.
    """
    row = _row(witnessing, by)
    person = _person(row)
    _check_told(told, statement.digest, by)
    signer = replace(
        identity.actor_of(person),
        roles=frozenset({Role.CITIZEN}),
        assurance=LEVEL,
        methods=(Method.WITNESSED,),
        agency=row.agency,
        assisted_by=row.clerk,
    )
    evidence = {
        "kind": WITNESSED,
        "document": row.document,
        "witnesses": [
            {"statement": row.clerk_statement, "office": _office(row.clerk, row)},
            {"statement": told, "office": _office(by.person, row)},
        ],
    }
    view = sign(statement=statement, evidence=evidence, by=signer)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    _entry("consent.witnessed_second", row, person, by)
    return view


def _row(witnessing: UUID, by: Actor) -> models.Witnessing:
    fresh = models.Witnessing.objects.filter(
        ended_at=None, begun_at__gte=timezone.now() - FRESH, agency=by.agency
    )
    row = fresh.select_for_update().filter(uuid=witnessing).first()
    if row is None or not by.has(Role.CLERK, Role.CASE_OFFICER) or by.assisted_by is not None:
        raise Refused("consent.no_such_witnessing")
    concerned = row.agreement.parties.filter(ref=by.ref).exists()
    if by.person in (row.clerk, _person(row)) or concerned:
        raise Refused("consent.own_witness")
    return row


def _person(row: models.Witnessing) -> UUID:
    return UUID(str(row.statement["by"]).removeprefix("person:"))


def _check_told(told: str, digest: str, official: Actor) -> None:
    claims = statements.read(told, typ=WITNESS, at=timezone.now())
    if claims.get("sub") != official.ref or claims.get("digest") != digest:
        raise Refused("consent.evidence_refused")


def _office(official: UUID, row: models.Witnessing) -> str:
    """The office says that an official holds office there, for as long as signatures are fresh."""
    at = int(row.begun_at.timestamp())
    minutes = int(FRESH.total_seconds()) + 60
    roles = identity.roles(official)
    role = Role.CLERK if Role.CLERK in roles else Role.CASE_OFFICER
    return state_office(
        official=f"person:{official}",
        role=role.value,
        agency=row.agency,
        at=at - minutes,
        until=at + minutes,
        key=office_key(),
    )


def _entry(verb: str, row: models.Witnessing, person: UUID, by: Actor) -> None:
    record(
        verb=verb,
        subject=person,
        actor=by.on_trail,
        basis=row.agreement.key,
        details={"document": row.document, "signed": row.statement["digest"]},
    )
