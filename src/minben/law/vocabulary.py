"""The words a rule may use: kinds of facts, relations between persons, impossible worlds.

`facts` fills a `Vocabulary`; the engine knows none by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from minben.law.domain import INFINITY, Bound, Domain, Value
from minben.law.errors import RuleError

MOST_MEMBERS: Final = 30  # more children of one parent, or persons in one list, is an error


@dataclass(frozen=True, slots=True)
class FactType:
    """事實型別 What the engine must know of a fact.

    kind: "int", "bool", "text", "date" or "person" (a reference). `values` of a text, `low` and
    `high` of an integer are declared once and prune impossible paths. A `spell` fact is dated:
    a rule reads its value in the month; `default` holds where no spell does. `assumed` is what an
    absent fact is taken to be; without it an absent fact is unknown. Of a reference, `many` says
    that several may hold at once (the guardians of a child).
    """

    key: str
    kind: str
    values: tuple[str, ...] | None = None
    low: int | None = None
    high: int | None = None
    spell: bool = False
    default: Value | None = None
    assumed: Value | None = None
    many: bool = False

    @property
    def zero(self) -> Value:
        """What the fact is of nobody: its default, else 0, no, "" or never."""
        return ZEROS[self.kind] if self.default is None else self.default

    @property
    def domain(self) -> Domain | None:
        """What the value may be before anything is known of a person."""
        if self.kind == "bool":
            return Domain((True, False))
        if self.values is not None:
            return Domain(self.values)
        if self.kind == "date":
            return Domain(None, date.min.toordinal(), date.max.toordinal())
        if self.low is None and self.high is None:
            return None
        low: Bound = -INFINITY if self.low is None else self.low
        return Domain(None, low, INFINITY if self.high is None else self.high)


ZEROS: Final[Mapping[str, Value]] = {"int": 0, "bool": False, "text": "", "date": date.max}


@dataclass(frozen=True, slots=True)
class Parents:
    """Those that I point to, one per `via` fact (mother, father), or many (guardians).

    `to` is the entity that they are, as the name of its class in small letters.
    """

    via: tuple[str, ...]
    to: str = "person"


@dataclass(frozen=True, slots=True)
class Siblings:
    """All that point to the same one as I do through `via`, myself included."""

    via: str
    to: str = "person"


@dataclass(frozen=True, slots=True)
class Children:
    """All that point to me through one of the `via` facts: children, members of a household."""

    via: tuple[str, ...]
    to: str = "person"


@dataclass(frozen=True, slots=True)
class One:
    """The one that I point to: `person.household.rent`, `person.spouse.salary`."""

    via: str
    to: str


Relation = Parents | Siblings | Children | One
Impossible = tuple[tuple[str, str, Value], ...]
"""Facts of one person that never hold together: ((fact, operator, value), …)."""


@dataclass(frozen=True)
class Vocabulary:
    """詞彙 Every fact and relation that rules may name."""

    facts: Mapping[str, FactType]
    relations: Mapping[str, Relation]
    impossible: tuple[Impossible, ...] = field(default=())

    def declared(self, name: str) -> FactType:
        """The type of a fact that a rule reads; RuleError: there is none, or it is a person."""
        found = self.facts.get(name)
        if found is None:
            raise RuleError(f"no fact called {name!r}")
        if found.kind in ("person", "persons"):
            raise RuleError(f"{name} is a person: use a relation such as parents.any(…)")
        return found


class Nobody:
    """Known to be nobody: the value of `mother` when there is none."""

    def __repr__(self) -> str:
        return "nobody"


NOBODY: Final = Nobody()


@dataclass(frozen=True, slots=True)
class Spell:
    """期間 A value that held from a day until a day, both included; no end: it still holds."""

    value: Value
    on: date
    until: date | None = None


@dataclass(frozen=True)
class Answers:
    """已答比較 What is known of a fact without its value: comparisons that were answered.

    `at_least[20] = False` is "below 20"; `equal["public"] = False` is "not public".
    """

    at_least: Mapping[int | date, bool] = field(default_factory=dict)
    equal: Mapping[Value, bool] = field(default_factory=dict)

    def narrow(self, domain: Domain) -> Domain:
        """The values that agree with every answer."""
        for bound, yes in self.at_least.items():
            domain = domain.keep("ge" if yes else "lt", bound)
        for value, yes in self.equal.items():
            domain = domain.keep("eq" if yes else "ne", value)
        return domain


Knowledge = Value | Nobody | Answers | tuple[Spell, ...]


class Family(Protocol):
    """The persons of one case and what is known of each."""

    @property
    def persons(self) -> Collection[str]:
        """Keys of the persons that are listed."""

    def knowledge(self, person: str, fact: str) -> Knowledge | None:
        """What is known of a fact; None when nothing is."""
