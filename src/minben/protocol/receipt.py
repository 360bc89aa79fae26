"""Receipts: the log's signed promise that an entry is durable and will be in the tree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from minben.protocol import jws
from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey
from minben.protocol.terms import instant

TYPE = "minben-receipt+jwt"


def issue(
    *, origin: str, entry: str, commitment: bytes, recorded_at: datetime, key: SigningKey
) -> str:
    """A receipt for an entry that is durable in a lane: providers release only against it."""
    payload = {
        "log": origin,
        "entry": entry,
        "commitment": commitment.hex(),
        "recorded_at": instant(recorded_at),
    }
    return jws.sign(payload, key=key, typ=TYPE)


def read(receipt: str, key: NoteKey) -> dict[str, Any]:
    """What a receipt of this log promises; jws.TokenError for anything else."""
    payload = jws.verify(
        receipt,
        key_of=lambda key_id: key.key if key_id == key.key.key_id else None,
        typ=TYPE,
    )
    if payload.get("log") != key.name:
        raise jws.TokenError("a receipt of another log")
    return payload
