"""One person may act for another only when that is written down here."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.identifiers import is_tax_id
from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.types import Actor, RepresentationKind, RepresentationView
from minben.trail.actions import record

_PARENTAL_AUTHORITY = "civil-code-1086"


@transaction.atomic
def record_guardians(*, child: UUID, on: date) -> tuple[RepresentationView, ...]:
    """Record a minor's mother and father, as the register knows them, as legal guardians.

    Civil Code art. 1086. Does nothing for a person of age. Asking twice changes nothing.
    """
    family = queries.family_of(child)
    if not queries.is_minor(child, on=on):
        return ()
    made = []
    for parent in family.parents:
        row, new = models.Representation.objects.get_or_create(
            kind=RepresentationKind.GUARDIAN,
            representative=queries.row_of(parent.uuid),
            principal=queries.row_of(child),
            ended_at=None,
            defaults={"basis": _PARENTAL_AUTHORITY},
        )
        if new:
            _entry("identity.representation_recorded", row, actor="system:household-register")
        made.append(queries.representation_view(row))
    return tuple(made)


@transaction.atomic
def record_company_agent(*, person: UUID, tax_id: str, name: str, on: date) -> RepresentationView:
    """Record that a corporate certificate showed the person acting for a company.

    Refused `identity.tax_id_invalid` under the rule of that day.
    """
    if not is_tax_id(tax_id, on=on):
        raise Refused("identity.tax_id_invalid")
    company, _ = models.Company.objects.update_or_create(tax_id=tax_id, defaults={"name": name})
    row, new = models.Representation.objects.get_or_create(
        kind=RepresentationKind.COMPANY,
        representative=queries.row_of(person),
        company=company,
        ended_at=None,
        defaults={"basis": "corporate-certificate"},
    )
    if new:
        _entry("identity.representation_recorded", row, actor=f"person:{person}")
    return queries.representation_view(row)


@transaction.atomic
def give_power_of_attorney(
    *, representative: UUID, until: date, on: date, by: Actor
) -> RepresentationView:
    """Let another person act for oneself until a day (at most a year ahead), once they accept.

    Refused `identity.power_for_self`, `identity.power_too_long`, and
    `identity.only_oneself` when the giver is acting for somebody else.
    """
    if by.acting_for is not None:
        raise Refused("identity.only_oneself")
    if representative == by.person:
        raise Refused("identity.power_for_self")
    if not on < until <= date(on.year + 1, on.month, min(on.day, 28)):
        raise Refused("identity.power_too_long")
    row = models.Representation.objects.create(
        kind=RepresentationKind.ATTORNEY,
        representative=queries.row_of(representative),
        principal=queries.row_of(by.person),
        basis="power-of-attorney",
        until=until,
        accepted_at=None,
    )
    _entry("identity.power_given", row, actor=by.on_trail)
    return queries.representation_view(row)


@transaction.atomic
def accept_power_of_attorney(*, uuid: UUID, by: Actor) -> RepresentationView:
    """Take a power of attorney that was given to oneself: from now on it holds.

    Refused `identity.no_such_representation` to everyone else, `identity.only_oneself`.
    """
    if by.acting_for is not None or by.assisted_by is not None:
        raise Refused("identity.only_oneself")
    row = (
        models.Representation.objects.select_for_update(of=("self",))
        .select_related("representative", "principal")
        .filter(uuid=uuid, ended_at=None, accepted_at=None, representative__uuid=by.person)
        .first()
    )
    if row is None:
        raise Refused("identity.no_such_representation")
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    _entry("identity.representation_recorded", row, actor=by.on_trail)
    return queries.representation_view(row)


@transaction.atomic
def end_representation(*, uuid: UUID, by: Actor) -> None:
    """End a representation at once. Only either side of it may; guardianship is the register's.

    Refused `identity.no_such_representation` to everyone else, so that nobody learns of it.
    """
    row = (
        models.Representation.objects.select_related("representative", "principal")
        .filter(uuid=uuid, ended_at__isnull=True)
        .first()
    )
    sides = set() if row is None else {row.representative.uuid}
    if row is not None and row.principal is not None:
        sides.add(row.principal.uuid)
    if row is None or by.person not in sides:
        raise Refused("identity.no_such_representation")
    if row.kind == RepresentationKind.GUARDIAN:
        raise Refused("identity.guardianship_by_law")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    _entry("identity.representation_ended", row, actor=by.on_trail)


def _entry(verb: str, row: models.Representation, *, actor: str) -> None:
    subject = row.representative if row.principal is None else row.principal
    record(
        verb=verb,
        subject=subject.uuid,
        actor=actor,
        basis=row.basis,
        details={"representation": str(row.uuid), "kind": row.kind},
    )
