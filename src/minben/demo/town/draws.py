"""Draws: every value of the town is a hash of seed, key and field, so no thread order matters.

The hash is written in 32-bit integer arithmetic of our own (a bit mixer after Chris Wellons'
lowbias32, public domain), because DuckDB's `hash()` may change between versions. The same
function stands here in Python, and a test holds the two equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = 0xFFFFFFFF
_FIRST, _SECOND = 0x7FEB352D, 0x846CA68B

_LOW = f"& {_WORD}::UBIGINT"
MACROS = (
    f"CREATE OR REPLACE MACRO mix_1(x) AS (xor(x, x >> 16) * {_FIRST}::UBIGINT) {_LOW}",
    f"CREATE OR REPLACE MACRO mix_2(x) AS (xor(x, x >> 15) * {_SECOND}::UBIGINT) {_LOW}",
    "CREATE OR REPLACE MACRO mix_3(x) AS xor(x, x >> 16)",
    "CREATE OR REPLACE MACRO mix(x) AS mix_3(mix_2(mix_1(x)))",
)


def mix(word: int) -> int:
    """The mixer in Python: 32 bits in, 32 bits out, one to one."""
    word = ((word ^ (word >> 16)) * _FIRST) & _WORD
    word = ((word ^ (word >> 15)) * _SECOND) & _WORD
    return word ^ (word >> 16)


@dataclass(frozen=True, slots=True)
class Draws:
    """抽樣 SQL expressions that draw by seed and field from a column holding the row's key."""

    seed: int

    def salt(self, field: str) -> int:
        """32 bits that belong to one field of one town."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}/{field}".encode()).digest()[:4], "big")

    def key(self, number: str) -> str:
        """SQL: a row's key from its integer number (below 2³²)."""
        return f"mix(xor(mix(({number})::UBIGINT), {self.salt('key')}::UBIGINT))"

    def word(self, field: str, key: str = "k") -> str:
        """SQL: 32 random bits for a field."""
        return f"mix(xor({key}, {self.salt(field)}::UBIGINT))"

    def upto(self, field: str, n: int, key: str = "k") -> str:
        """SQL: an integer from 0 to n − 1 (n up to 2²⁴)."""
        return f"((({self.word(field, key)} >> 8) * {n}) >> 24)::INTEGER"

    def chance(self, field: str, per_10_000: int, key: str = "k") -> str:
        """SQL: true in so many of ten thousand rows."""
        return f"({self.upto(field, 10_000, key)} < {per_10_000})"

    def choice(self, field: str, shares: Sequence[tuple[str, int]], key: str = "k") -> str:
        """SQL: one of several expressions by shares of ten thousand; the last takes the rest."""
        drawn, total, cases = self.upto(field, 10_000, key), 0, ""
        for value, share in shares[:-1]:
            total += share
            cases += f" WHEN {drawn} < {total} THEN {value}"
        return f"(CASE{cases} ELSE {shares[-1][0]} END)"

    def number_upto(self, field: str, n: int, key: int) -> int:
        """The same as `upto`, in Python."""
        return ((mix(key ^ self.salt(field)) >> 8) * n) >> 24
