# 扣除額 Deductions for the family (estate-act-17)
"""What may be deducted for persons: spouse, descendants, parents, the disabled, dependants.

Amounts are those of the day of death. A person who renounced gives no deduction (art. 17 para. 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from minben.facts.person import NEVER
from minben.packs.case_law import Law, Line, Missing, line
from minben.packs.inheritance.family import Family, Presence
from minben.packs.inheritance.heirs import Heirs, Standing, heirs


@dataclass(frozen=True, slots=True)
class Deducted:
    """人之扣除 The lines deducted for persons, and whose age would have to be known for them."""

    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]


def for_persons(family: Family, found: Heirs, law: Law) -> Deducted:
    """Items 1 to 5 of art. 17 para. 1."""
    lines: list[Line] = []
    missing: list[Missing] = []
    counted: list[str] = []
    spouse = family.spouse()
    if spouse is not None and _left(family, spouse):
        lines.append(_take("deduct_spouse", law.whole("deductions.spouse"), family, spouse))
        counted.append(spouse)
    heirs_below = descendants(found)
    below = [_descendant(family, key, law) for key in heirs_below]
    counted += heirs_below
    lines += [one for one, _ in below]
    missing += [
        Missing(key, "birth_date")
        for key, (_, known) in zip(heirs_below, below, strict=True)
        if not known
    ]
    lines += _cap(family, found, below, law)
    for key in family.parents():
        if _left(family, key):
            lines.append(_take("deduct_parent", law.whole("deductions.parent"), family, key))
            counted.append(key)
    for key in counted:
        if family.people[key].severely_disabled:
            lines.append(_take("deduct_disabled", law.whole("deductions.disabled"), family, key))
    for key in (*family.siblings(), *family.grandparents()):
        if family.people[key].supported and _left(family, key):
            more, known = _dependant(family, key, law)
            lines += more
            missing += [] if known else [Missing(key, "birth_date")]
    return Deducted(tuple(lines), tuple(missing))


def descendants(found: Heirs) -> list[str]:
    """The heirs who are lineal descendants, each once."""
    if found.standing is not Standing.DESCENDANT:
        return []
    return list(dict.fromkeys(person for stock in found.stocks for person in stock.parts))


def years_to_majority(born_on: date, died_on: date, law: Law) -> int:
    """Years from the death until the person is of age; a part of a year counts as a year."""
    age = law.whole("majority.age")
    if born_on == NEVER:
        return age
    adult_on = years_later(born_on, age)
    years = 0
    while years < age and years_later(died_on, years) < adult_on:
        years += 1
    return years


def years_later(day: date, years: int) -> date:
    """The same day of a later (or earlier) year; 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where there is none (civil-121)."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _descendant(family: Family, key: str, law: Law) -> tuple[Line, bool]:
    """The deduction for one heir, and whether their age is known."""
    born = family.people[key].born_on
    years = 0 if born is None else years_to_majority(born, family.opened_on, law)
    each, per_year = law.whole("deductions.descendant"), 0
    if years:
        per_year = law.whole("deductions.descendant_per_year")
    name = family.people[key].name
    amount = -(each + years * per_year)
    told = "deduct_minor" if years else "deduct_descendant"
    found = line(told, "estate-act-17", amount=amount, name=name, years=years, each=each)
    return found, born is not None


def _cap(family: Family, found: Heirs, below: list[tuple[Line, bool]], law: Law) -> Iterator[Line]:
    """Who steps up because all who are nearer renounced brings no more than these would have."""
    if not found.stepped_up:
        return
    people = {key: replace(person, renounced_on=NEVER) for key, person in family.people.items()}
    before = Family(family.deceased, people, family.conception_days)
    nearer = [_descendant(before, key, law)[0] for key in descendants(heirs(before, law))]
    most, taken = _total(nearer), _total([one for one, _ in below])
    if taken > most:
        yield line("deduct_capped", "estate-act-17", amount=taken - most, most=most)


def _total(lines: list[Line]) -> int:
    return -sum(one.amount or 0 for one in lines)


def _dependant(family: Family, key: str, law: Law) -> tuple[list[Line], bool]:
    """A sibling or grandparent whom the deceased supported (estate-rules-10-3)."""
    person, each = family.people[key], law.whole("deductions.dependant")
    cite = ("estate-act-17", "estate-rules-10-3")
    born = person.born_on
    if key in family.grandparents():
        old = born is not None and years_later(born, law.whole("deductions.old_age")) <= law.on
        if old or person.cannot_support_self:
            return [line("deduct_dependant", *cite, amount=-each, name=person.name)], True
        return [], born is not None
    years = 0 if born is None else years_to_majority(born, family.opened_on, law)
    if years:
        amount = -(each + years * law.whole("deductions.dependant_per_year"))
        told = line("deduct_minor_dependant", *cite, amount=amount, name=person.name, years=years)
        return [told], True
    if person.cannot_support_self:
        return [line("deduct_dependant", *cite, amount=-each, name=person.name)], born is not None
    return [], born is not None


def _left(family: Family, key: str) -> bool:
    """Whether the deceased left this person behind, and they did not renounce."""
    return family.presence(key) is Presence.ALIVE and family.people[key].renounced_on == NEVER


def _take(told: str, amount: int, family: Family, key: str) -> Line:
    return line(told, "estate-act-17", amount=-amount, name=family.people[key].name)
