"""A case is opened, asks under a basis, and stops."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import access, reference
from minben.cases.models import Applicant, Basis, Case
from minben.cases.timeline import happened
from minben.cases.types import Channel, Happening
from minben.cases.words import texts
from minben.jobs import clock
from minben.trail import actions as trail


@transaction.atomic
def open_case(
    *,
    pack: str,
    agency: str,
    subject: UUID,
    applicants: Mapping[UUID, str],
    channel: Channel,
    since: Month,
    actor: str,
    basis: str,
    clerk: UUID | None = None,
) -> str:
    """Open a case and number it; answers the reference.

    `applicants` maps people to their role (mother, father). Refused `cases.already_open` while a
    living case of the same service and subject exists.
    """
    if Case.objects.filter(pack=pack, subject=subject, stopped_on=None).exists():
        raise Refused("cases.already_open")
    today = clock.today()
    case = Case.objects.create(
        pack=pack,
        agency=agency,
        subject=subject,
        channel=channel,
        since=str(since),
        opened_on=today,
        clerk=clerk,
    )
    case.reference = reference.written(today.year, case.pk)
    case.save(update_fields=["reference"])
    for person, role in applicants.items():
        Applicant.objects.create(case=case, person=person, role=role)
    happened(case, Happening.OPENED, channel=texts()[f"channel.{channel.value}"])
    for person in access.people_of(case):
        trail.record(
            verb="case.opened",
            subject=person,
            actor=actor,
            basis=basis,
            details={"reference": case.reference, "pack": pack, "channel": channel.value},
        )
    return case.reference


@transaction.atomic
def add_basis(*, reference: str, agreement: str) -> None:
    """Remember an agreement or mandate under which the case asks; twice is once."""
    Basis.objects.get_or_create(case=access.found(reference), agreement=agreement)


@transaction.atomic
def tell(*, reference: str, what: Happening, **details: object) -> None:
    """Add a line to the timeline."""
    happened(access.found(reference), what, **details)


@transaction.atomic
def stop_case(*, reference: str, because: str, why: Text, actor: str) -> bool:
    """End a case; answers whether it was living. `because` is a key, `why` says it in words."""
    case = access.found(reference)
    if case.stopped_on is not None:
        return False
    case.stopped_on = clock.today()
    case.stopped_because = because
    case.save(update_fields=["stopped_on", "stopped_because"])
    happened(case, Happening.STOPPED, why=why)
    for person in access.people_of(case):
        trail.record(
            verb="case.stopped",
            subject=person,
            actor=actor,
            basis=because,
            details={"reference": case.reference},
        )
    return True
