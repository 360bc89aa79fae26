"""Rules are plain functions; `@variable` gives one a name, an entity and a citation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

from minben.base.month import Month
from minben.law.entity import Entity
from minben.law.errors import RuleError
from minben.law.parameters import Parameters

Period = Literal["month"]
MONTH: Final[Period] = "month"

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Variable(Generic[E, T]):
    """變數 A named rule: for one entity and one month it computes one value or outcome.

    Rules call each other like functions: `birth_order(child, month, p)`.
    """

    name: str
    rule: Callable[[E, Month, Parameters], T]
    entity: type[Entity]
    period: Period
    cite: tuple[str, ...]
    description: str = field(default="")

    def __call__(self, entity: E, month: Month, p: Parameters) -> T:
        """The value for this entity; remembered within one decision, and traced."""
        if not isinstance(entity, self.entity):
            raise RuleError(f"{self.name} is a rule for {self.entity.__name__}, not {entity!r}")
        value: T = entity.scope.call(self, entity.person, month)
        return value


def variable(
    *, entity: type[E], period: Period = MONTH, cite: str | tuple[str, ...] = ()
) -> Callable[[Callable[[E, Month, Parameters], T]], Variable[E, T]]:
    """Make a function `(entity, month, p)` a rule; its docstring says what it computes."""
    citations = (cite,) if isinstance(cite, str) else cite

    def declare(rule: Callable[[E, Month, Parameters], T]) -> Variable[E, T]:
        words = (rule.__doc__ or "").strip()
        return Variable(rule.__name__, rule, entity, period, citations, words)

    return declare
