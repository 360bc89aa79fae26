"""Cosignatures (C2SP tlog-cosignature, `cosignature/v1`): a witness says what it saw, and when."""

from __future__ import annotations

import struct

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import COSIGNATURE, NoteError, NoteKey, NoteSignature, SignedNote

_TIME = struct.Struct(">Q")


def cosign(text: str, *, name: str, key: SigningKey, at: int) -> NoteSignature:
    """The witness's line under a checkpoint's text, at a POSIX time in whole seconds."""
    witness = NoteKey(name, key.public, COSIGNATURE)
    return NoteSignature(name, witness.hash, _TIME.pack(at) + key.sign(_message(text, at)))


def cosigned_at(signed: SignedNote, witness: NoteKey) -> int | None:
    """When this witness cosigned; None when it did not. NoteError when a line claims so falsely.

    Of several cosignatures of one witness the newest counts.
    """
    lines = [line for line in signed.signatures if line.is_by(witness)]
    return max((_time(signed.text, line, witness) for line in lines), default=None)


def _time(text: str, line: NoteSignature, witness: NoteKey) -> int:
    if len(line.signature) != _TIME.size + 64:
        raise NoteError("a cosignature has 72 bytes")
    (at,) = _TIME.unpack(line.signature[: _TIME.size])
    if at >= 1 << 63 or not witness.key.verify(line.signature[_TIME.size :], _message(text, at)):
        raise NoteError("a cosignature is false")
    return int(at)


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
