"""The leaves of the trail: what is committed, what is blinded, and how a person's chain hangs."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from minben.protocol.canonical import canonical_json

LANE = "platform"
MAP_LANE = "map"
NO_LEAF = bytes(32)  # stands before a person's first entry
LANE_NAME = r"[a-z0-9][a-z0-9.-]{0,63}"

_HEX, _COUNT = "[0-9a-f]{64}", "0|[1-9][0-9]{0,15}"
_ENTRY = re.compile(
    rf'\{{"commitment":"({_HEX})","lane":"({LANE_NAME})","n":({_COUNT}),'
    rf'"person":(null|"{_HEX}"),"previous":(null|"{_HEX}")\}}'
)
_MAP = re.compile(
    rf'\{{"at":"([0-9T:.+Z-]*)","lane":"{MAP_LANE}","n":({_COUNT}),"persons":({_COUNT}),'
    rf'"root":"({_HEX})"\}}'
)


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
        """The exact text of the leaf: canonical JSON."""
        return leaf_text(self.lane, self.n, self.commitment, self.person, self.previous)


@dataclass(frozen=True, slots=True)
class MapLeaf:
    """對照葉 The last leaf of every checkpoint: the root of the map of all persons' chains."""

    n: int
    root: bytes
    persons: int
    at: str

    @property
    def data(self) -> str:
        """The exact text of the leaf: canonical JSON."""
        return (
            f'{{"at":"{self.at}","lane":"{MAP_LANE}","n":{self.n},"persons":{self.persons},'
            f'"root":"{self.root.hex()}"}}'
        )


def leaf_text(
    lane: str, n: int, commitment: bytes, person: bytes | None, previous: bytes | None
) -> str:
    """The text of an entry's leaf without the object; lane names need no escaping."""
    whose = "null" if person is None else f'"{person.hex()}"'
    before = "null" if previous is None else f'"{previous.hex()}"'
    return (
        f'{{"commitment":"{commitment.hex()}","lane":"{lane}","n":{n},'
        f'"person":{whose},"previous":{before}}}'
    )


def read_entry(data: str) -> EntryLeaf:
    """Read an entry's leaf; ValueError for any text that `EntryLeaf.data` would not write."""
    found = _ENTRY.fullmatch(data)
    if found is None:
        raise ValueError("not an entry's leaf")
    commitment, lane, n, person, previous = found.groups()
    return EntryLeaf(lane, _number(n), bytes.fromhex(commitment), _tag(person), _tag(previous))


def read_map(data: str) -> MapLeaf:
    """Read a map leaf; ValueError for any text that `MapLeaf.data` would not write."""
    found = _MAP.fullmatch(data)
    if found is None:
        raise ValueError("not a map leaf")
    at, n, persons, root = found.groups()
    return MapLeaf(_number(n), bytes.fromhex(root), _number(persons), at)


def commitment(payload: Mapping[str, Any], salt: bytes) -> bytes:
    """Binds to a payload without saying anything about it while the 32-byte salt is secret."""
    return commit(canonical_json(payload).decode(), salt)


def commit(text: str, salt: bytes) -> bytes:
    """The same for a payload that is canonical JSON already."""
    return _hash(b"minben-entry/1\n", salt, text.encode())


def commit_record(record: bytes) -> bytes:
    """The same for the salt and the canonical JSON end to end, as a file lane holds them."""
    return hashlib.sha256(b"minben-entry/1\n" + record).digest()


def person_tag(key: bytes, number: int) -> bytes:
    """Marks the leaf of a person's `number`th entry for whoever holds the person's key."""
    return hashlib.sha256(b"minben-person/1\n" + key + number.to_bytes(8, "big")).digest()


def previous_tag(key: bytes, last: bytes) -> bytes:
    """Ties a leaf to the leaf hash of the person's entry before it (`NO_LEAF` for the first)."""
    return hashlib.sha256(b"minben-previous/1\n" + key + last).digest()


def map_key(person: UUID) -> bytes:
    """The one place in the map at which a person's chain can stand."""
    return _hash(b"minben-map/1\n", str(person).encode())


def map_value(key: bytes, count: int, last: bytes) -> bytes:
    """What stands there: the person's key, how many entries, and the last one's leaf hash."""
    return _hash(b"minben-chain/1\n", hashlib.sha256(key).digest(), count.to_bytes(8, "big"), last)


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _tag(text: str) -> bytes | None:
    return None if text == "null" else bytes.fromhex(text[1:-1])


def _number(text: str) -> int:
    number = int(text)
    if number >= 2**53:
        raise ValueError("no number that JSON carries")
    return number
