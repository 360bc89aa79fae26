"""What may be asked about people. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import models, numbers
from minben.identity.types import (
    Actor,
    CompanyView,
    FamilyView,
    Kinship,
    Method,
    PaperDocument,
    PasskeyView,
    PersonView,
    PresenceView,
    RepresentationKind,
    RepresentationView,
    Role,
)

# Civil Code art. 12: 20 until 2022-12-31, 18 from 2023-01-01.
_MAJORITY_LOWERED_ON = date(2023, 1, 1)
_PRESENT = timedelta(minutes=30)  # as long as `actions.presence` counts somebody present


def person(uuid: UUID) -> PersonView:
    """One person; Refused `identity.no_such_person`."""
    return view_of(row_of(uuid))


def persons(uuids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """Those of the people who are known."""
    rows = models.Person.objects.filter(uuid__in=list(uuids))
    return {row.uuid: view_of(row) for row in rows}


def person_by_ref(ref: str) -> PersonView:
    """The person behind a subject reference "person:<uuid>"; Refused `identity.no_such_person`."""
    try:
        uuid = UUID(ref.removeprefix("person:"))
    except ValueError:
        raise Refused("identity.no_such_person") from None
    return person(uuid)


def find_person(number: str) -> PersonView | None:
    """The person with this number, if known."""
    row = (
        models.PersonNumber.objects.select_related("person")
        .filter(digest=numbers.digest(numbers.written(number)))
        .first()
    )
    return view_of(row.person) if row else None


def display_name(uuid: UUID) -> str:
    """The name to show; a short reference when no register has told the name yet."""
    found = models.Person.objects.filter(uuid=uuid).values_list("name", flat=True).first()
    return found or f"#{str(uuid)[:8]}"


def name_of_ref(ref: str) -> str:
    """The name behind "person:<uuid>" or "company:<uuid>"; the reference itself when unknown."""
    kind, _, written = ref.partition(":")
    try:
        uuid = UUID(written)
    except ValueError:
        return ref
    if kind == "person":
        return display_name(uuid)
    if kind == "company":
        found = models.Company.objects.filter(uuid=uuid).values_list("name", flat=True).first()
        return found or ref
    return ref


def number_of(uuid: UUID) -> str:
    """The number for a transfer to a provider, the newest one given.

    For the exchange and for proofs of binding only: never for a page, URL or log. Refused
    `identity.no_number`.
    """
    return numbers_of(uuid)[0]


def numbers_of(uuid: UUID) -> list[str]:
    """All numbers of a person, newest first; the same care as `number_of`."""
    rows = models.PersonNumber.objects.filter(person__uuid=uuid).order_by("-recorded_at", "-id")
    found = [numbers.unseal(row.sealed) for row in rows]
    if not found:
        raise Refused("identity.no_number")
    return found


def number_salt(uuid: UUID) -> str:
    """The salt under which the identity provider binds the person's number: goes to providers
    with the number, never to a page."""
    return row_of(uuid).salt


def family_of(uuid: UUID) -> FamilyView:
    """Mother, father, spouse and children, as recorded from the household register."""
    row = row_of(uuid)
    near = {
        relation.kind: view_of(relation.relative)
        for relation in row.relations.filter(until__isnull=True).select_related("relative")
    }
    children = (
        models.Relation.objects.filter(
            relative=row, kind__in=[Kinship.MOTHER, Kinship.FATHER], until__isnull=True
        )
        .select_related("person")
        .order_by("person__birth_date", "person_id")
    )
    return FamilyView(
        person=view_of(row),
        mother=near.get(Kinship.MOTHER),
        father=near.get(Kinship.FATHER),
        spouse=near.get(Kinship.SPOUSE),
        children=tuple(view_of(relation.person) for relation in children),
    )


def household_of(uuid: UUID) -> tuple[PersonView, ...]:
    """Everybody registered in the person's household now, the person included."""
    members = models.HouseholdMember.objects.filter(
        household__members__person__uuid=uuid,
        household__members__until__isnull=True,
        until__isnull=True,
    ).select_related("person")
    return tuple(view_of(member.person) for member in members.order_by("id"))


