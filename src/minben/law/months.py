"""Days of month indices, also far outside the calendar, for bounds on dates."""

from datetime import date
from typing import Final

from minben.base.month import Month

_FIRST: Final = Month(1, 1).index
_LAST: Final = Month(9999, 12).index


def first_day_of(index: int) -> date:
    """The first day of a month given by its index; the calendar's ends where it lies outside."""
    if index < _FIRST:
        return date.min
    return date.max if index > _LAST else Month.from_index(index).first_day
