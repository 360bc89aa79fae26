# ruff: noqa: SIM102, C901 — guards written one by one
"""示例法規 A law for tests only: it uses every kind of fact, group and number."""

from minben.base.month import Month
from minben.facts.person import Person
from minben.facts.words import Care, IncomeClass, Kindergarten
from minben.law import (
    Outcome,
    Parameters,
    days_after,
    due,
    least,
    month_index,
    most,
    not_due,
    variable,
)
from minben.law.rounding import divided


@variable(entity=Person, cite="§ 4")
def birth_order(child: Person, month: Month, p: Parameters) -> int:
    """Place among the mother's or father's children, the better one: 1 … 3."""
    by_mother = child.mother_children.rank("birth_date", "birth_sequence")
    by_father = child.father_children.rank("birth_date", "birth_sequence")
    return least(most(by_mother, by_father, 1), 3)


@variable(entity=Person)
def on_leave(parent: Person, month: Month, p: Parameters) -> bool:
    """Whether a parent draws the benefit in the month."""
    return parent.parental_leave_benefit


@variable(entity=Person, cite="§ 3")
def subsidy(child: Person, month: Month, p: Parameters) -> Outcome:
    """Childcare subsidy, NTD per month."""
    if child.care != Care.PUBLIC and child.care != Care.QUASI_PUBLIC:
        return not_due("not_in_care")
    if child.age_in_months(month) > p.subsidy.last_age_in_months:
        return not_due("child_too_old")
    if child.age_in_months(month) > p.last_age_in_months:
        if month_index(child.started_on("care")) > month_index(child.birth_date) + 24:
            return not_due("other_setting")
    if child.weekly_care_hours < p.subsidy.hours:
        return not_due("too_few_hours")
    amount = p.subsidy.amount[child.care][child.income_class]
    if child.income_class != IncomeClass.LOW and child.disadvantaged:
        amount += p.subsidy.disadvantaged
    if child.days_in("care", child_care_of(child)) < p.subsidy.half_month:
        amount = divided(amount, 2, rounding="down")
    return due(amount, scheme="subsidy", cite="§ 3")


def child_care_of(child: Person) -> Care:
    return Care.QUASI_PUBLIC if child.care == Care.QUASI_PUBLIC else Care.PUBLIC


@variable(entity=Person, cite="§ 1")
def allowance(child: Person, month: Month, p: Parameters) -> Outcome:
    """At most one scheme per child and month, NTD."""
    if month_index(child.birth_date) > month.index:
        return not_due("not_born")
    if not child.is_national or child.registered_on > month.last_day:
        return not_due("not_registered")
    if child.in_state_placement:
        return not_due("in_state_placement")
    first = subsidy(child, month, p)
    if first.is_due:
        return first
    if child.age_in_months(month) > p.last_age_in_months:
        return not_due("child_too_old", cite="§ 1")
    if child.kindergarten in (Kindergarten.PUBLIC, Kindergarten.NON_PROFIT):
        return not_due("in_kindergarten")
    if child.applied_on > days_after(month.last_day, p.grace_days):
        return not_due("applied_late")
    if p.in_force("tax_rate_ceiling"):
        if child.income_class == IncomeClass.GENERAL and child.parents.any(
            "tax_rate", at_least=p.tax_rate_ceiling
        ):
            return not_due("income_too_high", cite="§ 2")
    if child.parents.any(on_leave):
        return not_due("on_leave")
    return due(
        p.amount[child.income_class][birth_order(child, month, p)],
        scheme="allowance",
        cite="§ 4",
    )


@variable(entity=Person)
def fee(child: Person, month: Month, p: Parameters) -> Outcome:
    """What the parents pay for the kindergarten at most, NTD per month."""
    if child.kindergarten == Kindergarten.NONE or child.kindergarten == Kindergarten.PRIVATE:
        return not_due("no_cap")
    return due(least(child.kindergarten_fee, p.fee_cap), scheme="fee_cap")


@variable(entity=Person)
def family(child: Person, month: Month, p: Parameters) -> Outcome:
    """Groups of many persons, for the SQL of each."""
    if child.mother_children.any("disadvantaged"):
        return due(1, scheme="any")
    if child.mother_children.any("tax_rate", at_least=30):
        return due(2, scheme="any")
    if child.father_children.count() >= 3:
        return due(3, scheme="count")
    if child.children.count(among="is_national") >= 1:
        return due(4, scheme="count")
    if child.children.total("kindergarten_fee") > 100:
        return due(5, scheme="total")
    if child.mother_children.most("kindergarten_fee") > 900:
        return due(6, scheme="most")
    if child.parents.count() == 2:
        return due(7, scheme="parents")
    return not_due("nothing")
