"""What is known of one expression: the set of values that it can still have."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

Value = bool | int | str | date
Bound = float | int  # integers, or minus and plus infinity
INFINITY = float("inf")

COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}
MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


class Domain:
    """可能值集合 A finite set of values, or an interval of integers with holes.

    Days are held as their ordinal numbers, so that they prune like integers. Never changed:
    `keep` returns a new one.
    """

    __slots__ = ("high", "holes", "low", "values")

    def __init__(
        self,
        values: Iterable[Value] | None = None,
        low: Bound = -INFINITY,
        high: Bound = INFINITY,
        holes: frozenset[Value] = frozenset(),
    ) -> None:
        self.values = None if values is None else frozenset(values)
        self.low, self.high, self.holes = low, high, holes

    @classmethod
    def only(cls, value: Value) -> Domain:
        """The domain of one known value."""
        if isinstance(value, date):
            value = value.toordinal()
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(low=value, high=value)
        return cls((value,))

    def keep(self, op: str, bound: Value) -> Domain:
        """The values `x` of this domain for which `x op bound` holds."""
        if isinstance(bound, date):
            bound = bound.toordinal()
        if self.values is not None:
            return Domain([v for v in self.values if compare(op, v, bound)])
        if isinstance(bound, str):
            if op == "eq":
                return Domain(() if bound in self.holes else (bound,))
            return Domain(holes=self.holes | {bound})
        low, high, holes = self.low, self.high, self.holes
        if op in ("lt", "le", "eq"):
            high = min(high, bound - (op == "lt"))
        if op in ("gt", "ge", "eq"):
            low = max(low, bound + (op == "gt"))
        if op == "ne":
            holes = holes | {bound}
        while low in holes and low <= high:
            low += 1
        while high in holes and low <= high:
            high -= 1
        return Domain(None, low, high, holes)

    @property
    def empty(self) -> bool:
        """Whether nothing is left: the path that led here cannot happen."""
        return not self.values if self.values is not None else self.low > self.high

    @property
    def bounds(self) -> tuple[Bound, Bound]:
        """Lowest and highest integer left."""
        if self.values is None:
            return self.low, self.high
        numbers = [v for v in self.values if isinstance(v, int)]
        return (min(numbers), max(numbers)) if numbers else (INFINITY, -INFINITY)

    @property
    def single(self) -> Value | None:
        """The one value left, None when there are more (days as ordinals)."""
        if self.values is not None:
            return next(iter(self.values)) if len(self.values) == 1 else None
        return int(self.low) if self.low == self.high else None

    def meets(self, other: Domain) -> bool:
        """Whether some value lies in both."""
        if self.values is not None or other.values is not None:
            few, rest = (self, other) if self.values is not None else (other, self)
            return any(rest.admits(v) for v in few.values or ())
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low == -INFINITY or high == INFINITY:
            return low <= high
        holes = self.holes | other.holes
        return high - low + 1 > sum(1 for h in holes if isinstance(h, int) and low <= h <= high)

    def admits(self, value: Value) -> bool:
        """Whether this value is still possible."""
        if isinstance(value, date):
            value = value.toordinal()
        if self.values is not None:
            return value in self.values
        if value in self.holes:
            return False
        return isinstance(value, str) or self.low <= value <= self.high

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Domain) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.values, self.low, self.high, self.holes

    def __repr__(self) -> str:
        if self.values is not None:
            return "{" + ", ".join(sorted(map(str, self.values))) + "}"
        return f"[{self.low}, {self.high}]" + (
            f" without {sorted(map(str, self.holes))}" if self.holes else ""
        )


COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}


def compare(op: str, left: Value, right: Value) -> bool:
    """Python's answer to `left op right`, both of one kind; TypeError where texts are ordered."""
    if left.__class__ is str and op not in ("eq", "ne"):
        raise TypeError(f"{left!r} and {right!r} have no order")
    return COMPARE[op](left, right)
