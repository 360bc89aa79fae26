"""Words for the trail's tests: use somebody's data, fetch their bundle, check it."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from minben.protocol.signed_note import NoteKey
from minben.trail.actions import record
from minben.trail.queries import bundle
from minben.verify.check import Report, check
from minben.verify.format import read


def use(subject: UUID | None, verb: str = "exchange.released", **details: Any) -> UUID:
    with transaction.atomic():
        return record(
            verb=verb,
            subject=subject,
            actor="agency:tax",
            basis="agreement:1",
            details=details or {"fact": "tax_rate"},
        )


def checked(told: dict[str, Any], key: str | None = None) -> Report:
    """The verifier's report on a bundle that went through a file."""
    parsed = read(json.loads(json.dumps(told)))
    return check(parsed, NoteKey.from_text(key or parsed.log_key))


def bundle_of(person: UUID, **options: Any) -> dict[str, Any]:
    told = bundle(person, **options)
    assert told is not None
    return told
