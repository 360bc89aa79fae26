"""Roles are given by somebody else, for one agency, and end."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.types import Actor, Role
from minben.trail.actions import record

_CAN_APPOINT = Role.DATA_PROTECTION_OFFICER


@transaction.atomic
def appoint(*, person: UUID, role: Role, agency: str, by: Actor) -> None:
    """Give a role at the appointing officer's own agency.

    Refused `identity.not_your_office` (no right to appoint there), `identity.own_role` (nobody
    gives a role to themselves).
    """
    _may_appoint(by, agency)
    if by.person == person:
        raise Refused("identity.own_role")
    _grant(person=person, role=role, agency=agency, by=by.on_trail)


@transaction.atomic
def install(*, person: UUID, role: Role, agency: str) -> None:
    """Give a role while a demo town is seeded. Refused `identity.demo_only` elsewhere."""
    if not settings.DEMO:
        raise Refused("identity.demo_only")
    _grant(person=person, role=role, agency=agency, by="system:seed")


@transaction.atomic
def dismiss(*, person: UUID, role: Role, agency: str, by: Actor) -> None:
    """End a role; it is gone with the next request. Refused `identity.not_your_office`."""
    _may_appoint(by, agency)
    models.RoleGrant.objects.filter(
        person=queries.row_of(person), role=role, agency=agency, ended_at__isnull=True
    ).update(ended_at=timezone.now())
    record(
        verb="identity.dismissed",
        subject=person,
        actor=by.on_trail,
        basis=f"role:{role}",
        details={"role": role.value, "agency": agency},
    )


def _may_appoint(by: Actor, agency: str) -> None:
    if not by.has(_CAN_APPOINT) or by.agency != agency or by.assisted_by is not None:
        raise Refused("identity.not_your_office")


def _grant(*, person: UUID, role: Role, agency: str, by: str) -> None:
    row = queries.row_of(person)
    _, made = models.RoleGrant.objects.get_or_create(
        person=row, role=role, agency=agency, ended_at=None, defaults={"granted_by": by}
    )
    if made:
        record(
            verb="identity.appointed",
            subject=person,
            actor=by,
            basis=f"role:{role}",
            details={"role": role.value, "agency": agency},
        )