def is_minor(uuid: UUID, *, on: date) -> bool:
    """Whether the person is under age on a day; False when the birth date is not known.

    Civil Code art. 12: majority at 20, at 18 from 2023-01-01.
    """
    born = person(uuid).birth_date
    if born is None:
        return False
    majority = 18 if on >= _MAJORITY_LOWERED_ON else 20
    return (on.year - born.year) - ((on.month, on.day) < (born.month, born.day)) < majority


def roles(uuid: UUID) -> frozenset[Role]:
    """The roles a person holds now at their office; everybody is a citizen.

    Who has roles at two offices works here for the first of them (`office_of`): a role of one
    office never lends its rights at another.
    """
    held = models.RoleGrant.objects.filter(
        person__uuid=uuid, ended_at__isnull=True, agency__in=["", office_of(uuid) or ""]
    )
    return frozenset({Role.CITIZEN, *(Role(grant.role) for grant in held)})


def office_of(uuid: UUID) -> str | None:
    """The agency at which the person holds a role, if any."""
    return (
        models.RoleGrant.objects.filter(person__uuid=uuid, ended_at__isnull=True)
        .exclude(agency="")
        .order_by("id")
        .values_list("agency", flat=True)
        .first()
    )


def actor_of(uuid: UUID, *, level: AssuranceLevel = AssuranceLevel.HIGH) -> Actor:
    """The person as an actor without a session: for seeding, commands and tests only.

    Pages take `session.current`, which knows how surely somebody is there.
    """
    return Actor(
        person=uuid,
        name=display_name(uuid),
        roles=roles(uuid),
        assurance=level,
        methods=(Method.CITIZEN_CERTIFICATE,),
        session="none",
        agency=office_of(uuid),
    )


def holders(role: Role, *, agency: str | None = None) -> list[PersonView]:
    """Who holds a role now, at one agency or anywhere."""
    grants = models.RoleGrant.objects.filter(role=role, ended_at__isnull=True)
    if agency is not None:
        grants = grants.filter(agency=agency)
    return [view_of(grant.person) for grant in grants.select_related("person").order_by("id")]


def representation(uuid: UUID) -> RepresentationView:
    """One representation, ended or not; Refused `identity.no_such_representation`."""
    row = (
        models.Representation.objects.select_related("representative", "principal", "company")
        .filter(uuid=uuid)
        .first()
    )
    if row is None:
        raise Refused("identity.no_such_representation")
    return representation_view(row)


def representations_of(uuid: UUID, *, on: date) -> list[RepresentationView]:
    """For whom the person may act on a day; guardians of minors only until majority."""
    return [
        representation_view(row)
        for row in _in_force(on).filter(representative__uuid=uuid)
        if _still_holds(row, on)
    ]


def representatives_of(uuid: UUID, *, on: date) -> list[RepresentationView]:
    """Who may act for the person on a day."""
    return [
        representation_view(row)
        for row in _in_force(on).filter(principal__uuid=uuid)
        if _still_holds(row, on)
    ]


def may_act_for(*, representative: UUID, principal: UUID, on: date) -> RepresentationView | None:
    """The representation by which one person may act for another on a day, if there is one."""
    for found in representatives_of(principal, on=on):
        if found.representative.uuid == representative:
            return found
    return None


def passkeys_of(uuid: UUID) -> list[PasskeyView]:
    """A person's passkeys in use, oldest first."""
    rows = models.Passkey.objects.filter(person__uuid=uuid, removed_at__isnull=True)
    return [passkey_view(row) for row in rows.order_by("id")]


def passkey_by_credential(credential_id: str) -> tuple[PersonView, PasskeyView]:
    """The passkey in use with this credential id; Refused `identity.no_such_passkey`."""
    row = (
        models.Passkey.objects.select_related("person")
        .filter(credential_id=credential_id, removed_at__isnull=True)
        .first()
    )
    if row is None:
        raise Refused("identity.no_such_passkey")
    return view_of(row.person), passkey_view(row)


