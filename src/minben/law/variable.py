"""Rules are plain functions; `@variable` gives one a name, an entity and a citation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar, cast, get_type_hints

from minben.law.entity import Entity, TheOne
from minben.law.errors import RuleError
from minben.law.parameters import Parameters
from minben.law.periods import MONTH, Granularity, Period, fitting

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Variable(Generic[E, T]):
    """變數 A named rule: for one entity and one period it computes one value or outcome.

    Rules call each other like functions: `birth_order(child, month, p)`, or for another period:
    `drawn(child, month - 1, p)`, then with the numbers of the law of that period.
    """

    name: str
    rule: Callable[[E, Any, Parameters], T]
    entity: type[Entity]
    period: Granularity
    cite: tuple[str, ...]
    description: str = field(default="")
    bodies: list[tuple[date, Callable[[E, Any, Parameters], T]]] = field(default_factory=list)

    def __call__(self, entity: E, month: Period, p: Parameters) -> T:
        """The value for this entity; remembered within one decision, and traced."""
        if self.period != MONTH:
            month = fitting(self.name, self.period, month)
        if isinstance(entity, self.entity):
            value: T = entity.scope.call(self, entity.person, month)
            return value
        if isinstance(entity, TheOne):
            return cast("T", entity.value(self, month))
        raise RuleError(f"{self.name} is a rule for {self.entity.__name__}, not {entity!r}")

    @cached_property
    def kind(self) -> str:
        """int, bool, text or date, from the annotation of what it returns; int when unclear."""
        found: Any = get_type_hints(self.rule).get("return", int)
        while hasattr(found, "__supertype__"):
            found = found.__supertype__
        for python, kind in ((bool, "bool"), (int, "int"), (str, "text"), (date, "date")):
            if isinstance(found, type) and issubclass(found, python):
                return kind
        return "int"

    def since(
        self, day: str
    ) -> Callable[[Callable[[E, Any, Parameters], T]], Callable[[E, Any, Parameters], T]]:
        """The body of the rule for periods that begin on this day or later (dated formula).

        `@allowance.since("2023-01-01")` above the new body; the old one holds until then.
        """
        first = date.fromisoformat(day)

        def declare(rule: Callable[[E, Any, Parameters], T]) -> Callable[[E, Any, Parameters], T]:
            if any(on == first for on, _ in self.bodies):
                raise RuleError(f"{self.name}: two bodies since {day}")
            self.bodies.append((first, rule))
            self.bodies.sort(key=lambda body: body[0])
            return rule

        return declare

    def rule_at(self, period: Period) -> Callable[[E, Any, Parameters], T]:
        """The body that holds in a period: the last that has begun on its first day."""
        found = self.rule
        for since, rule in self.bodies:
            if since <= period.first_day:
                found = rule
        return found


def variable(
    *, entity: type[E], period: Granularity = MONTH, cite: str | tuple[str, ...] = ()
) -> Callable[[Callable[[E, Any, Parameters], T]], Variable[E, T]]:
    """Make a function `(entity, month, p)` a rule; its docstring says what it computes.

    `period` says for what it is: DAY, MONTH, YEAR or ETERNITY.
    """
    citations = (cite,) if isinstance(cite, str) else cite

    def declare(rule: Callable[[E, Any, Parameters], T]) -> Variable[E, T]:
        words = (rule.__doc__ or "").strip()
        return Variable(rule.__name__, rule, entity, period, citations, words)

    return declare
