"""What a file lane holds: an entry as it is recorded, with the salt of its commitment.

A record is the 32-byte salt followed by the entry's canonical JSON, which are the very bytes
that the leaf commits to. The sequencer reads them; the writer needs no database.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from minben.protocol.canonical import canonical_json
from minben.protocol.entry import commit, commit_record
from minben.protocol.terms import instant, read_instant

_FIELDS = frozenset({"entry", "verb", "subject", "actor", "basis", "details", "recorded_at"})
_TEXTS = ("verb", "actor", "basis", "recorded_at")
_SEALED = frozenset({"sealed"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
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
        payload = orjson.loads(memoryview(data)[32:])
        if payload.keys() - _SEALED != _FIELDS:
            raise NotAnEntry("expected an entry's fields")
        subject = payload["subject"]
        if subject is not None and not _UUID.fullmatch(subject):
            raise NotAnEntry("subject is a uuid in lower case, or null")
        if not all(type(payload[name]) is str for name in _TEXTS):
            raise NotAnEntry("verb, actor, basis and recorded_at are texts")
        read_time(payload["recorded_at"])
        salt, text = data[:32], data[32:].decode()
        return Intake(UUID(payload["entry"]), salt, text, payload, commit_record(data))
    except NotAnEntry:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as mistake:
        raise NotAnEntry("not an entry") from mistake


@lru_cache(maxsize=64)
def read_time(text: str) -> datetime:
    """An instant as `terms.instant` writes it; many entries share their second."""
    return read_instant(text)


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
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()
