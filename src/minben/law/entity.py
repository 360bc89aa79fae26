"""What a rule holds in its hand: a person or household, and the groups around them.

An `Entity` has no data. Each attribute asks the scope, which knows whether it is deciding one
case, drawing a decision table, or preparing SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

from minben.law.domain import Value
from minben.law.errors import RuleError
from minben.law.periods import Period

if TYPE_CHECKING:
    from minben.law.variable import Variable

M = TypeVar("M", bound="Entity")


class Scope(Protocol):
    """Who answers for an entity's facts."""

    @property
    def month(self) -> Period:
        """The period that is decided: a month, a day, a year or all time."""

    def at(self, period: Period) -> Scope:
        """The same case in another period."""

    def read(self, entity: Entity, name: str) -> Any:
        """A fact's value or expression, or a `Group` when the name is a relation."""

    def derived(self, person: str, op: str, fact: str, value: Value | None) -> Any:
        """Days of the month that a dated fact had a value, or the month its value began."""

    def call(self, variable: Variable[Any, Any], person: str, month: Period) -> Any:
        """The value of another rule, in this period or another."""

    def group(self, use: GroupUse, person: str) -> Any:
        """The value of a group operation."""


class Declared:
    """What a class says of one of its facts or relations: see `declaring`."""


class Entity:
    """主體 A person, household or thing with facts; subclasses list them as types."""

    declared: ClassVar[Mapping[str, Declared]] = {}

    def __init__(self, scope: Scope, person: str) -> None:
        self.scope, self.person = scope, person

    def __init_subclass__(cls) -> None:
        given = {name: vars(cls).get(name) for name in get_annotations(cls)}
        cls.declared = {n: d for n, d in given.items() if isinstance(d, Declared)}
        for name in given:
            setattr(cls, name, _asked(name))  # an attribute that is there is found sooner

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.scope.read(self, name)

    def at(self, period: Period) -> Self:
        """The same one in another period: `child.at(month - 1).care`."""
        return type(self)(self.scope.at(period), self.person)

    def days_in(self, fact: str, value: Value = True) -> int:
        """On how many days of the month a dated fact had this value: 0 … 31."""
        days: int = self.scope.derived(self.person, "days", fact, value)
        return days

    def started_on(self, fact: str) -> date:
        """The first day of the spell that counts for this month."""
        day: date = self.scope.derived(self.person, "started", fact, None)
        return day

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.person!r})"


def _asked(name: str) -> property:
    return property(lambda entity: entity.scope.read(entity, name))


@dataclass(frozen=True)
class GroupUse:
    """群組運算 One use of a relation: `mother_children.rank(birth_date, birth_sequence)`."""

    relation: str
    operation: str  # any, count, rank, most, least, total, the
    what: Any = None  # the name of a fact, or a Variable
    compare: tuple[str, Value] | None = None
    among: Any = None
    by: tuple[str, ...] = ()
    period: str = ""  # where it is not the one that is decided

    @property
    def kind(self) -> str:
        """Kind of the result; of "the", the kind is that of the fact or rule."""
        return {"any": "bool", "the": "the"}.get(self.operation, "int")

    @property
    def text(self) -> str:
        """How it reads."""
        at = f"@{self.period}" if self.period else ""
        if self.operation == "the":
            return f"{self.relation}.{name_of(self.what)}{at}"
        inner = ", ".join(self.by) or ("" if self.what is None else name_of(self.what))
        if self.compare is not None:
            sign = {"ge": ">=", "lt": "<", "eq": "=="}[self.compare[0]]
            inner += f" {sign} {self.compare[1]}"
        if self.among is not None:
            inner += f"{', ' if inner else ''}among={name_of(self.among)}"
        return f"{self.relation}{at}.{self.operation}({inner})"


def name_of(what: Any) -> str:
    """The name of a fact or variable."""
    return what if isinstance(what, str) else str(what.name)


class Group(Generic[M]):
    """群組 The persons in one relation to a person: parents, the mother's children …

    Operations take the *name* of a fact or a `Variable`, never a lambda: no hidden forks, and
    the name is the documentation. `among` keeps only members for whom that fact or rule is yes.
    """

    def __init__(self, scope: Scope, person: str, relation: str) -> None:
        self._scope, self._person, self._relation = scope, person, relation

    def any(
        self,
        what: Any,
        *,
        at_least: int | date | None = None,
        below: int | date | None = None,
        equal: Value | None = None,
        among: Any = None,
    ) -> bool:
        """Whether it holds for at least one member; a yes/no fact needs no comparison."""
        given = [
            (op, value)
            for op, value in (("ge", at_least), ("lt", below), ("eq", equal))
            if value is not None
        ]
        if len(given) > 1:
            raise RuleError("any() takes one of at_least, below, equal")
        compare = given[0] if given else None
        return bool_like(self._use("any", what=what, compare=compare, among=among))

    def count(self, *, among: Any = None) -> int:
        """How many members there are."""
        return number_like(self._use("count", among=among))

    def rank(self, *by: str, among: Any = None) -> int:
        """My own place in the group ordered by these facts, from 1; 0 when there is no group.

        Name the tie-breakers; the person's identifier is the last one.
        """
        if not by:
            raise RuleError("rank() needs the facts to order by, the tie-breakers last")
        return number_like(self._use("rank", by=by, among=among))

    def most(self, what: Any, *, among: Any = None) -> int:
        """The largest value of a member, 0 when there is none."""
        return number_like(self._use("most", what=what, among=among))

    def least(self, what: Any, *, among: Any = None) -> int:
        """The smallest value of a member, 0 when there is none."""
        return number_like(self._use("least", what=what, among=among))

    def total(self, what: Any, *, among: Any = None) -> int:
        """The sum over the members."""
        return number_like(self._use("total", what=what, among=among))

    def _use(
        self,
        operation: str,
        *,
        what: Any = None,
        compare: tuple[str, Value] | None = None,
        among: Any = None,
        by: tuple[str, ...] = (),
    ) -> Any:
        use = _group_use(self._relation, operation, what, compare, among, by)
        return self._scope.group(use, self._person)


class TheOne:
    """那一個 The one that a person points to: `person.household.rent`, `tax(person.household, …)`.

    Of nobody a fact has its default (else 0, no, "" or never); ask `.exists` where that matters.
    """

    def __init__(self, scope: Scope, person: str, relation: str) -> None:
        self._scope, self._person, self._relation = scope, person, relation

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.value(name)

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        there = self._scope.group(GroupUse(self._relation, "count"), self._person)
        return bool_like(there >= 1)

    def value(self, what: Any, period: Period | None = None) -> Any:
        """The value of its fact, or of a rule for it."""
        scope = self._scope if period in (None, self._scope.month) else self._scope.at(period)
        return scope.group(_group_use(self._relation, "the", what, None, None, ()), self._person)


@lru_cache(maxsize=1_000, typed=True)
def _group_use(
    relation: str,
    operation: str,
    what: Any,
    compare: tuple[str, Value] | None,
    among: Any,
    by: tuple[str, ...],
) -> GroupUse:
    return GroupUse(relation, operation, what, compare, among, by)


def bool_like(value: Any) -> bool:
    """A yes/no value or expression, for the type checker a bool."""
    return value  # type: ignore[no-any-return]


def number_like(value: Any) -> int:
    """A number or expression, for the type checker an int."""
    return value  # type: ignore[no-any-return]
