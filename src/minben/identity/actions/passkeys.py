"""A passkey belongs to its person because the identity provider signed that it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import models, queries, statements
from minben.identity.types import Actor, Method, PasskeyView
from minben.protocol.evidence import number_digest
from minben.trail.actions import record


@transaction.atomic
def enrol_passkey(
    *,
    name: str,
    credential_id: str,
    public_key: str,
    response: Mapping[str, Any],
    statement: str,
    by: Actor,
) -> PasskeyView:
    """Keep a passkey that the identity provider bound to the person who shows it.

    Its level is that of the credential shown for it, never above medium. Refused
    `identity.statement_refused` (the statement binds another key or person),
    `identity.passkey_needs_medium` (enrolled with knowledge alone), `identity.only_oneself`
    (at the counter, or acting for another).
    """
    if by.acting_for is not None or by.assisted_by is not None:
        raise Refused("identity.only_oneself")
    claims = statements.read(statement, typ=statements.ENROLMENT, at=timezone.now())
    salt = queries.number_salt(by.person)
    bound = {number_digest(salt, number) for number in queries.numbers_of(by.person)}
    expected = {"sub": by.ref, "credential_id": credential_id, "public_key": public_key}
    if any(claims.get(k) != v for k, v in expected.items()) or (
        claims.get("number_digest") not in bound
    ):
        raise Refused("identity.statement_refused")
    level = min(AssuranceLevel.from_acr(claims["acr"]), AssuranceLevel.MEDIUM)
    if level < AssuranceLevel.MEDIUM:
        raise Refused("identity.passkey_needs_medium")
    person = queries.row_of(by.person)
    kept = Authenticator.objects.create(
        user=person.account,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": dict(response)},
    )
    row = models.Passkey.objects.create(
        person=person,
        authenticator=kept,
        name=name,
        credential_id=credential_id,
        public_key=public_key,
        level=level,
        enrolled_with=Method(claims["amr"][0]),
        statement=statement,
    )
    _entry("identity.passkey_enrolled", row, by)
    return queries.passkey_view(row)


@transaction.atomic
def remove_passkey(*, uuid: UUID, by: Actor) -> None:
    """Remove one's own passkey; it opens nothing any more. Refused `identity.no_such_passkey`."""
    row = models.Passkey.objects.filter(
        uuid=uuid, person__uuid=by.person, removed_at__isnull=True
    ).first()
    if row is None or by.assisted_by is not None:
        raise Refused("identity.no_such_passkey")
    row.removed_at = timezone.now()
    if row.authenticator is not None:
        row.authenticator.delete()
        row.authenticator = None
    row.save(update_fields=["removed_at", "authenticator"])
    _entry("identity.passkey_removed", row, by)


def _entry(verb: str, row: models.Passkey, by: Actor) -> None:
    record(
        verb=verb,
        subject=by.person,
        actor=by.on_trail,
        basis="identity.passkey",
        details={"passkey": str(row.uuid), "level": AssuranceLevel(row.level).name.lower()},
    )