def sign_ins_of(uuid: UUID, *, limit: int = 20) -> list[tuple[str, Method, bool]]:
    """When and how a person signed in last: instant (ISO 8601), method, at the counter."""
    rows = models.SignIn.objects.filter(person__uuid=uuid).order_by("-at")[:limit]
    return [
        (row.at.isoformat(timespec="seconds"), Method(row.method), row.assisted_by_id is not None)
        for row in rows
    ]


def standing_sign_in(sign_in: UUID) -> datetime | None:
    """When a sign-in happened that was not ended, of an account that is open; else None."""
    rows = models.SignIn.objects.filter(uuid=sign_in, ended_at=None)
    found = rows.filter(person__account__is_active=True).values_list("at", flat=True)
    return next(iter(found), None)


def presences_of(clerk: UUID) -> list[PresenceView]:
    """Whoever stands before a clerk now without a credential, newest first."""
    rows = _present().filter(clerk__uuid=clerk).order_by("-begun_at")
    return [presence_view(row) for row in rows]


def presences_at(agency: str) -> list[PresenceView]:
    """Whoever stands at an office's counters now without a credential: name and paper only."""
    return [presence_view(row) for row in _present().filter(agency=agency).order_by("begun_at")]


def presence_of(person: UUID, *, clerk: UUID) -> PresenceView | None:
    """That somebody stands before a clerk now and a second official vouched; None otherwise."""
    rows = _present().filter(person__uuid=person, clerk__uuid=clerk, confirmed_at__isnull=False)
    row = rows.order_by("-begun_at").first()
    return presence_view(row) if row else None


def presence_view(row: models.Presence) -> PresenceView:
    """A presence as the counter shows it."""
    return PresenceView(
        uuid=row.uuid,
        person=row.person.uuid,
        name=view_of(row.person).name,
        document=PaperDocument(row.document),
        clerk=row.clerk.uuid,
        clerk_name=view_of(row.clerk).name,
        witness=row.witness.uuid if row.witness else None,
        begun_at=row.begun_at,
    )


def _present() -> QuerySet[models.Presence]:
    fresh = models.Presence.objects.filter(begun_at__gt=timezone.now() - _PRESENT)
    return fresh.select_related("person", "clerk", "witness")


def row_of(uuid: UUID) -> models.Person:
    """The row behind a person, for this room's actions; Refused `identity.no_such_person`."""
    row = models.Person.objects.filter(uuid=uuid).first()
    if row is None:
        raise Refused("identity.no_such_person")
    return row


def view_of(row: models.Person) -> PersonView:
    """A row as other rooms see it."""
    return PersonView(row.uuid, row.name or f"#{str(row.uuid)[:8]}", row.birth_date)


def passkey_view(row: models.Passkey) -> PasskeyView:
    """A passkey as its owner sees it."""
    return PasskeyView(
        uuid=row.uuid,
        name=row.name,
        level=AssuranceLevel(row.level),
        enrolled_with=Method(row.enrolled_with),
        enrolled_at=row.enrolled_at,
        credential_id=row.credential_id,
        public_key=row.public_key,
        statement=row.statement,
    )


def representation_view(row: models.Representation) -> RepresentationView:
    """A representation as pages and entries show it."""
    principal: PersonView | CompanyView
    if row.company is not None:
        principal = CompanyView(row.company.uuid, row.company.name, row.company.tax_id)
    elif row.principal is not None:
        principal = view_of(row.principal)
    else:
        raise ValueError(f"representation {row.uuid} is for nobody")
    return RepresentationView(
        row.uuid,
        RepresentationKind(row.kind),
        view_of(row.representative),
        principal,
        row.basis,
    )


def _in_force(on: date) -> QuerySet[models.Representation]:
    ending = Q(until__isnull=True) | Q(until__gte=on)
    return (
        models.Representation.objects.select_related("representative", "principal", "company")
        .filter(ending, ended_at__isnull=True, accepted_at__isnull=False)
        .order_by("id")
    )


def _still_holds(row: models.Representation, on: date) -> bool:
    if row.kind != RepresentationKind.GUARDIAN or row.principal is None:
        return True
    return is_minor(row.principal.uuid, on=on)
