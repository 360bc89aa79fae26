"""Counting with days in a rule: month indices, days after, days between."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from minben.base.month import Month
from minben.law.errors import RuleError
from minben.law.expression import UNKNOWN, Expression, lifted
from minben.law.months import moved


def month_index(day: date) -> int:
    """Year * 12 + month - 1 of a day or of a date expression."""
    found: Any = day
    if not isinstance(found, Expression):
        return Month.of(day).index
    on = found.value
    value = on.year * 12 + on.month - 1 if isinstance(on, date) else UNKNOWN
    return cast("int", Expression("month", (found,), "int", value))


def days_after(day: date, days: int) -> date:
    """The day that lies so many days after a day; "never" stays never."""
    a, b = lifted(day), lifted(days)
    if a.kind != "date" or not isinstance(b.value, int):
        raise RuleError(f"days_after() needs a day and a number of the law: {a!r}, {b!r}")
    if a.op == "constant":
        return moved(day, b.value)
    value = moved(a.value, b.value) if isinstance(a.value, date) else UNKNOWN
    return cast("date", Expression("shift", (a, lifted(b.value)), "date", value))


def days_between(later: date, earlier: date) -> int:
    """Whole days from the earlier to the later day."""
    a, b = lifted(later), lifted(earlier)
    if a.kind != "date" or b.kind != "date":
        raise RuleError(f"days_between() needs two days: {a!r}, {b!r}")
    if a.op == b.op == "constant":
        return (later - earlier).days
    known = isinstance(a.value, date) and isinstance(b.value, date)
    value = (a.value - b.value).days if known else UNKNOWN  # type: ignore[operator, union-attr]
    return cast("int", Expression("between", (a, b), "int", value))
