"""A statement of the identity provider, or a passkey, becomes a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import models, numbers, queries, statements
from minben.identity.actions.people import find_or_create_person, link_number
from minben.identity.actions.representing import record_company_agent
from minben.identity.types import (
    Actor,
    Method,
    NumberKind,
    PersonView,
    RepresentationView,
    Role,
)
from minben.trail.actions import record


@dataclass(frozen=True, slots=True)
class SignedIn:
    """已登入 What the session has to know of a sign-in that was just accepted."""

    sign_in: UUID
    person: PersonView
    account: int  # the account's row, for Django's session
    method: Method
    level: AssuranceLevel
    at: datetime
    acting_for: RepresentationView | None = None


@transaction.atomic
def accept_sign_in(*, statement: str, nonce: str, on: date) -> SignedIn:
    """Accept an identity provider's sign-in statement once.

    Refused `identity.statement_refused` (forged, stale, for another nonce or used before),
    `identity.number_invalid`, `identity.tax_id_invalid`.
    """
    said = _use(statement, nonce=nonce)
    person = find_or_create_person(number=said.number, on=on, name=said.name)
    acting_for = None
    if said.company is not None:
        acting_for = record_company_agent(
            person=person.uuid, tax_id=said.company["tax_id"], name=said.company["name"], on=on
        )
    _remember_credential(person, said)
    return open_sign_in(person, said.method, said.level, assisted_by=None, acting_for=acting_for)


@transaction.atomic
def serve_at_counter(*, statement: str, nonce: str, on: date, clerk: Actor) -> SignedIn:
    """A person present at the counter used their own credential at the clerk's reader.

    The clerk's name stands beside everything done from here. Refused `identity.not_a_clerk`,
    `identity.clerk_serves_themselves`, and what `accept_sign_in` refuses.
    """
    if not clerk.has(Role.CLERK) or clerk.assisted_by is not None:
        raise Refused("identity.not_a_clerk")
    said = _use(statement, nonce=nonce)
    person = find_or_create_person(number=said.number, on=on, name=said.name)
    if person.uuid == clerk.person:
        raise Refused("identity.clerk_serves_themselves")
    _remember_credential(person, said)
    return open_sign_in(person, said.method, said.level, assisted_by=clerk.person)


@transaction.atomic
def accept_passkey(*, credential_id: str) -> SignedIn:
    """Sign in by a passkey whose assertion the relying party has just checked.

    The level is what the enrolling credential gave it. Refused `identity.no_such_passkey`.
    """
    person, passkey = queries.passkey_by_credential(credential_id)
    return open_sign_in(person, Method.PASSKEY, passkey.level, assisted_by=None)


@transaction.atomic
def link_shown_number(*, statement: str, nonce: str, on: date, by: Actor) -> PersonView:
    """A person who got a new number shows its card: both numbers are theirs from now on.

    For a resident's number that became another: a national ID after naturalisation, or the new
    form of a resident number. The name on the new card must be the person's own. Refused
    `identity.only_oneself`, `identity.not_a_successor`, `identity.number_of_another` (whoever
    signed in with it first has their own record: a counter joins them), and what
    `accept_sign_in` refuses.
    """
    if by.acting_for is not None or by.assisted_by is not None:
        raise Refused("identity.only_oneself")
    said = _use(statement, nonce=nonce)
    held = {numbers.kind_of(number, on=on) for number in queries.numbers_of(by.person)}
    new = numbers.kind_of(numbers.written(said.number), on=on)
    succeeds = NumberKind.NATIONAL_ID not in held and new not in held
    if not succeeds or new is NumberKind.OLD_RESIDENT_NUMBER or said.name != by.name:
        raise Refused("identity.not_a_successor")
    person = link_number(person=by.person, number=said.number, on=on)
    _remember_credential(person, said)
    record(
        verb="identity.number_linked",
        subject=by.person,
        actor=by.on_trail,
        basis=f"method:{said.method}",
        details={"kind": new.value},
    )
    return person


@transaction.atomic
def sign_out(*, sign_in: UUID, by: Actor) -> None:
    """Close a sign-in. Refused `identity.no_such_sign_in` for someone else's."""
    mine = models.SignIn.objects.filter(uuid=sign_in, ended_at__isnull=True)
    served = mine.filter(assisted_by__uuid=by.assisted_by or by.person)
    if not (mine.filter(person__uuid=by.person) | served).update(ended_at=timezone.now()):
        raise Refused("identity.no_such_sign_in")


def _use(statement: str, *, nonce: str) -> statements.SignInStatement:
    said = statements.read_sign_in(statement, nonce=nonce, at=timezone.now())
    long_ago = timezone.now() - timedelta(days=1)
    models.UsedStatement.objects.filter(expires_at__lt=long_ago).delete()
    try:
        with transaction.atomic():
            models.UsedStatement.objects.create(jti=said.jti, expires_at=said.expires_at)
    except IntegrityError:
        raise Refused("identity.statement_refused") from None
    return said


def _remember_credential(person: PersonView, said: statements.SignInStatement) -> None:
    models.Credential.objects.update_or_create(
        person=queries.row_of(person.uuid),
        method=said.method,
        serial_digest=numbers.digest(said.serial),
        defaults={"last_used_at": timezone.now()},
    )


def open_sign_in(
    person: PersonView,
    method: Method,
    level: AssuranceLevel,
    *,
    assisted_by: UUID | None,
    acting_for: RepresentationView | None = None,
) -> SignedIn:
    """Write down that somebody came, and how they proved it; for this room's own ways in."""
    row = queries.row_of(person.uuid)
    account = models.User.objects.filter(person=row).first()
    if account is None:
        account = models.User.objects.create_for(row)
    if not account.is_active:
        raise Refused("identity.account_closed")
    sign_in = models.SignIn.objects.create(
        person=row,
        method=method,
        level=level,
        assisted_by=queries.row_of(assisted_by) if assisted_by else None,
    )
    clerk = f" assisted-by:{assisted_by}" if assisted_by else ""
    record(
        verb="identity.signed_in",
        subject=person.uuid,
        actor=f"{person.ref}{clerk}",
        basis="identity.sign_in",
        details={
            "method": method.value,
            "level": level.name.lower(),
            "sign_in": str(sign_in.uuid),
        },
    )
    return SignedIn(
        sign_in.uuid, person, account.pk, method, level, sign_in.at, acting_for=acting_for
    )
