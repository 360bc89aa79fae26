"""Somebody without any credential, at a counter: one official receives them, another vouches."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.actions.people import find_or_create_person
from minben.identity.actions.signing_in import SignedIn, open_sign_in
from minben.identity.types import Actor, Method, PaperDocument, PresenceView, Role
from minben.trail.actions import record

FRESH = timedelta(minutes=30)
SHOWN = 4  # last characters of the number, which the second official reads from the paper


@transaction.atomic
def begin_presence(
    *, number: str, name: str, document: PaperDocument, on: date, clerk: Actor
) -> PresenceView:
    """A clerk compared a face with a paper. Nothing of the person is shown before a second does.

    Refused `identity.not_a_clerk`, `identity.clerk_serves_themselves`, `identity.number_invalid`.
    """
    if not clerk.has(Role.CLERK) or clerk.assisted_by is not None or clerk.agency is None:
        raise Refused("identity.not_a_clerk")
    person = find_or_create_person(number=number, on=on, name=name)
    if person.uuid == clerk.person:
        raise Refused("identity.clerk_serves_themselves")
    row = models.Presence.objects.create(
        person=queries.row_of(person.uuid),
        document=document,
        agency=clerk.agency,
        clerk=queries.row_of(clerk.person),
    )
    _entry("identity.presence_claimed", row, clerk)
    return queries.presence_view(row)


@transaction.atomic
def confirm_presence(*, presence: UUID, last_four: str, by: Actor) -> PresenceView:
    """A second official compared too, and reads the number's last four from the paper.

    Refused `identity.no_such_presence` (of another office, or over), `identity.not_an_official`,
    `identity.own_witness` (the clerk, or the person), `identity.paper_differs`.
    """
    row = _row(presence)
    if by.agency != row.agency:
        raise Refused("identity.no_such_presence")
    if not by.has(Role.CLERK, Role.CASE_OFFICER) or by.assisted_by is not None:
        raise Refused("identity.not_an_official")
    if by.assurance < AssuranceLevel.MEDIUM:
        raise Refused("identity.step_up", needed="medium")
    if by.person in (row.clerk.uuid, row.person.uuid):
        raise Refused("identity.own_witness")
    numbers = queries.numbers_of(row.person.uuid)
    if last_four.strip() not in {number[-SHOWN:] for number in numbers}:
        raise Refused("identity.paper_differs")
    row.witness, row.confirmed_at = queries.row_of(by.person), timezone.now()
    row.save(update_fields=["witness", "confirmed_at"])
    _entry("identity.presence_confirmed", row, by)
    return queries.presence_view(row)


@transaction.atomic
def serve_present(*, presence: UUID, clerk: Actor) -> SignedIn:
    """The clerk serves the person whom both vouched for.

    Refused `identity.no_such_presence`, `identity.not_yet_vouched`.
    """
    row = _row(presence)
    if row.clerk.uuid != clerk.person or not clerk.has(Role.CLERK):
        raise Refused("identity.no_such_presence")
    if row.confirmed_at is None:
        raise Refused("identity.not_yet_vouched")
    return open_sign_in(
        queries.view_of(row.person),
        Method.WITNESSED,
        Method.WITNESSED.level,
        assisted_by=clerk.person,
    )


def _row(presence: UUID) -> models.Presence:
    fresh = models.Presence.objects.filter(begun_at__gte=timezone.now() - FRESH)
    row = fresh.select_related("person", "clerk").filter(uuid=presence).first()
    if row is None:
        raise Refused("identity.no_such_presence")
    return row


def _entry(verb: str, row: models.Presence, by: Actor) -> None:
    record(
        verb=verb,
        subject=row.person.uuid,
        actor=by.on_trail,
        basis="identity.presence",
        details={"presence": str(row.uuid), "document": row.document},
    )
