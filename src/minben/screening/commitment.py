"""The sub-tree to which one trail entry commits: one salted leaf for everyone screened."""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from minben.protocol import merkle
from minben.protocol.canonical import canonical_json


class Commitment:
    """承諾樹 RFC 6962 tree over the people of a run, in order of pseudonym.

    A leaf says run, purpose, month, day and pseudonym, with a salt that only the run's secret
    can make: who holds a leaf can prove it, who holds the root alone learns nobody.
    """

    def __init__(self, pseudonyms: Sequence[str], said: Mapping[str, str], secret: bytes) -> None:
        self._pseudonyms, self._said, self._secret = pseudonyms, dict(said), secret
        self._levels = [[merkle.leaf_hash(self._written(name)) for name in pseudonyms]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([merkle.node_hash(left, right) for left, right in pairs])

    @property
    def size(self) -> int:
        """How many people."""
        return len(self._pseudonyms)

    @property
    def root(self) -> bytes:
        """What the trail's entry commits to."""
        return merkle.root(self.size, self._node)

    def leaf(self, pseudonym: str) -> dict[str, str]:
        """What is said of one person."""
        salt = hmac.new(self._secret, pseudonym.encode(), hashlib.sha256).hexdigest()
        return {**self._said, "pseudonym": pseudonym, "salt": salt}

    def proof(self, pseudonym: str) -> tuple[int, list[bytes]]:
        """Place and audit path of a person's leaf; KeyError when they were not screened."""
        index = bisect_left(self._pseudonyms, pseudonym)
        if index == self.size or self._pseudonyms[index] != pseudonym:
            raise KeyError(pseudonym)
        return index, merkle.inclusion_proof(index, self.size, self._node)

    def _written(self, pseudonym: str) -> bytes:
        return canonical_json(self.leaf(pseudonym))

    def _node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]
