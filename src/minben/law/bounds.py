"""Between which bounds a number lies, by the bounds of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from minben.law.domain import INFINITY, Bound, Domain
from minben.law.expression import Expression, Unknown

BOUNDED: Final = frozenset({"add", "sub", "mul", "floordiv", "mod", "max", "min", "where"})


def _times(x: Bound, y: Bound) -> Bound:
    return 0 if x == 0 or y == 0 else x * y


def bounds(e: Expression, of: Callable[[Expression], Domain]) -> tuple[Bound, Bound]:
    """Lowest and highest value of a number whose parts' domains are given."""
    if e.op == "where":
        (a, b), (c, d) = of(e.args[1]).bounds, of(e.args[2]).bounds
        return min(a, c), max(b, d)
    (a, b), (c, d) = of(e.args[0]).bounds, of(e.args[1]).bounds
    if e.op == "mod":  # by a positive constant
        return (a, b) if a >= 0 and b < c else (0, c - 1)
    if e.op == "floordiv":
        return tuple(x if abs(x) == INFINITY else x // c for x in (a, b))  # type: ignore[return-value]
    if e.op == "mul":
        ends = [_times(x, y) for x in (a, b) for y in (c, d)]
        return min(ends), max(ends)
    if e.op == "add":
        return a + c, b + d
    if e.op == "sub":
        return a - d, b - c
    if e.op == "max":
        return max(a, c), max(b, d)
    if e.op == "min":
        return min(a, c), min(b, d)
    return -INFINITY, INFINITY


def domain_of(e: Expression) -> Domain:
    """What an expression can be by the declarations of what it reads."""
    if not isinstance(e.value, Unknown):
        return Domain.only(e.value)
    if e.op == "named":
        return domain_of(e.args[1])
    if e.op in BOUNDED and e.kind == "int":
        return Domain(None, *bounds(e, domain_of))
    return e.domain or Domain()


def is_narrow(domain: Domain) -> bool:
    """Whether every value fits into 32 bits."""
    low, high = domain.bounds
    return abs(low) < 2**31 and abs(high) < 2**31
