"""Receipts for many at once: one Ed25519 signature over the Merkle root of what a log committed.

In the session suite no message is signed by itself. The log writes many entries with one
fdatasync; the tree over them is signed once, and each answer carries its path: evidence that
anybody can check, at the price of a few hashes (RFC 9162 trees over the batch's lines).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minben.protocol import merkle
from minben.protocol.keys import PublicKey, SigningKey, b64, unb64

_ABOUT = b"minben-batch-receipt/1\n"
_MOST = 64


class ReceiptError(ValueError):
    """收據有誤 A receipt that proves nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """批次收據 That one line is number `index` of a batch of `size` that a lane committed.

    Written as one header: `lane;n;index;size;path…;signature`, hashes and signature in base64url.
    `n` is the line's number in its lane.
    """

    lane: str
    n: int
    index: int
    size: int
    path: tuple[bytes, ...]
    signature: bytes

    @property
    def text(self) -> str:
        """As it stands in a header."""
        path = ",".join(b64(node) for node in self.path)
        head = f"{self.lane};{self.n};{self.index};{self.size}"
        return f"{head};{path};{b64(self.signature)}"

    @classmethod
    def from_text(cls, text: str) -> BatchReceipt:
        """Read `text`; ReceiptError when it is none."""
        try:
            lane, n, index, size, path, signature = text.split(";")
            nodes = tuple(unb64(node) for node in path.split(",")) if path else ()
            if len(nodes) > _MOST:
                raise ValueError("too long a path")
            return cls(lane, int(n), int(index), int(size), nodes, unb64(signature))
        except ValueError as mistake:
            raise ReceiptError("not a batch receipt") from mistake

    def check(self, line: bytes, key: PublicKey) -> None:
        """ReceiptError unless this very line is in the batch that the lane's key signed."""
        try:
            root = merkle.root_of_inclusion(
                self.index, self.size, merkle.leaf_hash(line), self.path
            )
        except ValueError as mistake:
            raise ReceiptError(f"the path does not fit: {mistake}") from mistake
        first = self.n - self.index
        if not key.verify(self.signature, _signed(self.lane, first, self.size, root)):
            raise ReceiptError("the lane's key did not sign this batch")


def receipts(
    lines: Sequence[bytes], *, lane: str, first: int, key: SigningKey
) -> list[BatchReceipt]:
    """A receipt for each line of a batch whose first line has number `first`; one signature."""
    size = len(lines)
    levels = [[merkle.leaf_hash(line) for line in lines]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        above = [merkle.node_hash(left, right) for left, right in pairs]
        levels.append(above + below[len(above) * 2 :])
    signature = key.sign(_signed(lane, first, size, levels[-1][0]))
    return [
        BatchReceipt(lane, first + i, i, size, _path(levels, i), signature) for i in range(size)
    ]


def _path(levels: Sequence[Sequence[bytes]], index: int) -> tuple[bytes, ...]:
    path = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        index >>= 1
    return tuple(path)


def _signed(lane: str, first: int, size: int, root: bytes) -> bytes:
    return _ABOUT + f"{lane}\n{first}\n{size}\n".encode() + root
