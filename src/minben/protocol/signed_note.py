"""Signed notes (C2SP signed-note): a text, a blank line, and who signed it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from minben.protocol.keys import PublicKey

ED25519 = 0x01  # the log's own signature
COSIGNATURE = 0x04  # a witness's, with its time (tlog-cosignature)
LONGEST = 64_000
MOST_SIGNATURES = 64
_DASH = "\u2014"


class NoteError(ValueError):
    """簽章註記有誤 A note that cannot be read or that the key did not sign; says which."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """註記公鑰 A signer's name and Ed25519 key, written `name+hash+base64` (C2SP vkey).

    `kind` is the signature type: a log's plain signature, or a witness's cosignature.
    """

    name: str
    key: PublicKey
    kind: int = ED25519

    @property
    def hash(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        line = self.name.encode() + b"\n" + bytes([self.kind]) + self.key.raw
        return hashlib.sha256(line).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key as text, to be published."""
        encoded = base64.b64encode(bytes([self.kind]) + self.key.raw).decode()
        return f"{self.name}+{self.hash.hex()}+{encoded}"

    @classmethod
    def from_text(cls, text: str, *, kind: int = ED25519) -> NoteKey:
        """Read a verifier key of a kind; NoteError when it is none or its hash does not fit."""
        name, _, rest = text.strip().partition("+")
        hash, _, encoded = rest.partition("+")
        try:
            raw = unbase64(encoded)
            if raw[:1] != bytes([kind]):
                raise ValueError("another kind of key")
            key = cls(name, PublicKey(raw[1:]), kind)
        except ValueError as mistake:
            raise NoteError("not an Ed25519 verifier key") from mistake
        if not is_name(name) or hash != key.hash.hex():
            raise NoteError("the verifier key's hash does not fit its name and key")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """註記簽章 One signature line: who says to have signed, with which key, and the bytes."""

    name: str
    hash: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line end."""
        return f"{_DASH} {self.name} {base64.b64encode(self.hash + self.signature).decode()}\n"

    def is_by(self, key: NoteKey) -> bool:
        """Whether the line claims to be by this key; what it signed is another question."""
        return (self.name, self.hash) == (key.name, key.hash)


@dataclass(frozen=True, slots=True)
class SignedNote:
    """簽章註記 The text, with its last line end, and all signature lines in order."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def note(self) -> str:
        """The note as one text."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"

    @classmethod
    def read(cls, note: str) -> SignedNote:
        """Take a note apart without believing it; NoteError when it is none."""
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise NoteError("not a signed note")
        if len(note) > LONGEST or any(letter < " " and letter != "\n" for letter in note):
            raise NoteError("not a signed note: too long, or control characters")
        return cls(text + "\n", tuple(signature_lines(lines)))

    def signed_by(self, key: NoteKey) -> bool:
        """Whether this key signed the text; NoteError when a line claims so and is false."""
        found = [signature for signature in self.signatures if signature.is_by(key)]
        if not all(key.key.verify(line.signature, self.text.encode()) for line in found):
            raise NoteError("a signature is false")
        return bool(found)


def signature_lines(lines: str) -> list[NoteSignature]:
    """Read lines of signatures, as they end a note; NoteError for anything else."""
    found = []
    for line in lines.split("\n")[:-1]:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = unbase64(encoded)
        except ValueError as mistake:
            raise NoteError("a signature line is not base64") from mistake
        if dash != _DASH or not is_name(name) or len(raw) < 5:
            raise NoteError("not a signature line")
        found.append(NoteSignature(name, raw[:4], raw[4:]))
    if not lines.endswith("\n") or not 0 < len(found) <= MOST_SIGNATURES:
        raise NoteError("no signature lines, or too many")
    return found


def with_signatures(note: str, lines: Iterable[str]) -> str:
    """The note with further signature lines after its own; a line that is there is not doubled."""
    read = SignedNote.read(note)
    added = [line for text in lines for line in signature_lines(text)]
    return SignedNote(read.text, tuple(dict.fromkeys((*read.signatures, *added)))).note


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no spaces, no plus."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def unbase64(text: str) -> bytes:
    """Read standard base64 (RFC 4648) in its one canonical form; ValueError for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, UnicodeEncodeError) as mistake:
        raise ValueError("not base64") from mistake
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not base64 in its one canonical form")
    return raw
