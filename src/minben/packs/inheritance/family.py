# 親屬 Who is whose child, parent, spouse, in the eyes of the law
"""The family of one who died: legal parents, spouses, and who was there when it happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from minben.base.text import Text
from minben.facts.person import NEVER
from minben.facts.reading import SituationError
from minben.facts.situation import Situation
from minben.law.vocabulary import Nobody

MOST_PERSONS: Final = 500
LAST_YEAR: Final = 9000  # later days cannot be reckoned on from


class Presence(StrEnum):
    """同時存在 Whether somebody was there when the succession opened (同時存在原則)."""

    ALIVE = "alive"
    UNBORN = "unborn"  # conceived, and born since or still to be born: art. 7
    PREDECEASED = "predeceased"
    TOGETHER = "together"  # presumed to have died at the same time: art. 11
    NOT_CONCEIVED = "not_conceived"


@dataclass(frozen=True, slots=True)
class Relative:
    """親屬 One person of the family, with what the law of succession asks about them."""

    key: str
    name: Text
    born_on: date | None  # NEVER while unborn, None when not said
    died_on: date  # NEVER while alive
    parents: tuple[str, ...]  # legal: adoptive ones in place of those by birth
    adopted: bool
    spouse: str | None
    renounced_on: date
    disqualified: bool
    survived_decedent: bool
    severely_disabled: bool
    supported: bool
    cannot_support_self: bool


@dataclass(frozen=True)
class Family:
    """家族 The persons listed, seen from the one who died (`deceased`).

    Who is born at most `conception_days` after the death was conceived before it (civil-1062).
    """

    deceased: str
    people: Mapping[str, Relative]
    conception_days: int

    @property
    def opened_on(self) -> date:
        """The day on which the succession opened: that of the death (civil-1147)."""
        return self.people[self.deceased].died_on

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {key: [] for key in self.people}
        for key in sorted(self.people, key=self.seniority):
            for parent in self.people[key].parents:
                found[parent].append(key)
        return {key: tuple(children) for key, children in found.items()}

    def seniority(self, key: str) -> tuple[date, str]:
        """Eldest first; who bears no date comes last, then by key: no order of input shows."""
        return (self.people[key].born_on or NEVER, key)

    def children(self, key: str) -> tuple[str, ...]:
        """Legal children, eldest first."""
        return self._children[key]

    def descendants(self, key: str, degree: int) -> tuple[str, ...]:
        """Those `degree` generations below, each once, eldest first."""
        found = {key}
        for _ in range(degree):
            found = {child for parent in found for child in self.children(parent)}
        return tuple(sorted(found, key=self.seniority))

    def parents(self) -> tuple[str, ...]:
        """The legal parents of the deceased."""
        return tuple(sorted(self.people[self.deceased].parents, key=self.seniority))

    def grandparents(self) -> tuple[str, ...]:
        """The legal parents of the legal parents, paternal and maternal."""
        found = {g for p in self.parents() for g in self.people[p].parents}
        return tuple(sorted(found, key=self.seniority))

    def siblings(self) -> tuple[str, ...]:
        """Who shares a legal parent with the deceased: of the full or the half blood, adopted."""
        found = {s for p in self.parents() for s in self.children(p)} - {self.deceased}
        return tuple(sorted(found, key=self.seniority))

    def is_of_an_order(self, key: str) -> bool:
        """Whether the person is of one of the four orders of art. 1138."""
        near = (*self.parents(), *self.siblings(), *self.grandparents())
        return key in near or self.descends(key)

    def descends(self, key: str) -> bool:
        """Whether the person is a lineal descendant of the deceased."""
        above, seen = set(self.people[key].parents), set[str]()
        while above and self.deceased not in above:
            seen |= above
            above = {p for a in above for p in self.people[a].parents} - seen
        return bool(above)

    def spouse(self) -> str | None:
        """The spouse at the time of death, also when dead by then."""
        return self.people[self.deceased].spouse

    def presence(self, key: str) -> Presence:
        """Whether the person was there when the succession opened."""
        person, opened = self.people[key], self.opened_on
        if person.born_on is not None and person.born_on > opened:
            if person.born_on == NEVER:
                return Presence.UNBORN
            since = (person.born_on - opened).days
            return Presence.UNBORN if since <= self.conception_days else Presence.NOT_CONCEIVED
        if person.died_on < opened:
            return Presence.PREDECEASED
        if person.died_on == opened:
            return Presence.ALIVE if person.survived_decedent else Presence.TOGETHER
        return Presence.ALIVE

    @property
    def unborn(self) -> Iterator[str]:
        """Who is conceived but not yet born."""
        return (key for key, person in self.people.items() if person.born_on == NEVER)

    def died_since(self, key: str) -> bool:
        """Whether the person died after the succession opened: their heirs take their share."""
        return self.presence(key) == Presence.ALIVE and self.people[key].died_on != NEVER

    def as_known_on(self, on: date) -> Family:
        """The same family, in which what was renounced after a day was not yet renounced."""
        people = {
            key: person if person.renounced_on <= on else replace(person, renounced_on=NEVER)
            for key, person in self.people.items()
        }
        return Family(self.deceased, people, self.conception_days)


def read_family(situation: Situation, conception_days: int) -> Family:
    """The family of the situation's subject; SituationError names what cannot be."""
    keys = situation.persons
    if len(keys) > MOST_PERSONS:
        raise SituationError(
            "persons",
            Text(f"超過 {MOST_PERSONS} 人", f"there are more than {MOST_PERSONS} persons"),
            Text("請只列與繼承有關者", "List those who matter to the succession"),
        )
    if "" in keys:
        raise SituationError(
            "persons", Text("人員代號空白", "a key is empty"), Text("請命名", "Give it a name")
        )
    marriages = _marriages(situation)
    people = {key: _relative(situation, key, marriages) for key in keys}
    family = Family(situation.subject, people, conception_days)
    for key in keys:
        _no_circle(people, key)
    return family


