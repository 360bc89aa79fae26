"""What the gateway reads of a transfer: who asks what of whom on which basis, never a number.

The subject's number is sealed to the provider, the answer to a key that the recipient made for
this transfer: both pass through as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from minben.gateway.basis import Asked
from minben.gateway.problems import Problem

MOST_BYTES = 262_144
MOST_REQUESTS = 50
_HEX = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID, _PERSON = re.compile(_HEX), re.compile(f"person:{_HEX}")
_FIELDS = {"transfer", "recipient", "data_set", "subject", "basis", "requests", "answer_key"}
_SEALED = {"ref", "sealed"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """信封 The part of a transfer that is not sealed."""

    transfer: str
    recipient: str
    data_set: str
    subject: str  # "person:<uuid>"
    person: UUID
    basis: Any
    asked: list[Asked]
    asked_text: str


def read(body: bytes) -> Envelope:
    """Read a body; Problem names the field and the mistake."""
    try:
        told = orjson.loads(body)
    except ValueError as error:
        raise Problem("malformed", what="not JSON") from error
    if not isinstance(told, dict):
        raise Problem("malformed", what="the body must be one JSON object")
    if told.keys() != _FIELDS:
        wrong = sorted(told.keys() ^ _FIELDS)[0]
        if wrong == "answer_key":
            raise Problem("not_sealed", "answer_key")
        raise Problem("malformed", wrong, what="a field is missing or not known")
    subject, listed = told["subject"], told["requests"]
    if not isinstance(subject, dict) or subject.keys() != _SEALED:
        raise Problem("not_sealed", "subject")
    ref = _text(subject, "ref", "subject.ref")
    if not _PERSON.fullmatch(ref):
        raise Problem("malformed", "subject.ref", what="person:<a lower-case UUID>")
    asked = [_one(one, f"requests[{i}]") for i, one in enumerate(_listed(listed))]
    return Envelope(
        transfer=_uuid(told, "transfer", "transfer"),
        recipient=_text(told, "recipient", "recipient"),
        data_set=_text(told, "data_set", "data_set"),
        subject=ref,
        person=UUID(ref[7:]),
        basis=told["basis"],
        asked=asked,
        asked_text="; ".join(f"{fact} {op} {value}" for fact, op, value in asked),
    )


def _one(one: Any, at: str) -> Asked:
    if not isinstance(one, dict):
        raise Problem("malformed", at, what="a request must be an object")
    value = one.get("value")
    if value is not None and not isinstance(value, int | str | bool):
        raise Problem("malformed", f"{at}.value", what="an integer, a text, yes or no")
    fact, op = one.get("fact"), one.get("op")
    if not isinstance(fact, str) or not isinstance(op, str) or not fact or not op:
        raise Problem("malformed", at, what="fact and op must be texts")
    return fact, op, value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_REQUESTS:
        raise Problem("malformed", "requests", what=f"a list of 1 to {MOST_REQUESTS}")
    return value


def _text(told: Mapping[str, Any], name: str, at: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 2000:
        raise Problem("malformed", at, what="a text of 1 to 2,000 characters")
    return value


def _uuid(told: Mapping[str, Any], name: str, at: str) -> str:
    value = _text(told, name, at)
    if not _UUID.fullmatch(value):
        raise Problem("malformed", at, what="a lower-case UUID")
    return value
