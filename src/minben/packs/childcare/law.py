# 育兒津貼、托育補助、幼兒園繳費上限 Childcare: allowances, subsidies, caps on kindergarten fees
"""What is due for one child in one month: at most one scheme.

Citations are keys of `sources` in pack.yaml. Every number stands in parameters/.
"""

from __future__ import annotations

from datetime import date

from minben.base.month import Month
from minben.facts.person import NEVER, Person
from minben.facts.words import Care, IncomeClass, Kindergarten
from minben.law import (
    MONTH,
    Outcome,
    Parameters,
    days_between,
    due,
    least,
    month_index,
    most,
    not_due,
    variable,
    where,
)


def born_by(age: int, month: Month, p: Parameters) -> date:
    """A child born on or before this day is `age` by 1 September of the month's school year."""
    year = month.year
    if month.number < p.conditions.school_year_first_month:
        year = month.year - 1
    return date(year - age, p.conditions.school_age_month, 1)


def of_kindergarten_age(child: Person, month: Month, p: Parameters) -> bool:
    """Two by school age, or from the month of the second birthday (preschool-subsidy-4)."""
    if child.age_in_months(month) >= p.fee_cap.first_age_in_months:
        return True
    return child.birth_date <= born_by(p.fee_cap.first_school_age, month, p)


@variable(entity=Person, period=MONTH, cite="taipei-170736752")
def birth_position(child: Person, month: Month, p: Parameters) -> int:
    """父母名單中的位次 Place among all children of the mother or of the father, 0 without parents.

    Where the two lists differ, the place that is better for the family counts (disputed).
    """
    of_mother = child.mother_children.rank("birth_date", "birth_sequence")
    of_father = child.father_children.rank("birth_date", "birth_sequence")
    position: int = most(of_mother, of_father)
    if p.birth_order.lists == "worse":
        only_one = (of_mother == 0) | (of_father == 0)
        position = where(only_one, position, least(of_mother, of_father))
    return position


@variable(entity=Person, period=MONTH, cite="taipei-170736752")
def birth_order(child: Person, month: Month, p: Parameters) -> str:
    """出生序 The child's row in the tables of amounts: first, second or third (and later)."""
    if birth_position(child, month, p) >= p.birth_order.third_from:
        return "third"
    if birth_position(child, month, p) >= p.birth_order.second_from:
        return "second"
    return "first"


@variable(entity=Person, period=MONTH, cite=("executive-yuan-plan", "taitung-189"))
def income_ok(child: Person, month: Month, p: Parameters) -> bool:
    """通過所得條件 Low and mid-low income pass by status; else every parent's rate is below it."""
    if not p.conditions.in_force("tax_rate_ceiling"):
        return True
    if child.income_class in (IncomeClass.LOW, IncomeClass.MID_LOW):
        return True
    return not child.parents.any("tax_rate", at_least=p.conditions.tax_rate_ceiling)


@variable(entity=Person, period=MONTH, cite=("leadership-class-report", "ltn-2427301"))
def parent_on_leave(child: Person, month: Month, p: Parameters) -> bool:
    """父或母領取育嬰留職停薪津貼 Whether a parent draws parental-leave benefit in the month."""
    return child.parents.any("parental_leave_benefit")


@variable(entity=Person, period=MONTH, cite="design")
def claimed(child: Person, month: Month, p: Parameters) -> bool:
    """已屆可發放月份 Whether the month is paid.

    All months since birth if registered and applied for in time, otherwise from the month in
    which both are done. An application that is not mentioned counts as made in time.
    """
    days = p.allowance.apply_within_days
    if (
        days_between(child.registered_on, child.birth_date) <= days
        and days_between(child.applied_on, child.birth_date) <= days
    ):
        return True
    begun: int = most(month_index(child.registered_on), month_index(child.applied_on))
    return begun <= month.index


def allowance_refused(child: Person, month: Month, p: Parameters) -> str:
    """The reason why no allowance is due, "" when all conditions that the schemes share hold."""
    if not child.is_national:
        return "not_a_national"
    if child.registered_on == NEVER:
        return "not_registered"
    if child.in_state_placement:
        return "in_state_placement"
    if p.conditions.leave_excludes and parent_on_leave(child, month, p):
        return "parent_on_leave"
    if not income_ok(child, month, p):
        return "income_too_high"
    return ""


@variable(entity=Person, period=MONTH, cite=("taipei-170736752", "ngdo-faq"))
def allowance(child: Person, month: Month, p: Parameters) -> Outcome:
    """0至未滿2歲育兒津貼 NTD for one child and month, up to the month of the second birthday."""
    refused = allowance_refused(child, month, p)
    if refused != "":
        return not_due(refused)
    if not claimed(child, month, p):
        return not_due("before_application", cite="design")
    amount = p.allowance.amount[child.income_class][birth_order(child, month, p)]
    return due(amount, scheme="allowance", reason="allowance_due")


@variable(entity=Person, period=MONTH, cite=("executive-yuan-plan", "changhua-45033"))
def allowance_from_two(child: Person, month: Month, p: Parameters) -> Outcome:
    """2歲以上育兒津貼 NTD for one child and month; at five by school age the schooling subsidy."""
    if not p.allowance_from_two.begun:
        return not_due("allowance_from_two_not_begun")
    of_five = child.birth_date <= born_by(p.allowance_from_two.schooling_school_age, month, p)
    if of_five and child.kindergarten != Kindergarten.PRIVATE:
        return not_due("five_outside_kindergarten", cite="preschool-subsidy-4")
    refused = allowance_refused(child, month, p)
    if refused != "":
        return not_due(refused)
    amount = p.allowance_from_two.amount[birth_order(child, month, p)]
    if of_five:
        return due(amount, scheme="schooling_subsidy", reason="schooling_subsidy_due")
    return due(amount, scheme="allowance_from_two", reason="allowance_from_two_due")


