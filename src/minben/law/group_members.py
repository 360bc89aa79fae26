"""Who is in a group, and who comes before whom, when some of it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minben.law.errors import RuleError
from minben.law.expression import UNKNOWN, Expression
from minben.law.spells import in_period, touches
from minben.law.vocabulary import MOST_MEMBERS, Nobody, One, Parents, Siblings

if TYPE_CHECKING:
    from minben.law.case import Case
    from minben.law.entity import GroupUse


def references(case: Case, person: str, via: str) -> list[str] | None:
    """The keys that a fact points to in the period, [] for nobody, None when not known."""
    known = case.family.knowledge(person, via)
    if isinstance(known, str):
        return [known]
    if known is None:
        return None
    if isinstance(known, Nobody):
        return []
    if not isinstance(known, tuple):
        raise RuleError(f"{person}.{via} is {known!r}, not a person")
    if case.vocabulary.facts[via].many:
        return list(dict.fromkeys(str(s.value) for s in known if touches(s, case.month)))
    held = in_period(known, case.month, None)
    return [] if held is None else [str(held.value)]


def members_of(case: Case, use: GroupUse, person: str) -> list[str] | None:
    """The members of a group, None when not known.

    Parents that may or may not exist are asked for ("child.mother exists"); a parent of whom
    only the existence is known has the key "child.mother" and no known facts.
    """
    relation = case.vocabulary.relations[use.relation]
    if isinstance(relation, Parents):
        return _parents(case, person, relation)
    if isinstance(relation, One):
        return references(case, person, relation.via)
    if isinstance(relation, Siblings):
        targets = references(case, person, relation.via)
        if targets is None:
            return None
        members = _pointing(case, targets, (relation.via,))
    else:
        if person not in case.family.persons:
            return None
        members = _pointing(case, [person], relation.via)
    if len(members) > MOST_MEMBERS:
        raise RuleError(f"{person}.{use.relation} has {len(members)} members: more than a family")
    return members


def _parents(case: Case, person: str, relation: Parents) -> list[str]:
    found: list[str] = []
    for via in relation.via:
        targets = references(case, person, via)
        if targets is not None:
            found += targets
        elif Expression("exists", (person, via), "bool", UNKNOWN):
            found.append(f"{person}.{via}" if person else via)
    return found


def _pointing(case: Case, targets: list[str], vias: tuple[str, ...]) -> list[str]:
    """Those of the family that point to one of these."""
    knowledge = case.family.knowledge
    found = []
    for person in case.family.persons:
        for via in vias:
            known = knowledge(person, via)
            if known.__class__ is tuple:
                held: object = set(references(case, person, via) or ()) & set(targets)
            else:
                held = known in targets if known.__class__ is str else False
            if held:
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
