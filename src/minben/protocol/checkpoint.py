"""Checkpoints: the signed head of the log (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteError, NoteKey, NoteSignature, SignedNote, unbase64


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


def sign(head: Head, key: SigningKey) -> str:
    """The signed note over a head; the key signs under the log's origin as its name."""
    signer = NoteKey(head.origin, key.public)
    line = NoteSignature(head.origin, signer.hash, key.sign(head.text.encode()))
    return SignedNote(head.text, (line,)).note


def read(note: str, key: NoteKey) -> Head:
    """The head in a note signed by this key; NoteError for anything else.

    Signatures of others (witnesses) may stand beside it and are not looked at. Extension lines
    after the root are part of the signed text and are ignored.
    """
    signed = SignedNote.read(note)
    if not signed.signed_by(key):
        raise NoteError("the log's key did not sign this checkpoint")
    head = head_of(signed.text)
    if head.origin != key.name:
        raise NoteError("not a checkpoint of this log")
    return head


def head_of(text: str) -> Head:
    """The head that a note's text tells, believed or not; NoteError when it is no checkpoint."""
    lines = text.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), unbase64(lines[2])
    except (IndexError, ValueError) as mistake:
        raise NoteError("not a checkpoint") from mistake
    has_empty_extension = any(not line for line in lines[3:-1])
    if not origin or len(root) != 32 or str(size) != lines[1] or has_empty_extension:
        raise NoteError("not a checkpoint")
    if size < 0 or lines[-1]:
        raise NoteError("not a checkpoint")
    return Head(origin, size, root)