def known_death(situation: Situation) -> bool:
    """Whether it is known that, and when, the subject died."""
    died = situation.knowledge(situation.subject, "died_on")
    return isinstance(died, date) and died != NEVER


def _relative(situation: Situation, key: str, marriages: Mapping[str, str]) -> Relative:
    def day(fact: str) -> date | None:
        found: date | None = _plain(situation, key, fact, date, "日期", "a day")
        if found is not None and found.year > LAST_YEAR and found != NEVER:
            raise _wrong(key, fact, Text("年份過大", "the year is too far away"))
        return found

    def yes(fact: str) -> bool:
        return bool(_plain(situation, key, fact, bool, "true 或 false", "true or false"))

    born, died = day("birth_date"), day("died_on") or NEVER
    if born is not None and died != NEVER and died < born:
        raise _wrong(key, "died_on", Text("早於出生日期", "is before the day of birth"))
    name = _plain(situation, key, "name", str, "文字", "a text") or key
    parents, adopted = _legal_parents(situation, key, marriages)
    return Relative(
        key=key,
        name=Text(name, name),
        born_on=born,
        died_on=died,
        parents=parents,
        adopted=adopted,
        spouse=marriages.get(key),
        renounced_on=day("renounced_on") or NEVER,
        disqualified=yes("disqualified"),
        survived_decedent=yes("survived_decedent"),
        severely_disabled=yes("severely_disabled"),
        supported=yes("supported_by_decedent"),
        cannot_support_self=yes("cannot_support_self"),
    )


def _legal_parents(
    situation: Situation, key: str, marriages: Mapping[str, str]
) -> tuple[tuple[str, ...], bool]:
    """Adoptive parents where there are any, beside the parent by birth whom one of them married.

    Adoption suspends the ties to the family of birth (art. 1077), except that to a parent whose
    spouse adopts the child.
    """
    birth = [p for f in ("mother", "father") if (p := _person(situation, key, f)) is not None]
    adoptive = [
        p
        for f in ("adoptive_mother", "adoptive_father")
        if (p := _person(situation, key, f)) is not None
    ]
    kept = [p for p in birth if not adoptive or marriages.get(p) in adoptive]
    return tuple(dict.fromkeys((*adoptive, *kept))), bool(adoptive)


def _person(situation: Situation, key: str, fact: str) -> str | None:
    known = situation.knowledge(key, fact)
    if known is None or isinstance(known, Nobody):
        return None
    if not isinstance(known, str) or known not in situation.persons:
        raise _wrong(
            key,
            fact,
            Text(f"{known!r} 不在人員清單中", f"{known!r} is not among the persons"),
            Text("請將其列入，已死亡者註明 died_on", "List them, with died_on if they are dead"),
        )
    if known == key:
        raise _wrong(key, fact, Text("不得為本人", "cannot be the person themself"))
    return known


def _marriages(situation: Situation) -> dict[str, str]:
    """Both sides of every marriage, though the file may name one side only."""
    found: dict[str, str] = {}
    for key in situation.persons:
        spouse = _person(situation, key, "spouse")
        for one, other in ((key, spouse), (spouse, key)) if spouse is not None else ():
            if found.setdefault(str(one), str(other)) != other:
                raise _wrong(str(one), "spouse", Text("有兩名配偶", "there would be two spouses"))
    return found


def _no_circle(people: Mapping[str, Relative], start: str) -> None:
    above, seen = set(people[start].parents), set[str]()
    while above:
        if start in above:
            raise _wrong(start, "mother", Text("成為自己的祖先", "makes them their own ancestor"))
        seen |= above
        above = {p for key in above for p in people[key].parents} - seen


def _plain(situation: Situation, key: str, fact: str, kind: type, zh: str, en: str) -> Any:
    known = situation.knowledge(key, fact)
    if known is not None and not isinstance(known, kind):
        raise _wrong(
            key,
            fact,
            Text("須為單一值", "must be one value"),
            Text(f"請填{zh}", f"Give {en}"),
        )
    return known


def _wrong(key: str, fact: str, mistake: Text, mend: Text | None = None) -> SituationError:
    return SituationError(f"persons.{key}.{fact}", mistake, mend or Text("請更正", "Correct it"))
