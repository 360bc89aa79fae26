"""The owner agency's way to and from pseudonyms: signed calls to the pseudonym authority."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.consent.types import MandateView
from minben.exchange import clients
from minben.identity import actions as identity
from minben.identity import queries as people
from minben.jobs.clock import today
from minben.protocol.keys import PublicKey
from minben.trail.actions import record

_BATCH = 20_000


def resolve_people(*, mandate: str, pseudonyms: Sequence[str], reason: str) -> tuple[UUID, ...]:
    """The people behind some pseudonyms (at most 100), in their order. Calls out: no transaction.

    Each one is an entry of their own, here and in the authority's log, with the reason. Refused
    `exchange.not_resolved` when the authority says no, `exchange.authority_down` when it cannot
    answer now.
    """
    basis = consent.mandate(mandate)
    told = _ask(basis, "/resolve", {"pseudonyms": list(pseudonyms), "reason": reason})
    with transaction.atomic():
        people = tuple(
            identity.find_or_create_person(number=str(number), on=today()).uuid
            for number in told["numbers"]
        )
        for person in people:
            record(
                verb="exchange.resolved",
                subject=person,
                actor=f"agency:{basis.document['recipient']}",
                basis=f"mandate:{mandate}",
                details={"purpose": str(basis.document["purpose"]), "reason": reason},
            )
    return people


def pseudonyms_of(*, mandate: str, persons: Sequence[UUID]) -> dict[UUID, str]:
    """The pseudonyms of people under a mandate's purpose. Calls out: no transaction.

    For receipts and objections that a screening run has to respect. Refused as `resolve_people`.
    """
    basis = consent.mandate(mandate)
    names: dict[UUID, str] = {}
    for start in range(0, len(persons), _BATCH):
        batch = list(persons[start : start + _BATCH])
        numbers = [people.number_of(person) for person in batch]
        told = _ask(basis, "/pseudonyms", {"numbers": numbers})
        names.update(zip(batch, (str(name) for name in told["pseudonyms"]), strict=True))
    return names


def _ask(basis: MandateView, path: str, value: dict[str, object]) -> dict[str, list[object]]:
    url, public = _authority()
    body = {"mandate": basis.document, "signature": basis.signature, **value}
    try:
        reply = clients.HttpClient().send(
            "POST",
            url + path,
            json.dumps(body, default=dict).encode(),
            key=clients.recipient_key(str(basis.document["recipient"])),
            answers=public,
        )
    except (clients.Unreachable, clients.NotSigned) as error:
        raise Refused("exchange.authority_down") from error
    if reply.status == 429 or reply.status >= 500:  # busy, or it cannot ask whether we still may
        raise Refused("exchange.authority_down")
    if reply.status != 200:
        raise Refused("exchange.not_resolved")
    told: dict[str, list[object]] = json.loads(reply.body)
    return told


def _authority() -> tuple[str, PublicKey]:
    path: Path = settings.AGENCIES / "pseudonyms" / "agency.json"
    try:
        descriptor = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Refused("exchange.authority_down") from None
    return descriptor["base_url"], PublicKey.from_text(descriptor["public_key"])
