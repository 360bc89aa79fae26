"""From facts still open to terms that their subjects can sign: the usual shape of an agreement."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity import queries as identity
from minben.jobs.clock import today
from minben.protocol.agreement import Agreement, FactRequest, Party, Rule
from minben.protocol.terms import Frequency, Visibility
from minben.registry import queries as registry


def agreement_for(
    *,
    requests: Sequence[FactRequest],
    applicant: UUID,
    roles: Mapping[UUID, str],
    purpose: Text,
    recipient: str,
    legal_basis: str,
    valid_for: timedelta = timedelta(days=30),
    frequency: Frequency = "once",
    retention_days: int = 0,
    visibility: Visibility = "subjects",
) -> Agreement:
    """Terms in which everyone signs for their own facts: rule `all`, providers' own assurance.

    `roles` names each person ("mother"); others are called by number. The applicant signs too. A
    minor, or someone who gave a power of attorney, is signed for by the applicant if that is
    recorded, and the terms say so. Single use unless a `frequency` is chosen. Refused
    `consent.minor_needs_guardian`, and what the registry refuses.
    """
    subjects = [r.subject for r in requests if r.mandate is None]
    people = list(dict.fromkeys([f"person:{applicant}", *subjects]))
    parties = tuple(
        _party(ref, number, requests, applicant=applicant, roles=roles)
        for number, ref in enumerate(people, start=1)
    )
    now = timezone.now().replace(microsecond=0)
    return Agreement(
        parties=parties,
        facts=tuple(requests),
        rule=Rule.all(*(party.role for party in parties)),
        purpose=purpose,
        recipient=recipient,
        legal_basis=legal_basis,
        valid_from=now,
        valid_until=now + valid_for,
        nonce=secrets.token_urlsafe(16),
        frequency=frequency,
        retention_days=retention_days,
        visibility=visibility,
    )


def _party(
    ref: str,
    number: int,
    requests: Sequence[FactRequest],
    *,
    applicant: UUID,
    roles: Mapping[UUID, str],
) -> Party:
    person = identity.person_by_ref(ref)
    own = {r.data_set for r in requests if r.subject == ref and r.mandate is None}
    role = roles.get(person.uuid, f"person-{number}")
    assurance = registry.assurance_for(own)
    if person.uuid == applicant:
        return Party(role, ref, assurance)
    held = identity.may_act_for(representative=applicant, principal=person.uuid, on=today())
    if held is not None:
        authority = f"{held.kind}:{held.uuid}"
        return Party(role, ref, assurance, f"person:{applicant}", authority)
    if identity.is_minor(person.uuid, on=today()):
        raise Refused("consent.minor_needs_guardian")
    return Party(role, ref, assurance)
