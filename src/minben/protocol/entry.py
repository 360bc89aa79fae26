"""The leaves of the trail: what is committed, what is blinded, and how a person's chain hangs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from minben.protocol.canonical import canonical_json

LANE = "platform"
MAP_LANE = "map"
NO_LEAF = bytes(32)  # stands before a person's first entry


@dataclass(frozen=True, slots=True)
class EntryLeaf:
    """項目葉 One entry in the tree: its number in its lane and salted commitments, no content.

    `person` proves, to who holds the person's key, whose entry this is and which number it has;
    `previous` ties it to the person's entry before. Both are None for entries about nobody.
    """

    lane: str
    n: int
    commitment: bytes
    person: bytes | None = None
    previous: bytes | None = None

    @property
    def data(self) -> str:
        """The exact text of the leaf."""
        return canonical_json(
            {
                "lane": self.lane,
                "n": self.n,
                "commitment": self.commitment.hex(),
                "person": None if self.person is None else self.person.hex(),
                "previous": None if self.previous is None else self.previous.hex(),
            }
        ).decode()


@dataclass(frozen=True, slots=True)
class MapLeaf:
    """對照葉 The last leaf of every checkpoint: the root of the map of all persons' chains."""

    n: int
    root: bytes
    persons: int
    at: str

    @property
    def data(self) -> str:
        """The exact text of the leaf."""
        return canonical_json(
            {
                "lane": MAP_LANE,
                "n": self.n,
                "root": self.root.hex(),
                "persons": self.persons,
                "at": self.at,
            }
        ).decode()


def read_entry(data: str) -> EntryLeaf:
    """Read an entry's leaf; ValueError for any text that `EntryLeaf.data` would not write."""
    fields = _fields(data)
    leaf = EntryLeaf(
        lane=str(fields.get("lane")),
        n=_number(fields.get("n")),
        commitment=_bytes(fields.get("commitment")),
        person=None if fields.get("person") is None else _bytes(fields["person"]),
        previous=None if fields.get("previous") is None else _bytes(fields["previous"]),
    )
    if leaf.data != data:
        raise ValueError("not an entry's leaf")
    return leaf


def read_map(data: str) -> MapLeaf:
    """Read a map leaf; ValueError for any text that `MapLeaf.data` would not write."""
    fields = _fields(data)
    leaf = MapLeaf(
        n=_number(fields.get("n")),
        root=_bytes(fields.get("root")),
        persons=_number(fields.get("persons")),
        at=str(fields.get("at")),
    )
    if leaf.data != data:
        raise ValueError("not a map leaf")
    return leaf


def commitment(payload: Mapping[str, Any], salt: bytes) -> bytes:
    """Binds to a payload without saying anything about it while the 32-byte salt is secret."""
    return commit(canonical_json(payload).decode(), salt)


def commit(text: str, salt: bytes) -> bytes:
    """The same for a payload that is canonical JSON already."""
    return _hash(b"minben-entry/1\n", salt, text.encode())


def person_tag(key: bytes, number: int) -> bytes:
    """Marks the leaf of a person's `number`th entry for whoever holds the person's key."""
    return _hash(b"minben-person/1\n", key, number.to_bytes(8, "big"))


def previous_tag(key: bytes, last: bytes) -> bytes:
    """Ties a leaf to the leaf hash of the person's entry before it (`NO_LEAF` for the first)."""
    return _hash(b"minben-previous/1\n", key, last)


def map_key(person: UUID) -> bytes:
    """The one place in the map at which a person's chain can stand."""
    return _hash(b"minben-map/1\n", str(person).encode())


def map_value(key: bytes, count: int, last: bytes) -> bytes:
    """What stands there: the person's key, how many entries, and the last one's leaf hash."""
    return _hash(b"minben-chain/1\n", hashlib.sha256(key).digest(), count.to_bytes(8, "big"), last)


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _fields(data: str) -> dict[str, Any]:
    try:
        fields = json.loads(data)
    except RecursionError as mistake:
        raise ValueError("not a leaf") from mistake
    if not isinstance(fields, dict):
        raise ValueError("not a leaf")
    return fields


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError("not a number")
    return value


def _bytes(value: object) -> bytes:
    raw = bytes.fromhex(value) if isinstance(value, str) else b""
    if len(raw) != 32:
        raise ValueError("not 32 bytes in hex")
    return raw
