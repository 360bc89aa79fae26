"""Rules for a day, a month, a year or all time; other periods, other bodies, other numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.law import DAY, ETERNITY, YEAR, Day, Entity, RuleError, Year, past, variable
from minben.law.declaring import fact, vocabulary_of
from minben.law.parameter_file import parameters_of
from minben.law.periods import ALWAYS, read_period
from minben.law.rulebook import RuleBook
from minben.law.vocabulary import Spell


class Worker(Entity):
    """Somebody who is paid and takes leave."""

    born: date = fact()
    pay: int = fact(spell=True, default=0)
    on_leave: bool = fact(spell=True, default=False)


@variable(entity=Worker)
def rate(one: Worker, month: Month, p: Any) -> int:
    """The number of the law in the month."""
    return p.rate


@variable(entity=Worker)
def change(one: Worker, month: Month, p: Any) -> int:
    """How much more the number is than a year ago."""
    return rate(one, month, p) - rate(one, month - 12, p)


@variable(entity=Worker)
def months_drawn(one: Worker, month: Month, p: Any) -> int:
    """Months of leave among the three before."""
    return sum(1 if one.at(m).on_leave else 0 for m in past(month, 3))


@variable(entity=Worker, period=YEAR)
def yearly(one: Worker, year: Year, p: Any) -> int:
    """The pay of the year."""
    return sum(one.at(m).pay for m in year.months)


@variable(entity=Worker)
def raised(one: Worker, month: Month, p: Any) -> bool:
    """Whether the last whole year paid more than the one before."""
    last = Year.of(month) - 1
    return yearly(one, last, p) > yearly(one, last - 1, p)


@variable(entity=Worker, period=DAY)
def on_the_day(one: Worker, day: Day, p: Any) -> bool:
    """Whether on leave that day."""
    return one.on_leave


@variable(entity=Worker, period=ETERNITY)
def generation(one: Worker, period: Any, p: Any) -> str:
    """Which never changes."""
    return "old" if one.born < date(1980, 1, 1) else "young"


@variable(entity=Worker)
def bonus(one: Worker, month: Month, p: Any) -> int:
    """Nothing yet."""
    return 0


@bonus.since("2022-03-01")
def bonus_of_2022(one: Worker, month: Month, p: Any) -> int:
    """From March on, for the old."""
    return 10 if generation(one, month, p) == "old" else 1


@variable(entity=Worker)
def endless(one: Worker, month: Month, p: Any) -> int:
    """Has no first month."""
    return endless(one, month - 1, p) + 1


NUMBERS = {"rate": {"values": {date(2020, 1, 1): 5, date(2022, 2, 1): 8}}}
BOOK = RuleBook(
    [rate, change, months_drawn, yearly, raised, on_the_day, generation, bonus, endless],
    vocabulary=vocabulary_of(Worker),
    parameters=parameters_of(NUMBERS, "numbers"),
)
ONE = Situation(
    "甲",
    {
        "甲": {
            "born": date(1979, 12, 31),
            "pay": (Spell(100, date(2020, 12, 31), date(2021, 2, 1)),),
            "on_leave": (
                Spell(True, date(2022, 1, 10), date(2022, 1, 20)),
                Spell(True, date(2022, 2, 28), date(2022, 3, 1)),
            ),
        }
    },
)


def value(rule: str, period: str) -> Any:
    found = BOOK.at(read_period(period)).decide(ONE, subject="甲", variable=rule)
    return found.value


@pytest.mark.parametrize(
    ("rule", "period", "result"),
    [
        ("rate", "2022-01", 5),
        ("rate", "2022-02", 8),
        ("change", "2022-02", 3),
        ("change", "2023-02", 0),
        ("months_drawn", "2022-04", 3),
        ("months_drawn", "2022-05", 2),
        ("yearly", "2021", 200),
        ("yearly", "2020", 100),
        ("raised", "2022-01", True),
        ("raised", "2023-01", False),
        ("on_the_day", "2022-01-20", True),
        ("on_the_day", "2022-01-21", False),
        ("generation", "eternity", "old"),
        ("bonus", "2022-02", 0),
        ("bonus", "2022-03", 10),
    ],
)
def test_rules_look_at_their_own_and_at_other_periods(rule: str, period: str, result: Any) -> None:
    assert value(rule, period) == result


def test_the_table_of_a_rule_names_the_months_it_looks_at() -> None:
    path = BOOK.at(Month(2022, 4)).paths_alone("months_drawn")[0]
    assert path.when == "on_leave@2022-01 and on_leave@2022-02 and on_leave@2022-03"


def test_a_month_is_not_taken_for_a_year() -> None:
    with pytest.raises(RuleError, match="yearly is a rule for a year, not for 2022-01"):
        BOOK.at(Month(2022, 1)).decide(ONE, subject="甲", variable="yearly")


def test_a_rule_without_a_first_month_is_refused() -> None:
    with pytest.raises(RuleError, match=r"endless.*goes back without end"):
        BOOK.at(Month(2022, 1)).decide(ONE, subject="甲", variable="endless")
    with pytest.raises(RuleError, match=r"endless.*goes back without end"):
        BOOK.at(Month(2022, 1)).paths_alone("endless")


def test_periods_read_as_they_are_written() -> None:
    for written in ("2022", "2022-09", "2022-09-15", "eternity"):
        assert str(read_period(written)) == written
    assert (Year(2024).days, Day(date(2022, 9, 30)) + 1) == (366, Day(date(2022, 10, 1)))
    assert ALWAYS.first_day == date.min
