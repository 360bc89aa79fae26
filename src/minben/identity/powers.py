"""Powers of attorney that wait for a word, and who holds office where."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.types import PersonView, RepresentationView, Role


def offered_to(person: UUID, *, on: date) -> list[RepresentationView]:
    """Powers of attorney that a person has yet to accept."""
    return _waiting(on, representative__uuid=person)


def offered_by(person: UUID, *, on: date) -> list[RepresentationView]:
    """Powers of attorney that a person gave and nobody has accepted yet."""
    return _waiting(on, principal__uuid=person)


def somebody(*, number: str, name: str) -> PersonView:
    """The person with this number and this name.

    Refused `identity.nobody_so_named` alike for an unknown number and for another name, so that
    nobody learns by trying whose number it is or who has signed in here.
    """
    found = queries.find_person(number)
    if found is None or not name.strip() or found.name.strip() != name.strip():
        raise Refused("identity.nobody_so_named")
    return found


def officials_at(agency: str) -> list[tuple[PersonView, Role, datetime]]:
    """Who holds which role at an agency now, and since when."""
    held = models.RoleGrant.objects.filter(agency=agency, ended_at=None).select_related("person")
    return [
        (queries.view_of(grant.person), Role(grant.role), grant.granted_at)
        for grant in held.order_by("role", "id")
    ]


def _waiting(on: date, **whose: UUID) -> list[RepresentationView]:
    rows = models.Representation.objects.filter(
        ended_at=None, accepted_at=None, until__gte=on, **whose
    )
    return [queries.representation_view(row) for row in rows.order_by("id")]
