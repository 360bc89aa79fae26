"""Who is in a group, and who comes before whom, when some of it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minben.law.errors import RuleError
from minben.law.expression import UNKNOWN, Expression
from minben.law.vocabulary import MOST_MEMBERS, Children, Nobody, Parents, Siblings

if TYPE_CHECKING:
    from minben.law.case import Case
    from minben.law.entity import GroupUse


def reference(case: Case, person: str, via: str) -> str | Nobody | None:
    """The key of the person that a fact points to, nobody, or None when not known."""
    known = case.family.knowledge(person, via)
    if known is None or isinstance(known, Nobody | str):
        return known
    raise RuleError(f"{person}.{via} is {known!r}, not a person")


def members_of(case: Case, use: GroupUse, person: str) -> list[str] | None:
    """The members of a group, None when not known.

    Parents that may or may not exist are asked for ("child.mother exists"); a parent of whom
    only the existence is known has the key "child.mother" and no known facts.
    """
    relation = case.vocabulary.relations[use.relation]
    if isinstance(relation, Parents):
        return _parents(case, person, relation)
    if isinstance(relation, Siblings):
        target = reference(case, person, relation.via)
        if target is None:
            return None
        if isinstance(target, Nobody):
            return []
        members = _pointing(case, target, (relation.via,))
    else:
        assert isinstance(relation, Children)
        if person not in case.family.persons:
            return None
        members = _pointing(case, person, relation.via)
    if len(members) > MOST_MEMBERS:
        raise RuleError(f"{person}.{use.relation} has {len(members)} members: more than a family")
    return members


def _parents(case: Case, person: str, relation: Parents) -> list[str]:
    found = []
    for via in relation.via:
        target = reference(case, person, via)
        if target is None:
            if Expression("exists", (person, via), "bool", UNKNOWN):
                found.append(f"{person}.{via}" if person else via)
        elif isinstance(target, str):
            found.append(target)
    return found


def _pointing(case: Case, target: str, vias: tuple[str, ...]) -> list[str]:
    knowledge = case.family.knowledge
    found = []
    for person in case.family.persons:
        for via in vias:
            if knowledge(person, via) == target:
                found.append(person)
                break
    return found


def interval(sure: list[bool | None]) -> tuple[int, int]:
    """How many surely hold, and how many may."""
    low = sum(1 for s in sure if s is True)
    return low, low + sum(1 for s in sure if s is None)


def before(case: Case, by: tuple[str, ...], other: str, me: str) -> bool | None:
    """Whether `other` comes before `me` in the order of these facts, None when not known."""
    result: bool | None = other < me  # the last tie-breaker is the person's identifier
    for fact in reversed(by):
        a, b = case.domain_of(other, fact), case.domain_of(me, fact)
        (a_low, a_high), (b_low, b_high) = a.bounds, b.bounds
        less = True if a_high < b_low else False if a_low >= b_high else None
        equal = True if a_low == a_high == b_low == b_high else None if a.meets(b) else False
        tied = False if equal is False or result is False else None
        if equal is True:
            tied = result
        result = True if less or tied else None if less is None or tied is None else False
    return result
