"""The bundle as a file: its fields, read strictly, before anything in it is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from minben.protocol.keys import unb64
from minben.protocol.sparse_map import MapProof

_T = TypeVar("_T")
_HASH = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

FORMAT = "minben-trail-bundle/1"


class Unreadable(ValueError):
    """無法讀取 The file is no bundle: the message names the field that is not as it should be."""


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """證明包項目 One entry: its leaf, the leaf's place and path, and what it says, if told."""

    number: int
    index: int
    leaf: str
    inclusion: tuple[bytes, ...]
    payload: Mapping[str, Any] | None
    salt: bytes | None
    withheld: str | None


@dataclass(frozen=True, slots=True)
class BundleStamp:
    """證明包時戳 A stamped checkpoint, the proof that today's continues it, the token (DER)."""

    checkpoint: str
    consistency: tuple[bytes, ...]
    token: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """證明包 All entries of one person with their proofs, against one checkpoint."""

    log_key: str
    person: UUID
    person_key: bytes | None
    count: int
    last: bytes
    checkpoint: str
    map_leaf: str
    map_inclusion: tuple[bytes, ...]
    map_proof: MapProof
    entries: tuple[BundleEntry, ...]
    older: tuple[str, tuple[bytes, ...]] | None
    waiting: tuple[str, ...]
    stamp: BundleStamp | None = None


def read(value: object) -> Bundle:
    """Read parsed JSON as a bundle; Unreadable names the field that cannot be."""
    fields = Fields(value, "bundle")
    if fields.text("format") != FORMAT:
        raise Unreadable(f"format: expected {FORMAT}")
    map_part = Fields(fields.any("map"), "map")
    proof = Fields(map_part.any("proof"), "map.proof")
    older = fields.any("older")
    leaf = None if proof.any("leaf") is None else proof.hashes("leaf")
    if leaf is not None and len(leaf) != 2:
        raise Unreadable("map.proof.leaf: expected two hashes or null")
    if not _UUID.fullmatch(fields.text("person")):
        raise Unreadable("bundle.person: expected a uuid in lower case")
    return Bundle(
        log_key=fields.text("log_key"),
        person=UUID(fields.text("person")),
        person_key=fields.optional_hash("person_key"),
        count=fields.number("count"),
        last=fields.hash("last"),
        checkpoint=fields.text("checkpoint"),
        map_leaf=map_part.text("leaf"),
        map_inclusion=map_part.hashes("inclusion"),
        map_proof=MapProof(proof.hashes("siblings"), None if leaf is None else (leaf[0], leaf[1])),
        entries=tuple(_entry(item, place) for place, item in enumerate(fields.list("entries"))),
        older=None if older is None else _older(Fields(older, "older")),
        waiting=tuple(str(item) for item in fields.list("waiting")),
        stamp=_stamp(fields.any("stamp") if fields.has("stamp") else None),
    )


def _entry(value: object, place: int) -> BundleEntry:
    fields = Fields(value, f"entries[{place}]")
    payload, withheld = fields.any("payload"), fields.any("withheld")
    if withheld not in (None, "sealed", "erased"):
        raise Unreadable(f"entries[{place}].withheld: expected sealed, erased or null")
    if payload is not None and not isinstance(payload, dict):
        raise Unreadable(f"entries[{place}].payload: expected an object or null")
    return BundleEntry(
        number=fields.number("number"),
        index=fields.number("index"),
        leaf=fields.text("leaf"),
        inclusion=fields.hashes("inclusion"),
        payload=payload,
        salt=fields.optional_hash("salt"),
        withheld=withheld,
    )


def _stamp(value: object) -> BundleStamp | None:
    if value is None:
        return None
    fields = Fields(value, "stamp")
    try:
        token = unb64(fields.text("token"))
    except ValueError as mistake:
        raise Unreadable("stamp.token: expected base64url") from mistake
    return BundleStamp(fields.text("checkpoint"), fields.hashes("consistency"), token)


def _older(fields: Fields) -> tuple[str, tuple[bytes, ...]]:
    return fields.text("checkpoint"), fields.hashes("consistency")


class Fields:
    """欄位 The members of a JSON object, each read as what it must be; Unreadable names it."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable(f"{name}: expected an object")
        self._value: dict[str, Any] = value
        self._name = name

    def has(self, key: str) -> bool:
        """Whether the member is there."""
        return key in self._value

    def any(self, key: str) -> Any:
        """Whatever stands there."""
        if key not in self._value:
            raise Unreadable(f"{self._name}.{key}: missing")
        return self._value[key]

    def text(self, key: str) -> str:
        """A text."""
        return self._typed(key, str)

    def number(self, key: str) -> int:
        """A whole number from 0 up."""
        found = self._typed(key, int)
        if isinstance(found, bool) or not 0 <= found < 2**53:
            raise Unreadable(f"{self._name}.{key}: expected a whole number")
        return found

    def list(self, key: str) -> Sequence[object]:
        """A list of anything."""
        return self._typed(key, list)

    def hash(self, key: str) -> bytes:
        """32 bytes in lower-case hex."""
        return self._hash(self.text(key), key)

    def optional_hash(self, key: str) -> bytes | None:
        """The same, or null."""
        return None if self.any(key) is None else self.hash(key)

    def hashes(self, key: str) -> tuple[bytes, ...]:
        """A list of them."""
        return tuple(self._hash(item, key) for item in self.list(key))

    def _hash(self, value: object, key: str) -> bytes:
        if not isinstance(value, str) or not _HASH.fullmatch(value):
            raise Unreadable(f"{self._name}.{key}: expected 32 bytes in hex")
        return bytes.fromhex(value)

    def _typed(self, key: str, kind: type[_T]) -> _T:
        found = self.any(key)
        if not isinstance(found, kind):
            raise Unreadable(f"{self._name}.{key}: expected {kind.__name__}")
        return found
