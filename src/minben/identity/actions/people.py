"""People become known: by a sign-in or by a register's answer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from minben.base.refusal import Refused
from minben.identity import models, numbers, queries
from minben.identity.types import Kinship, PersonView


@transaction.atomic
def find_or_create_person(
    *, number: str, on: date, name: str = "", birth_date: date | None = None
) -> PersonView:
    """The person with this number, made if nobody has it yet.

    A name or birth date given fills what is not known; it never overwrites. Refused
    `identity.number_invalid` when the number is none on that day.
    """
    number = numbers.written(number)
    kind = numbers.kind_of(number, on=on)
    digest = numbers.digest(number)
    known = models.PersonNumber.objects.select_related("person").filter(digest=digest).first()
    if known is None:
        try:
            with transaction.atomic():
                person = models.Person.objects.create(name=name, birth_date=birth_date)
                known = models.PersonNumber.objects.create(
                    person=person, kind=kind, digest=digest, sealed=numbers.seal(number)
                )
        except IntegrityError:  # another process met the same person at the same moment
            known = models.PersonNumber.objects.select_related("person").get(digest=digest)
    return _filled(known.person, name=name, birth_date=birth_date)


@transaction.atomic
def link_number(*, person: UUID, number: str, on: date) -> PersonView:
    """Give a known person another number: the new resident number beside the old one.

    Refused `identity.number_invalid`, or `identity.number_of_another` when it is someone else's.
    """
    row = queries.row_of(person)
    number = numbers.written(number)
    kind = numbers.kind_of(number, on=on)
    known, made = models.PersonNumber.objects.get_or_create(
        digest=numbers.digest(number),
        defaults={"person": row, "kind": kind, "sealed": numbers.seal(number)},
    )
    if not made and known.person_id != row.pk:
        raise Refused("identity.number_of_another")
    return queries.view_of(row)


@transaction.atomic
def record_person(
    *, person: UUID, name: str | None = None, birth_date: date | None = None
) -> PersonView:
    """Write what the household register says of a person; it overrides what was known."""
    row = queries.row_of(person)
    row.name = name or row.name
    row.birth_date = birth_date or row.birth_date
    row.save(update_fields=["name", "birth_date"])
    return queries.view_of(row)


@transaction.atomic
def record_family(
    *,
    person: UUID,
    mother: UUID | None,
    father: UUID | None,
    spouse: UUID | None = None,
    source: str,
    on: date,
) -> None:
    """Write a person's mother, father and spouse as a register told them on a day.

    None means that the register knows of none; a relation that ended is kept with its end.
    """
    row = queries.row_of(person)
    told = {Kinship.MOTHER: mother, Kinship.FATHER: father, Kinship.SPOUSE: spouse}
    for kind, relative in told.items():
        now = row.relations.filter(kind=kind, until__isnull=True).select_related("relative")
        current = now.first()
        if current is not None and current.relative.uuid == relative:
            continue
        now.update(until=on)
        if relative is not None:
            models.Relation.objects.create(
                person=row,
                relative=queries.row_of(relative),
                kind=kind,
                since=on,
                source=source,
            )


@transaction.atomic
def record_household(*, members: tuple[UUID, ...], township: str, on: date) -> UUID:
    """Write who is registered together on a day; each leaves the household they were in."""
    rows = [queries.row_of(member) for member in members]
    models.HouseholdMember.objects.filter(person__in=rows, until__isnull=True).update(until=on)
    household = models.Household.objects.create(township=township)
    models.HouseholdMember.objects.bulk_create(
        [models.HouseholdMember(household=household, person=row, since=on) for row in rows]
    )
    return household.uuid


def _filled(row: models.Person, *, name: str, birth_date: date | None) -> PersonView:
    wanted = {"name": name, "birth_date": birth_date}
    missing = [field for field, value in wanted.items() if value and not getattr(row, field)]
    for field in missing:
        setattr(row, field, wanted[field])
    if missing:
        row.save(update_fields=missing)
    return queries.view_of(row)
