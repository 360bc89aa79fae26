"""Exploring one rule alone: facts, groups and other rules are symbols with names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from minben.law.domain import Domain, Value
from minben.law.entity import Entity, Group, GroupUse, TheOne
from minben.law.errors import RuleError
from minben.law.explorer import Path, Run, explore
from minben.law.expression import UNKNOWN, Expression, lifted
from minben.law.if_conversion import converted
from minben.law.outcome import Outcome
from minben.law.periods import Period, at_period
from minben.law.trace import Frame
from minben.law.variable import Variable
from minben.law.vocabulary import MOST_MEMBERS, ZEROS, One

if TYPE_CHECKING:
    from minben.law.rulebook import Rules

_MANY_VALUES = 50


@dataclass(frozen=True)
class Shape:
    """What is known of a rule's result from its paths: kind and possible values."""

    kind: str
    domain: Domain | None


class TableScope:
    """變數符號 The scope in which a rule meets symbols instead of a family.

    `decided` is the period of the rule that is explored: symbols of other periods name theirs.
    """

    def __init__(self, rules: Rules, decided: Period | None = None) -> None:
        self.rules, self.month = rules, rules.month
        self.decided = decided or rules.month

    def at(self, period: Period) -> TableScope:
        """Symbols of another period."""
        return TableScope(self.rules.book.at(period), self.decided)

    def _called(self, name: str) -> str:
        return name if self.month == self.decided else at_period(name, self.month)

    def read(self, entity: Entity, name: str) -> Any:
        """A fact as a symbol, or a group."""
        vocabulary = self.rules.vocabulary
        relation = vocabulary.relations.get(name)
        if relation is not None:
            return (TheOne if isinstance(relation, One) else Group)(self, entity.person, name)
        return self.fact(entity.person, name)

    def fact(self, person: str, name: str) -> Expression:
        """A fact as a symbol."""
        declared = self.rules.vocabulary.declared(name)
        if declared.spell:
            name = self._called(name)
        return Expression("fact", (person, name), declared.kind, UNKNOWN, declared.domain)

    def derived(self, person: str, op: str, fact: str, value: Value | None) -> Expression:
        """Days in the month, or first day, as a symbol."""
        fact = self._called(fact)
        if op == "days":
            most = Domain(None, 0, self.month.days)
            return Expression(op, (person, fact, value), "int", UNKNOWN, most)
        return Expression(op, (person, fact), "date")

    def call(self, variable: Variable[Any, Any], person: str, month: Period) -> Any:
        """Another rule by its name, with the values that its own paths can return."""
        if month != self.month:
            return self.at(month).call(variable, person, month)
        shapes = self.rules.shapes(variable.name)
        made = {
            part: Expression(
                "variable",
                (self._called(f"{variable.name}{part}"), person),
                s.kind,
                UNKNOWN,
                s.domain,
            )
            for part, s in shapes.items()
        }
        if "" in made:
            return made[""]
        return Outcome(
            made[".status"],
            made.get(".amount"),
            made.get(".scheme"),
            made[".reason"],
            variable.cite,
        )

    def group(self, use: GroupUse, person: str) -> Expression:
        """A group operation as a symbol."""
        kind, domain = use.kind, None
        for what in (use.among, use.what):
            if isinstance(what, Variable):
                shape = self.rules.shapes(what.name).get("")
                if shape is None:
                    raise RuleError(f"{use.text}: an outcome has no place in a group")
                found = shape.kind, shape.domain, ZEROS[shape.kind]
            elif what is not None:
                declared = self.rules.vocabulary.declared(what)
                found = declared.kind, declared.domain, declared.zero
            else:
                continue
            if use.operation == "the":
                kind, domain = found[0], _with(found[1], found[2])
        for fact in use.by:
            self.fact("", fact)
        if self.month != self.decided:
            use = replace(use, period=str(self.month))
        counted = use.operation in ("rank", "count")
        if counted:
            domain = Domain(None, 0, MOST_MEMBERS)
        return Expression("group", (person, use), kind, UNKNOWN, domain)


def _with(domain: Domain | None, zero: Value) -> Domain | None:
    """What a fact of the one can be: also what it is of nobody."""
    if domain is None or domain.admits(Domain.only(zero).single or zero):
        return domain
    if domain.values is not None:
        return Domain((*domain.values, zero))
    low, high = domain.bounds
    at = zero.toordinal() if isinstance(zero, date) else int(zero)
    return Domain(None, min(low, at), max(high, at))


def alone(rules: Rules, variable: Variable[Any, Any]) -> list[Path]:
    """Every path of one rule by itself, adjustments made flat."""
    scope = TableScope(rules)
    rule = converted(variable.rule_at(rules.month))

    def one_pass(run: Run) -> Any:
        run.frame = Frame(variable, "")
        return rule(variable.entity(scope, ""), rules.month, rules.p)

    return explore(
        one_pass,
        name=variable.name,
        impossible=rules.vocabulary.impossible,
        fact_of=scope.fact,
        frames=True,
    )


def shapes_of(name: str, paths: list[Path]) -> dict[str, Shape]:
    """Kind and possible values of a rule's result; of an outcome, part by part."""
    results = [path.result for path in paths]
    outcomes = [r for r in results if isinstance(r, Outcome)]
    if not outcomes:
        return {"": _shape(name, [lifted(r) for r in results])}
    if len(outcomes) < len(results):
        raise RuleError(f"{name} returns an outcome on one path and a value on another")
    parts = {".status": [o.status for o in outcomes], ".reason": [o.reason for o in outcomes]}
    for part, values in (
        (".amount", [o.amount for o in outcomes if o.amount is not None]),
        (".scheme", [o.scheme for o in outcomes if o.scheme is not None]),
    ):
        if values:
            parts[part] = values
    return {
        part: _shape(name + part, [lifted(v) for v in values]) for part, values in parts.items()
    }


def _shape(name: str, results: list[Expression]) -> Shape:
    kinds = {r.kind for r in results}
    if len(kinds) > 1:
        raise RuleError(f"{name} returns different kinds: {', '.join(sorted(kinds))}")
    kind = kinds.pop()
    if kind == "bool":
        return Shape(kind, Domain((True, False)))
    values: set[Value] = set()
    for result in results:
        possible = _possible(result)
        if possible is None or len(values | possible) > _MANY_VALUES:
            return Shape(kind, _spanning(results) if kind == "int" else None)
        values |= possible
    return Shape(kind, Domain(values) if kind != "date" else None)


def _possible(e: Expression) -> set[Value] | None:
    if e.known:
        return {e.value}  # type: ignore[arg-type]
    if e.op == "where":
        first, second = _possible(e.args[1]), _possible(e.args[2])
        return None if first is None or second is None else first | second
    if e.op == "pick":
        found: set[Value] = set()
        for _, row in e.args[1]:
            possible = _possible(lifted(row))
            if possible is None:
                return None
            found |= possible
        return found
    return None if e.domain is None or e.domain.values is None else set(e.domain.values)


def _spanning(results: list[Expression]) -> Domain | None:
    domains = [Domain.only(r.value) if r.known else r.domain for r in results]  # type: ignore[arg-type]
    if any(d is None for d in domains):
        return None
    spans = [d.bounds for d in domains if d is not None]
    return Domain(None, min(low for low, _ in spans), max(high for _, high in spans))
