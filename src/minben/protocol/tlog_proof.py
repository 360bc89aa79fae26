"""Proofs as files (C2SP tlog-proof): one entry's place under one witnessed checkpoint."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from minben.protocol import merkle
from minben.protocol.checkpoint import Head
from minben.protocol.signed_note import unbase64
from minben.protocol.tlog_policy import Policy

_FIRST = "c2sp.org/tlog-proof@v1"


class ProofError(ValueError):
    """證明有誤 The file is no proof, or it does not prove; says which."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """紀錄證明 The leaf's index, its path, the checkpoint, and words beside that nobody signed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """The proof as a file."""
        lines = [_FIRST]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(hash).decode() for hash in self.path]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"

    @classmethod
    def read(cls, text: str) -> TlogProof:
        """Read a proof; ProofError names what is wrong."""
        before, gap, note = text.partition("\n\n")
        first, *lines = before.split("\n")
        if first != _FIRST or not gap:
            raise ProofError(f"expected {_FIRST} first")
        extra = None
        try:
            if lines and lines[0].startswith("extra "):
                extra = unbase64(lines.pop(0).removeprefix("extra "))
            word, _, number = lines.pop(0).partition(" ") if lines else ("", "", "")
            path = tuple(map(unbase64, lines))
        except ValueError as mistake:
            raise ProofError(str(mistake)) from mistake
        if word != "index" or not number.isascii() or not number.isdigit():
            raise ProofError("expected an index")
        if str(int(number)) != number or int(number) >= 1 << 64:
            raise ProofError("the index is not a number in its one form")
        if any(len(hash) != 32 for hash in path) or len(path) > 64:
            raise ProofError("expected hashes of 32 bytes, at most 64")
        return cls(int(number), path, note, extra)

    def verify(self, leaf: bytes, policy: Policy) -> Head:
        """The head under which the leaf stands; ProofError or NoteError when it is not proven."""
        head, _ = policy.check(self.checkpoint)
        hash = merkle.leaf_hash(leaf)
        if not merkle.verify_inclusion(self.index, head.size, hash, self.path, head.root):
            raise ProofError("the leaf is not in this tree at this place")
        return head
