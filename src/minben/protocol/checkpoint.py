"""Checkpoints: the signed head of the log as a C2SP signed note (tlog-checkpoint, signed-note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from minben.protocol.keys import PublicKey, SigningKey

_ED25519 = b"\x01"
_DASH = "\u2014"


class NoteError(ValueError):
    """簽章註記有誤 A note that cannot be read or that the key did not sign; says which."""


@dataclass(frozen=True, slots=True)
class Head:
    """樹頭 Which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text: three lines, each with its line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """註記公鑰 A log's name and key, written `name+hash+base64` (C2SP vkey)."""

    name: str
    key: PublicKey

    @property
    def hash(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        line = self.name.encode() + b"\n" + _ED25519 + self.key.raw
        return hashlib.sha256(line).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key as text, to be published."""
        encoded = base64.b64encode(_ED25519 + self.key.raw).decode()
        return f"{self.name}+{self.hash.hex()}+{encoded}"

    @classmethod
    def from_text(cls, text: str) -> NoteKey:
        """Read a verifier key; NoteError when it is none or its hash does not fit."""
        name, _, rest = text.strip().partition("+")
        hash, _, encoded = rest.partition("+")
        try:
            raw = base64.b64decode(encoded, validate=True)
            if raw[:1] != _ED25519:
                raise ValueError("not Ed25519")
            key = cls(name, PublicKey(raw[1:]))
        except (ValueError, binascii.Error) as mistake:
            raise NoteError("not an Ed25519 verifier key") from mistake
        if not name or hash != key.hash.hex():
            raise NoteError("the verifier key's hash does not fit its name and key")
        return key


def sign(head: Head, key: SigningKey) -> str:
    """The signed note over a head; the key signs under the log's origin as its name."""
    note_key = NoteKey(head.origin, key.public)
    signature = base64.b64encode(note_key.hash + key.sign(head.text.encode())).decode()
    return f"{head.text}\n{_DASH} {head.origin} {signature}\n"


def read(note: str, key: NoteKey) -> Head:
    """The head in a note signed by this key; NoteError for anything else.

    Signatures of others (witnesses) may stand beside it and are not looked at. Extension lines
    after the root are part of the signed text and are ignored.
    """
    text, gap, lines = note.partition("\n\n")
    text += "\n"
    if not gap:
        raise NoteError("not a signed note")
    for line in lines.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != _DASH or name != key.name:
            continue
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if raw[:4] == key.hash and key.key.verify(raw[4:], text.encode()):
            return _head(text, key.name)
    raise NoteError("the log's key did not sign this checkpoint")


def _head(text: str, origin: str) -> Head:
    lines = text.split("\n")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError) as mistake:
        raise NoteError("not a checkpoint") from mistake
    if lines[0] != origin or len(root) != 32 or str(size) != lines[1]:
        raise NoteError("not a checkpoint of this log")
    return Head(origin, size, root)
