"""The periods that a rule may be for: a day, a month, a year, or all time.

`month - 1` is last month, `Year.of(month) - 1` last year, `past(month, 12)` the twelve before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from minben.base.month import Month
from minben.law.errors import RuleError
from minben.law.months import moved

Granularity = Literal["day", "month", "year", "eternity"]
DAY: Final[Granularity] = "day"
MONTH: Final[Granularity] = "month"
YEAR: Final[Granularity] = "year"
ETERNITY: Final[Granularity] = "eternity"


@dataclass(frozen=True, order=True, slots=True)
class Day:
    """日 One civil day as a period."""

    on: date

    @property
    def first_day(self) -> date:
        """The day itself."""
        return self.on

    @property
    def last_day(self) -> date:
        """The day itself."""
        return self.on

    @property
    def days(self) -> int:
        """One."""
        return 1

    def __add__(self, days: int) -> Day:
        return Day(moved(self.on, days))

    def __sub__(self, days: int) -> Day:
        return Day(moved(self.on, -days))

    def __str__(self) -> str:
        return self.on.isoformat()


@dataclass(frozen=True, order=True, slots=True)
class Year:
    """年 One calendar year as a period."""

    number: int

    @classmethod
    def of(cls, period: date | Month | Day) -> Year:
        """The year in which a day or month lies."""
        return cls(period.on.year if isinstance(period, Day) else period.year)

    @property
    def first_day(self) -> date:
        """1 January, the day whose parameters apply to the whole year."""
        return date(self.number, 1, 1)

    @property
    def last_day(self) -> date:
        """31 December."""
        return date(self.number, 12, 31)

    @property
    def days(self) -> int:
        """365 or 366."""
        return (self.last_day - self.first_day).days + 1

    @property
    def months(self) -> tuple[Month, ...]:
        """Its twelve months, January first."""
        return tuple(Month(self.number, n) for n in range(1, 13))

    def __add__(self, years: int) -> Year:
        return Year(self.number + years)

    def __sub__(self, years: int) -> Year:
        return Year(self.number - years)

    def __str__(self) -> str:
        return f"{self.number:04d}"


@dataclass(frozen=True, order=True, slots=True)
class Always:
    """永久 All time: the period of what never changes."""

    first_day: date = date.min
    last_day: date = date.max

    @property
    def days(self) -> int:
        """Every day of the calendar."""
        return (self.last_day - self.first_day).days + 1

    def __str__(self) -> str:
        return ETERNITY


ALWAYS: Final = Always()
Period = Day | Month | Year | Always
_GRANULARITY: Final[dict[type, Granularity]] = {
    Day: DAY,
    Month: MONTH,
    Year: YEAR,
    Always: ETERNITY,
}


def granularity(period: Period) -> Granularity:
    """Whether it is a day, a month, a year or all time."""
    return _GRANULARITY[period.__class__]


@lru_cache(maxsize=4_096)
def read_period(written: str) -> Period:
    """Read `2022`, `2022-09`, `2022-09-15` or `eternity`; ValueError for anything else."""
    if written == ETERNITY:
        return ALWAYS
    if len(written) == 4:
        return Year(int(written))
    return Month.parse(written) if len(written) == 7 else Day(date.fromisoformat(written))


def past(period: Month, how_many: int) -> Iterator[Month]:
    """The months before this one, the oldest first: `sum(drawn(child, m, p) for m in past(…))`."""
    return (period - n for n in range(how_many, 0, -1))


def at_period(name: str, period: Period) -> str:
    """What a fact or rule is called when it is read for another period: `care@2022-08`."""
    return f"{name}@{period}"


def without_period(name: str) -> tuple[str, Period | None]:
    """The fact or rule, and the period when it is not the one that is decided."""
    bare, _, written = name.partition("@")
    return bare, read_period(written) if written else None


def fitting(name: str, wanted: Granularity, period: Period) -> Period:
    """The period for which a rule is called; RuleError where a month is given for a year."""
    if wanted == ETERNITY:
        return ALWAYS
    if granularity(period) != wanted:
        raise RuleError(
            f"{name} is a rule for a {wanted}, not for {period}:"
            " write Year.of(month), year.months[0], or month - 1"
        )
    return period


def around(wanted: Granularity, period: Period) -> Period:
    """The period of this kind that a period lies in, or with which it begins."""
    if wanted == ETERNITY:
        return ALWAYS
    first = period.first_day
    if wanted == YEAR:
        return Year.of(first)
    return Month.of(first) if wanted == MONTH else Day(first)
