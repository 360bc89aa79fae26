# 繼承人 Who inherits, in which order, by which right
"""Heirs by the Civil Code: orders, degrees, representation, renunciation, loss of the right.

Every function is pure and blind to the order in which persons are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from minben.facts.person import NEVER
from minben.packs.case_law import Law
from minben.packs.inheritance.family import Family, Presence


class Standing(StrEnum):
    """身分 As what somebody inherits."""

    SPOUSE = "spouse"
    DESCENDANT = "descendant"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"


class Right(StrEnum):
    """繼承權 Why somebody does or does not take in person."""

    TAKES = "takes"
    GONE = "gone"  # died before or with the deceased, or lost the right: may be represented
    RENOUNCED = "renounced"  # never represented: art. 1140 names death and loss only
    ABSENT = "absent"  # not conceived in time: as if not there


@dataclass(frozen=True, slots=True)
class Stock:
    """子股 One line among the heirs: who takes in it, each with a part of the line's share.

    `head` is the child (or nearest descendant) for whom the line stands; `via` names, for each who
    takes in the head's place, the persons represented, nearest to the deceased first.
    """

    head: str
    parts: Mapping[str, Fraction]
    via: Mapping[str, tuple[str, ...]]

    @property
    def represented(self) -> bool:
        """Whether others stand in the head's place."""
        return self.head not in self.parts


@dataclass(frozen=True, slots=True)
class Heirs:
    """繼承人 The blood relatives who inherit, as equal lines; with or without the spouse.

    `stepped_up`: someone nearer renounced, so that these inherit (art. 1176 para. 5).
    `by_head`: those representing share by head (no line is left in which someone takes in person).
    """

    standing: Standing | None
    stocks: tuple[Stock, ...]
    spouse: str | None
    degree: int = 0
    stepped_up: bool = False
    by_head: bool = False


_Takers = dict[str, tuple[Fraction, tuple[str, ...]]]


def right(family: Family, key: str, law: Law) -> Right:
    """Whether one relative of an order takes in person."""
    person = family.people[key]
    if person.renounced_on != NEVER:
        return Right.RENOUNCED
    presence = family.presence(key)
    if presence == Presence.NOT_CONCEIVED:
        return Right.ABSENT
    if presence in (Presence.PREDECEASED, Presence.TOGETHER) or person.disqualified:
        return Right.GONE
    return Right.TAKES


def may_be_represented(family: Family, key: str, law: Law) -> bool:
    """Whether descendants stand in for someone who is gone (civil-1140)."""
    if family.presence(key) == Presence.TOGETHER:
        return law.yes("representation.together")
    return True


def heirs(family: Family, law: Law) -> Heirs:
    """Who inherits: the first order of which anybody takes, and the spouse beside them."""
    spouse = family.spouse()
    if spouse is not None and right(family, spouse, law) is not Right.TAKES:
        spouse = None
    found = _descendants(family, law, spouse)
    if found is not None:
        return found
    orders = (
        (Standing.PARENT, family.parents()),
        (Standing.SIBLING, family.siblings()),
        (Standing.GRANDPARENT, family.grandparents()),
    )
    for standing, members in orders:
        taking = [m for m in members if right(family, m, law) is Right.TAKES]
        if taking:
            return Heirs(standing, tuple(_in_person(m) for m in taking), spouse)
    return Heirs(None, (), spouse)


def _descendants(family: Family, law: Law, spouse: str | None) -> Heirs | None:
    """The first order (civil-1138, -1139): the nearest degree in which somebody takes."""
    degree, stepped_up = 1, False
    while members := family.descendants(family.deceased, degree):
        rights = {m: right(family, m, law) for m in members}
        stocks = tuple(s for m in members if (s := _stock(family, m, law)) is not None)
        renounced = Right.RENOUNCED in rights.values()
        if Right.TAKES in rights.values():
            return Heirs(Standing.DESCENDANT, stocks, spouse, degree, stepped_up)
        if stocks and (renounced or law.word("representation.all_gone") == "by_stock"):
            way = "representation.rest_renounced" if renounced else "representation.all_gone"
            by_head = law.word(way) == "by_head"
            return Heirs(Standing.DESCENDANT, stocks, spouse, degree, stepped_up, by_head)
        stepped_up = stepped_up or renounced
        degree += 1
    return None


def _stock(family: Family, head: str, law: Law) -> Stock | None:
    """The line of one descendant, None when nobody takes in it."""
    takers = _takers(family, head, law, {})
    if not takers:
        return None
    parts = {person: part for person, (part, _) in takers.items()}
    return Stock(head, parts, {person: via for person, (_, via) in takers.items()})


def _takers(family: Family, key: str, law: Law, known: dict[str, _Takers]) -> _Takers:
    """Who takes in a line, with what part, in whose place: the head, or equal lines below."""
    if key in known:
        return known[key]
    own = right(family, key, law)
    found: _Takers = {}
    if own is Right.TAKES:
        found[key] = (Fraction(1), ())
    elif own is Right.GONE and may_be_represented(family, key, law):
        lines = [t for c in family.children(key) if (t := _takers(family, c, law, known))]
        for takers in lines:
            for person, (part, via) in takers.items():
                before, path = found.get(person, (Fraction(0), (key, *via)))
                found[person] = (before + part / len(lines), path)
    known[key] = found
    return found


def _in_person(key: str) -> Stock:
    return Stock(key, {key: Fraction(1)}, {key: ()})
