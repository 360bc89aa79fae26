"""Calendar months, the unit in which allowances are counted."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """曆月 One calendar month. Months are ordered and can be moved by a number of months."""

    year: int
    number: int  # 1 … 12

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise ValueError(f"a month's number is 1 to 12, not {self.number}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, written: str) -> Month:
        """Read "2022-09"; ValueError says what was wrong."""
        match = _WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError(f"a month is written YYYY-MM, as in 2022-09; got {written!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def from_index(cls, index: int) -> Month:
        """The month whose `index` is given."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Year × 12 + month − 1: differences of indices are ages in months."""
        return self.year * 12 + self.number - 1

    @property
    def first_day(self) -> date:
        """The first of the month, the day whose parameters apply to the whole month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        """How many days the month has: 28 … 31."""
        return calendar.monthrange(self.year, self.number)[1]

    def __add__(self, months: int) -> Month:
        return Month.from_index(self.index + months)

    def __sub__(self, months: int) -> Month:
        return Month.from_index(self.index - months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"
