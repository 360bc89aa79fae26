"""示例國 The example country of OpenFisca's template, written anew as a rule author here would.

From its documented behaviour, with our own parameters; money is whole cents, so that nothing is
rounded but where it says so.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NewType

from minben.base.month import Month
from minben.law import (
    YEAR,
    Entity,
    Group,
    Parameters,
    Year,
    days_after,
    month_index,
    most,
    variable,
)
from minben.law.declaring import fact, vocabulary_of, whose
from minben.law.rounding import divided, share

Cents = NewType("Cents", int)
CENTS = 100  # in one unit of the currency


class Tenure(StrEnum):
    """By what right a household lives where it lives."""

    OWNER = "owner"
    TENANT = "tenant"
    FREE_LODGER = "free_lodger"
    HOMELESS = "homeless"


class Household(Entity):
    """All who share a dwelling."""

    rent: Cents = fact(spell=True, default=0)
    accommodation_size: int = fact(spell=True, default=0)  # square metres
    housing_occupancy_status: Tenure = fact(spell=True, default="tenant")
    postal_code: str = fact(spell=True, default="")
    members: Group[Person] = whose("household")


class Person(Entity):
    """A person, who belongs to one household as an adult or as a child."""

    birth: date = fact(assumed=date(1970, 1, 1))
    salary: Cents = fact(spell=True, default=0)
    capital_returns: Cents = fact(spell=True, default=0)
    household: Household = fact()
    household_role: str = fact(values=("adult", "child"))


@variable(entity=Person)
def age(person: Person, month: Month, p: Parameters) -> int:
    """Whole years on the first day of the month."""
    last_whole_month = month.index - 1 - month_index(days_after(person.birth, -1))
    return last_whole_month // 12


@variable(entity=Person)
def is_adult(person: Person, month: Month, p: Parameters) -> bool:
    """Has the role of an adult in the household."""
    return person.household_role == "adult"


@variable(entity=Person)
def pension(person: Person, month: Month, p: Parameters) -> Cents:
    """One unit of the currency from the age of retirement on."""
    if age(person, month, p) * 100 >= p.general.age_of_retirement:
        return Cents(CENTS)
    return Cents(0)


@variable(entity=Person)
def income_tax(person: Person, month: Month, p: Parameters) -> Cents:
    """A share of salary, pension and returns on capital."""
    income = person.salary + person.capital_returns + pension(person, month, p)
    return share(income, p.taxes.income_tax_rate, rounding="half_up")


@variable(entity=Person)
def social_security_contribution(person: Person, month: Month, p: Parameters) -> Cents:
    """By a marginal scale on the salary."""
    scale = p.taxes.social_security_contribution
    return scale.tax(person.salary, unit=CENTS, rounding="half_up")


@variable(entity=Person)
def basic_income(person: Person, month: Month, p: Parameters) -> Cents:
    """Not yet introduced."""
    return Cents(0)


@basic_income.since("2015-12-01")
def basic_income_without_salary(person: Person, month: Month, p: Parameters) -> Cents:
    """For adults who earn nothing."""
    if age(person, month, p) >= p.general.age_of_majority and person.salary == 0:
        return p.benefits.basic_income * CENTS
    return Cents(0)


@basic_income.since("2016-12-01")
def basic_income_for_all(person: Person, month: Month, p: Parameters) -> Cents:
    """For every adult."""
    if age(person, month, p) >= p.general.age_of_majority:
        return p.benefits.basic_income * CENTS
    return Cents(0)


@variable(entity=Household)
def household_income(home: Household, month: Month, p: Parameters) -> Cents:
    """The salaries of all members."""
    return home.members.total("salary")


@variable(entity=Household)
def housing_allowance(home: Household, month: Month, p: Parameters) -> Cents:
    """Not yet introduced."""
    return Cents(0)


@housing_allowance.since("1980-01-01")
def housing_allowance_by_rent(home: Household, month: Month, p: Parameters) -> Cents:
    """A share of the rent."""
    return share(home.rent, p.benefits.housing_allowance, rounding="half_up")


@housing_allowance.since("2016-12-01")
def housing_allowance_abolished(home: Household, month: Month, p: Parameters) -> Cents:
    """Abolished."""
    return Cents(0)


@variable(entity=Household)
def parenting_allowance(home: Household, month: Month, p: Parameters) -> Cents:
    """For low incomes with a child under six, of a lone adult under eight."""
    allowance = p.benefits.parenting_allowance
    if household_income(home, month, p) > allowance.income_threshold * CENTS:
        return Cents(0)
    alone = home.members.count(among=is_adult) == 1
    if home.members.any(age, below=6) or (alone and home.members.any(age, below=8)):
        return allowance.amount * CENTS
    return Cents(0)


@variable(entity=Household)
def meal_price(home: Household, month: Month, p: Parameters) -> Cents:
    """One price, by the household's income."""
    return p.benefits.meal_price.amount(household_income(home, month, p), unit=CENTS) * CENTS


@variable(entity=Household)
def swimming_pool_access(home: Household, month: Month, p: Parameters) -> Cents:
    """Increases that add up with the household's income."""
    increase = p.benefits.swimming_pool_access_cost_increase
    return increase.amount(household_income(home, month, p), unit=CENTS) * CENTS


@variable(entity=Household, period=YEAR)
def housing_tax(home: Household, year: Year, p: Parameters) -> Cents:
    """By the size of the dwelling in January, of owners and tenants."""
    january = home.at(year.months[0])
    status = january.housing_occupancy_status
    if status not in (Tenure.OWNER, Tenure.TENANT):
        return Cents(0)
    tax = p.taxes.housing_tax
    return most(january.accommodation_size * tax.rate, tax.minimal_amount) * CENTS


@variable(entity=Household)
def total_benefits(home: Household, month: Month, p: Parameters) -> Cents:
    """Basic incomes and housing allowance."""
    return home.members.total(basic_income) + housing_allowance(home, month, p)


@variable(entity=Household)
def total_taxes(home: Household, month: Month, p: Parameters) -> Cents:
    """Income taxes, contributions and a twelfth of the housing tax."""
    monthly = divided(housing_tax(home, Year.of(month), p), 12, rounding="half_up")
    contributions = home.members.total(social_security_contribution)
    return home.members.total(income_tax) + contributions + monthly


@variable(entity=Household)
def disposable_income(home: Household, month: Month, p: Parameters) -> Cents:
    """What is left to the household at the end of the month."""
    own = home.members.total("salary") + home.members.total("capital_returns")
    paid = home.members.total(pension) + total_benefits(home, month, p)
    return own + paid + parenting_allowance(home, month, p) - total_taxes(home, month, p)


VOCABULARY = vocabulary_of(Person, Household)
