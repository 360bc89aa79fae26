"""親屬示例法規 A law for tests only: relations dated or many, periods, offsets, dated bodies."""

from __future__ import annotations

from datetime import date

from minben.base.month import Month
from minben.law import (
    YEAR,
    Entity,
    Group,
    Parameters,
    Year,
    least,
    month_index,
    most,
    past,
    variable,
    where,
)
from minben.law.declaring import each, fact, same, vocabulary_of, whose


class Household(Entity):
    """A dwelling and its people."""

    rent: int = fact(spell=True, default=0)
    tenure: str = fact(values=("owner", "tenant"), spell=True, default="tenant")
    area: int = fact(low=0, high=500)
    members: Group[Person] = whose("household")


class Person(Entity):
    """A person with references that may be dated (adoption, moves) or many (guardians)."""

    birth: date = fact()
    twin: int = fact(low=1, high=3)
    died: date = fact(assumed=date.max)
    salary: int = fact(spell=True, default=0, low=0, high=9_999)
    drawing: bool = fact(spell=True, default=False)
    mother: Person = fact(spell=True)
    father: Person = fact()
    spouse: Person = fact(spell=True)
    household: Household = fact(spell=True)
    guardians: Group[Person] = fact(spell=True)
    parents: Group[Person] = each("mother", "father")
    children: Group[Person] = whose("mother", "father")
    mother_children: Group[Person] = same("mother")
    wards: Group[Person] = whose("guardians")
    housemates: Group[Person] = same("household")


@variable(entity=Person)
def alive(one: Person, month: Month, p: Parameters) -> bool:
    """Whether the month lies between birth and death, both included."""
    return month_index(one.birth) <= month.index and month_index(one.died) >= month.index


@variable(entity=Person)
def minor(one: Person, month: Month, p: Parameters) -> bool:
    """Alive and under eighteen."""
    return alive(one, month, p) and month.index - month_index(one.birth) < 216


@variable(entity=Person)
def earner(one: Person, month: Month, p: Parameters) -> bool:
    """Alive with a salary."""
    if not alive(one, month, p):
        return False
    return one.salary > 0


@variable(entity=Household)
def income(home: Household, month: Month, p: Parameters) -> int:
    """What those alive earn together."""
    return home.members.total("salary", among=alive)


@variable(entity=Household)
def burden(home: Household, month: Month, p: Parameters) -> int:
    """Rent less a tenth of the income; owners none."""
    if home.tenure == "owner":
        return 0
    return most(home.rent - income(home, month, p) // 10, 0)


@variable(entity=Household, period=YEAR)
def area_tax(home: Household, year: Year, p: Parameters) -> int:
    """By the area and who lived there in January; half where children do."""
    children = home.at(year.months[0]).members.count(among=minor)
    tax = home.area * 10
    if children > 0:
        tax = tax // 2
    return tax


@variable(entity=Person)
def share(one: Person, month: Month, p: Parameters) -> int:
    """One's part in the household's burden and area tax."""
    if not one.household.exists:
        return 0
    yearly = area_tax(one.household, Year.of(month), p)
    return burden(one.household, month, p) + yearly // 12


@variable(entity=Person)
def older_children(one: Person, month: Month, p: Parameters) -> int:
    """Place among the mother's children, twins in order; 0 without a mother."""
    return one.mother_children.rank("birth", "twin")


@variable(entity=Person)
def living_place(one: Person, month: Month, p: Parameters) -> int:
    """Place among those of the mother's children who live."""
    return one.mother_children.rank("birth", "twin", among=alive)


@variable(entity=Person)
def drawn(one: Person, month: Month, p: Parameters) -> int:
    """In how many of the six months before the benefit was drawn."""
    return sum(where(one.at(m).drawing, 1, 0) for m in past(month, 6))


@variable(entity=Person)
def quota_left(one: Person, month: Month, p: Parameters) -> int:
    """What is left of four months, parents' months counted together with those of one's spouse."""
    return most(4 - drawn(one, month, p) - drawn(one.spouse, month, p), 0)


@variable(entity=Person)
def raised(one: Person, month: Month, p: Parameters) -> bool:
    """Whether the salary is more than last month's and last year's."""
    return one.salary > most(one.at(month - 1).salary, one.at(month - 12).salary)


@variable(entity=Person)
def grant(one: Person, month: Month, p: Parameters) -> int:
    """Before 2022 nothing."""
    return 0


@grant.since("2022-01-01")
def grant_for_wards(one: Person, month: Month, p: Parameters) -> int:
    """From 2022 for each living ward."""
    return one.wards.count(among=minor) * 100


@grant.since("2022-07-01")
def grant_for_wards_and_grandchildren(one: Person, month: Month, p: Parameters) -> int:
    """From July 2022 also for children of one's children."""
    return (one.wards.count(among=minor) + least(one.children.total(child_count), 3)) * 100


@variable(entity=Person)
def child_count(one: Person, month: Month, p: Parameters) -> int:
    """Living minor children."""
    return one.children.count(among=minor)


@variable(entity=Person)
def cared_for(one: Person, month: Month, p: Parameters) -> int:
    """What the best paid parent or guardian earns, or the housemates together."""
    best = most(one.parents.most("salary"), one.guardians.most("salary"))
    if one.guardians.any(earner) or one.parents.any("salary", at_least=900):
        return best
    return one.housemates.total("salary") - one.housemates.least("salary")


@variable(entity=Person)
def spouse_pay(one: Person, month: Month, p: Parameters) -> int:
    """The spouse's salary, 0 without one; less when they live apart from children."""
    if one.spouse.exists and child_count(one.spouse, month, p) == 0:
        return one.spouse.salary // 2
    return one.spouse.salary


VOCABULARY = vocabulary_of(Person, Household)
PERSONAL = (
    "alive", "earner", "share", "older_children", "living_place", "drawn", "quota_left", "raised",
    "grant", "cared_for", "spouse_pay", "child_count",
)  # fmt: skip
