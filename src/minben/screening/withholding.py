"""Which small counts must not be told, so that nobody is found behind a number."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, TypeVar

FEWEST: Final = 10  # people in a cell that is published

K = TypeVar("K", bound=Hashable)


def is_few(count: int | None) -> bool:
    """Whether these are some people, but too few to tell of."""
    return 0 < (count or 0) < FEWEST


def withheld(cells: Mapping[K, Sequence[int]]) -> frozenset[K]:
    """The cells to withhold, each with its counts: those of few people, and more as needed.

    What is withheld could be worked out from a total where it is one cell, or few people in all:
    then the smallest of the others are withheld as well.
    """
    few = {key for key, counts in cells.items() if any(is_few(n) for n in counts)}
    for key in sorted(cells, key=lambda k: sum(cells[k])):
        if not few or (len(few) > 1 and sum(sum(cells[k]) for k in few) >= FEWEST):
            break
        few.add(key)
    return frozenset(few)
