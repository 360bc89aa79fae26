"""What a file lane holds: an entry as it is recorded, with the salt of its commitment.

A record is the 32-byte salt followed by the entry's canonical JSON, which are the very bytes
that the leaf commits to. The sequencer reads them; the writer needs no database.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from minben.protocol.canonical import canonical_json
from minben.protocol.entry import commit
from minben.protocol.terms import instant

_FIELDS = frozenset({"entry", "verb", "subject", "actor", "basis", "details", "recorded_at"})
_PLAIN = (str, bool, type(None))


class NotAnEntry(ValueError):
    """The record is no entry; the message names what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Intake:
    """收件 One entry in a lane: what it says and what commits to it."""

    uuid: UUID
    salt: bytes
    text: str
    payload: Mapping[str, Any]
    commitment: bytes

    @property
    def record(self) -> bytes:
        """The bytes that go into the lane."""
        return self.salt + self.text.encode()


def entry_record(
    *,
    verb: str,
    subject: UUID | None,
    actor: str,
    basis: str,
    details: Mapping[str, Any],
    at: datetime,
    sealed: Mapping[str, str] | None = None,
) -> Intake:
    """An entry to be appended to a lane; the words are those of `trail.actions.record`.

    ValueError for details that JSON cannot carry.
    """
    uuid, salt = entry_id(), os.urandom(32)
    payload: dict[str, Any] = {
        "entry": str(uuid),
        "verb": verb,
        "subject": None if subject is None else str(subject),
        "actor": actor,
        "basis": basis,
        "details": dict(details),
        "recorded_at": instant(at),
    }
    if sealed is not None:
        payload["sealed"] = dict(sealed)
    text = _canonical(payload, details)
    return Intake(uuid, salt, text, payload, commit(text, salt))


def read_record(data: bytes) -> Intake:
    """Read a lane's record; NotAnEntry when it is none."""
    try:
        text = data[32:].decode()
        payload = json.loads(text)
        if not isinstance(payload, dict) or set(payload) - {"sealed"} != _FIELDS:
            raise NotAnEntry("expected an entry's fields")
        subject = payload["subject"]
        if subject is not None:
            UUID(subject)
        if not all(isinstance(payload[name], str) for name in ("verb", "actor", "basis")):
            raise NotAnEntry("verb, actor and basis are texts")
        datetime.fromisoformat(payload["recorded_at"])
        return Intake(UUID(payload["entry"]), data[:32], text, payload, commit(text, data[:32]))
    except NotAnEntry:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as mistake:
        raise NotAnEntry("not an entry") from mistake


def entry_id() -> UUID:
    """A fresh uuid that sorts by time (RFC 9562, version 7): kind to an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def _canonical(payload: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """RFC 8785, by the quick way where both ways agree: plain texts and small integers."""
    plain = all(
        key.isascii()
        and (isinstance(value, _PLAIN) or (type(value) is int and -(2**53) < value < 2**53))
        for key, value in details.items()
    )
    if not plain:
        return canonical_json(payload).decode()
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
