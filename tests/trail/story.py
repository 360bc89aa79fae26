"""Words for the trail's tests: use somebody's data, fetch their bundle, check it."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from minben.protocol.signed_note import NoteKey
from minben.trail import log
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


def forge_leaf(index: int) -> None:
    """The operator writes another commitment into a leaf, where it stands in the files."""
    with log.files(index + 1) as files:
        leaf = files.entry(index)
    changed = leaf[:15] + (b"0" if leaf[15:16] != b"0" else b"1") + leaf[16:]
    path = log.folder() / "entries"
    whole = path.read_bytes()
    assert whole.count(leaf) == 1
    path.write_bytes(whole.replace(leaf, changed))