@variable(entity=Person, period=MONTH, cite="children-support-7")
def family_class(child: Person, month: Month, p: Parameters) -> str:
    """補助身分別 The row in the table of subsidies; disadvantaged counts as low income."""
    if child.income_class == IncomeClass.LOW or child.disadvantaged:
        return "low_or_disadvantaged"
    if child.income_class == IncomeClass.MID_LOW:
        return "mid_low"
    return "general"


@variable(entity=Person, period=MONTH, cite=("children-support-8", "taipei-booklet-147"))
def care_days(child: Person, month: Month, p: Parameters) -> int:
    """本月計補助日數 Days of the month in public or quasi-public care, from the filing if late."""
    days = child.days_in("care", Care.PUBLIC) + child.days_in("care", Care.QUASI_PUBLIC)
    late = days_between(child.applied_on, child.started_on("care")) > p.subsidy.apply_within_days
    since_filing = most(days_between(month.last_day, child.applied_on) + 1, 0)
    counted: int = least(days, where(late, since_filing, month.days))
    return counted


@variable(entity=Person, period=MONTH, cite="children-support-7")
def care_setting(child: Person, month: Month, p: Parameters) -> str:
    """托育類型 The row of the table of subsidies; asked only of children in such care."""
    if child.care == Care.QUASI_PUBLIC:
        return "quasi_public"
    return "public"


@variable(entity=Person, period=MONTH, cite="children-support-7")
def subsidy(child: Person, month: Month, p: Parameters) -> Outcome:
    """托育補助 NTD for one child and month in public or quasi-public care."""
    age = child.age_in_months(month)
    if age > p.subsidy.last_age_in_months:
        return not_due("in_subsidised_care", cite="ngdo-faq")
    if age > p.subsidy.same_setting_after_months:
        turned_two = month_index(child.birth_date) + p.subsidy.same_setting_after_months
        if month_index(child.started_on("care")) > turned_two:
            return not_due("changed_setting", cite="executive-yuan-plan")
    if child.weekly_care_hours < p.subsidy.weekly_hours_least:
        return not_due("too_few_hours", cite=("taitung-189", "taipei-booklet-147"))
    if p.subsidy.leave_excludes and parent_on_leave(child, month, p):
        return not_due("parent_on_leave", cite="taitung-189")
    if not income_ok(child, month, p):
        return not_due("income_too_high", cite="taitung-189")
    if care_days(child, month, p) == 0:
        return not_due("filed_after_month", cite="children-support-8")
    full = (
        p.subsidy.amount[care_setting(child, month, p)][family_class(child, month, p)]
        + p.subsidy.extra[birth_order(child, month, p)]
    )
    if care_days(child, month, p) * p.subsidy.half_month_divisor < month.days:
        half = full // p.subsidy.half_month_divisor
        return due(half, scheme="subsidy", reason="subsidy_half_month_due")
    return due(full, scheme="subsidy", reason="subsidy_due")


@variable(entity=Person, period=MONTH, cite="preschool-act-7")
def kindergarten_kind(child: Person, month: Month, p: Parameters) -> str:
    """幼兒園類型 The row of the table of caps; asked only of children in such kindergartens."""
    if child.kindergarten == Kindergarten.PUBLIC:
        return "public"
    if child.kindergarten == Kindergarten.NON_PROFIT:
        return "non_profit"
    return "quasi_public"


@variable(entity=Person, period=MONTH, cite="preschool-act-7")
def fee_cap(child: Person, month: Month, p: Parameters) -> Outcome:
    """幼兒園每月繳費 NTD that the parents pay a month: the fee, at most the cap."""
    if not p.fee_cap.begun:
        return not_due("fee_cap_not_begun")
    if p.fee_cap.low_income_free and child.income_class in (IncomeClass.LOW, IncomeClass.MID_LOW):
        free = least(p.fee_cap.low_income_amount, child.kindergarten_fee)
        return due(free, scheme="fee_cap", reason="fee_capped", cite="changhua-45033")
    cap = p.fee_cap.amount[kindergarten_kind(child, month, p)][birth_order(child, month, p)]
    return due(least(cap, child.kindergarten_fee), scheme="fee_cap", reason="fee_capped")


@variable(
    entity=Person,
    period=MONTH,
    cite=("taipei-170736752", "executive-yuan-plan", "preschool-subsidy-4"),
)
def support(child: Person, month: Month, p: Parameters) -> Outcome:
    """本月應得之給付 What is due for one child and month: one scheme, or the reason why not."""
    if child.age_in_months(month) < 0:
        return not_due("not_born")
    if month_index(child.died_on) < month.index:
        return not_due("died")
    if child.birth_date <= born_by(p.conditions.school_entry_age, month, p):
        return not_due("in_school")
    if of_kindergarten_age(child, month, p) and child.kindergarten in (
        Kindergarten.PUBLIC,
        Kindergarten.NON_PROFIT,
        Kindergarten.QUASI_PUBLIC,
    ):
        return fee_cap(child, month, p)
    if child.care in (Care.PUBLIC, Care.QUASI_PUBLIC):
        return subsidy(child, month, p)
    if child.age_in_months(month) <= p.allowance.last_age_in_months:
        return allowance(child, month, p)
    return allowance_from_two(child, month, p)
