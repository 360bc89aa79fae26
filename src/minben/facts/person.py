"""The person, as rules see one. Each attribute is a fact of the catalogue, or a relation."""

from __future__ import annotations

from datetime import date
from typing import Final

from minben.base.month import Month
from minben.facts.words import Care, IncomeClass, Kindergarten, Sex
from minben.law.days import month_index
from minben.law.entity import Entity, Group
from minben.law.expression import named

NEVER: Final = date.max  # the day of something that did not happen: alive, never registered


class Person(Entity):
    """人 A natural person. Dated facts read as their value in the month that is decided."""

    birth_date: date
    birth_sequence: int  # 1, 2 … within a multiple birth
    sex: Sex
    is_national: bool
    registered_on: date  # NEVER when not registered
    died_on: date  # NEVER while alive, also when not said
    household: str
    township: str
    tax_rate: int  # per cent, marginal, of the tax household
    parental_leave_benefit: bool
    income_class: IncomeClass
    disadvantaged: bool
    in_state_placement: bool
    care: Care
    weekly_care_hours: int
    kindergarten: Kindergarten
    kindergarten_fee: int  # NTD per month
    owns_account: str  # "<bank code>-<account>": only ever asked as a yes/no question
    benefit_account: str
    applied_on: date  # the earliest day when not said: applied in time
    renounced_on: date  # NEVER when the succession was not renounced
    disqualified: bool
    survived_decedent: bool
    severely_disabled: bool
    supported_by_decedent: bool
    cannot_support_self: bool

    parents: Group[Person]
    mother_children: Group[Person]  # all children of my mother, myself included
    father_children: Group[Person]
    children: Group[Person]

    def age_in_months(self, month: Month) -> int:
        """Months from the month of birth to this month: 0 in the month of birth."""
        label = f"{self.person}.age_in_months" if self.person else "age_in_months"
        return named(label, month.index - month_index(self.birth_date))
