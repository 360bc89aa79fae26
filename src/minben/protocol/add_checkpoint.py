"""The witness protocol's one request (C2SP tlog-witness, add-checkpoint), and how it is judged.

`judge` is a pure function: what the witness remembers goes in, what it answers comes out. The
witness process keeps its memory atomic and durable around it; the log writes the request.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from minben.protocol import merkle
from minben.protocol.checkpoint import Head, head_of
from minben.protocol.signed_note import NoteError, NoteKey, SignedNote, unbase64

MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"


class Refusal(Exception):
    """拒絕連署 Why the witness does not cosign: the status of HTTP, and a sentence or a size.

    `is_split` marks a request that is proof of a log's misbehaviour, for it was signed.
    """

    def __init__(self, status: int, why: str, *, is_split: bool = False) -> None:
        super().__init__(why)
        self.status, self.why, self.is_split = status, why, is_split


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """連署請求 The size that the witness saw last, a consistency proof, and the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The body of the request."""
        lines = [f"old {self.old}", *(base64.b64encode(hash).decode() for hash in self.proof)]
        return "".join(f"{line}\n" for line in lines) + f"\n{self.note}"

    @classmethod
    def read(cls, body: str) -> AddCheckpoint:
        """Read a request's body; Refusal 400 when it is none."""
        before, gap, note = body.partition("\n\n")
        first, *hashes = before.split("\n")
        word, _, size = first.partition(" ")
        try:
            old, proof = int(size), tuple(map(unbase64, hashes))
        except ValueError as mistake:
            raise Refusal(400, "expected `old <size>` and lines of base64") from mistake
        lengths = {len(hash) for hash in proof}
        if not gap or word != "old" or str(old) != size or old < 0 or lengths - {32}:
            raise Refusal(400, "expected `old <size>` and hashes of 32 bytes")
        if len(proof) > MOST_HASHES:
            raise Refusal(400, "a consistency proof has at most 63 hashes")
        return cls(old, proof, note)


def judge(request: AddCheckpoint, *, keys: dict[str, NoteKey], seen: dict[str, Head]) -> Head:
    """The head to remember and cosign; Refusal otherwise. `keys` and `seen` are by origin.

    Raises Refusal 404 for a log that is unknown, 403 for one that did not sign, 409 with the
    size that was seen last, 400 and 422 as the protocol says.
    """
    try:
        signed = SignedNote.read(request.note)
        head = head_of(signed.text)
    except NoteError as mistake:
        raise Refusal(400, str(mistake)) from mistake
    key = keys.get(head.origin)
    if key is None:
        raise Refusal(404, "unknown log")
    try:
        if not signed.signed_by(key):
            raise Refusal(403, "the log did not sign this checkpoint")
    except NoteError as mistake:
        raise Refusal(403, "invalid signature") from mistake
    if request.old > head.size:
        raise Refusal(400, "the old size is larger than the checkpoint's")
    last = seen.get(head.origin, Head(head.origin, 0, merkle.EMPTY))
    is_split = head.size == last.size and head.root != last.root
    if request.old != last.size:
        raise Refusal(409, f"{last.size}\n", is_split=is_split)
    if is_split:
        raise Refusal(422, "another root was cosigned at this size: a split view", is_split=True)
    _check_consistency(request, last, head)
    return head


def _check_consistency(request: AddCheckpoint, last: Head, head: Head) -> None:
    if last.size == 0:
        empty_is_empty = head.size or head.root == merkle.EMPTY
        if request.proof or not empty_is_empty:
            raise Refusal(422, "the empty tree needs no proof and has one root")
        return
    if not merkle.verify_consistency(last.size, head.size, last.root, head.root, request.proof):
        raise Refusal(422, "the consistency proof does not verify", is_split=True)
