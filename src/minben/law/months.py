"""Days near and beyond the ends of the calendar: they stop there instead of failing."""

from datetime import date, timedelta
from typing import Final

from minben.base.month import Month

_FIRST: Final = Month(1, 1).index
_LAST: Final = Month(9999, 12).index


def first_day_of(index: int) -> date:
    """The first day of a month given by its index; the calendar's ends where it lies outside."""
    if index < _FIRST:
        return date.min
    return date.max if index > _LAST else Month.from_index(index).first_day


def moved(day: date, days: int) -> date:
    """The day so many days later; the calendar's ends stay where they are ("never")."""
    if day in (date.min, date.max):
        return day
    number = day.toordinal() + days
    if number < date.min.toordinal():
        return date.min
    return date.max if number > date.max.toordinal() else day + timedelta(days=days)
