"""Deciding for one family: facts as expressions with values, or without where unknown.

A `Case` lives for one decision; facts are kept across the explorer's passes, results are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from minben.law.domain import Domain, Value
from minben.law.entity import Entity, Group, GroupUse, TheOne
from minben.law.errors import RuleError
from minben.law.explorer import Run, explore
from minben.law.expression import RUN, UNKNOWN, Expression, Unknown, arithmetic, kind_of, lifted
from minben.law.group_members import before, interval, members_of
from minben.law.outcome import Outcome
from minben.law.parameters import Parameters
from minben.law.periods import Period, at_period
from minben.law.spells import days_in, in_period
from minben.law.trace import Frame
from minben.law.variable import Variable
from minben.law.vocabulary import ZEROS, Answers, Family, Nobody, One, Spell, Vocabulary

_PLAIN: Final = frozenset((bool, int, str, date))
_RANGE_OF_DAYS: Final = Domain(None, 0, 31)


class Case:
    """個案計算 One family, one month (or other period): the scope of every entity in it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        family: Family,
        month: Period,
        p: Parameters,
        *,
        assume: bool = True,
        numbers: Callable[[Period], Parameters] | None = None,
        bodies: Mapping[str, Variable[Any, Any]] | None = None,
    ) -> None:
        self.vocabulary, self.family, self.month, self.p = vocabulary, family, month, p
        self.assumes = assume
        self.asks: dict[str, tuple[tuple[str, str], ...]] = {}
        self._facts: dict[tuple[str, ...], Expression] = {}
        self._memo: dict[tuple[str, str], Any] = {}
        self._entities: dict[tuple[type[Entity], str], Entity] = {}
        self._apart: dict[tuple[str, str], Expression] = {}
        self._numbers, self._bodies = numbers, bodies or {}
        self._whole: Case = self
        self._elsewhen: dict[Period, Case] = {month: self}

    def at(self, period: Period) -> Case:
        """The same family in another period, under the numbers of the law of that period."""
        whole = self._whole
        found = whole._elsewhen.get(period)
        if found is None:
            if whole._numbers is None:
                raise RuleError(f"{period}: only {whole.month} can be decided here")
            p = whole._numbers(period)
            found = Case(
                whole.vocabulary, whole.family, period, p, assume=whole.assumes,
                bodies=whole._bodies,
            )  # fmt: skip
            found._whole, found.asks = whole, whole.asks
            whole._elsewhen[period] = found
        return found

    def begin(self) -> None:
        """Forget the results of the last pass."""
        for case in self._elsewhen.values():
            case._memo = {}

    def with_period(self, name: str) -> str:
        """The name of a dated fact or rule: with the period where it is not the one decided."""
        return name if self is self._whole else at_period(name, self.month)

    def entity(self, variable: Variable[Any, Any], person: str) -> Entity:
        """The person as the entity that a rule takes."""
        key = (variable.entity, person)
        found = self._entities.get(key)
        if found is None:
            found = self._entities[key] = variable.entity(self, person)
        return found

    # facts ------------------------------------------------------------------------------------
    def read(self, entity: Entity, name: str) -> Any:
        """A fact, noted in the trace; or a group of persons."""
        key = (entity.person, name)
        found = self._facts.get(key)
        if found is None:
            if name in self.vocabulary.relations:
                one = self.vocabulary.relations[name].__class__ is One
                return (TheOne if one else Group)(self, entity.person, name)
            found = self._facts[key] = self._fact(entity.person, name)
        run: Any = RUN.get()
        if run is not None and run.frame is not None:
            run.frame.facts[key] = found
        return found

    def fact(self, person: str, name: str) -> Expression:
        """A fact of a person for the month, without noting it."""
        key = (person, name)
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = self._fact(person, name)
        return found

    def _fact(self, person: str, name: str) -> Expression:
        declared = self.vocabulary.declared(name)
        known = self.family.knowledge(person, name)
        if declared.spell:
            name = self.with_period(name)
        if known.__class__ in _PLAIN:
            return Expression("fact", (person, name), declared.kind, known, None, 1)  # type: ignore[arg-type]
        domain: Domain | None = None
        value: Value | Unknown = UNKNOWN
        if isinstance(known, tuple):
            spell = in_period(known, self.month, declared.default)
            held = declared.default if spell is None else spell.value
            value = UNKNOWN if held is None else held
        elif isinstance(known, Answers):
            domain = known.narrow(declared.domain or Domain())
            single = None if domain.empty else domain.single
            if single is not None:
                is_day = declared.kind == "date" and isinstance(single, int)
                value = date.fromordinal(single) if is_day else single  # type: ignore[arg-type]
        elif isinstance(known, Nobody):
            raise RuleError(f"{person}.{name} cannot be nobody")
        elif known is not None:
            value = known
        elif self.assumes and declared.assumed is not None:
            value = declared.assumed
        if domain is None and value is UNKNOWN:
            domain = declared.domain
        return Expression("fact", (person, name), declared.kind, value, domain)

    def derived(self, person: str, op: str, fact: str, value: Value | None) -> Any:
        """Days in the month, or first day, of a dated fact."""
        key = (person, op, fact, str(value))
        found = self._facts.get(key)
        if found is None:
            known = self.family.knowledge(person, fact)
            number: Value | Unknown = (
                self._days(known, value) if op == "days" else self._start(known, fact)
            )
            called = self.with_period(fact)
            args = (person, called, value) if op == "days" else (person, called)
            if op == "days":
                found = Expression(op, args, "int", number, _RANGE_OF_DAYS)
            else:
                found = Expression(op, args, "date", number)
            self._facts[key] = found
        run: Any = RUN.get()
        if run is not None and run.frame is not None:
            run.frame.facts[key] = found
        return found

    def _days(self, known: object, value: Value | None) -> int | Unknown:
        if isinstance(known, tuple):
            return days_in(known, value, self.month)  # type: ignore[arg-type]
        if known is None or isinstance(known, Answers):
            return UNKNOWN
        return self.month.days if known == value else 0

    def _start(self, known: object, fact: str) -> date | Unknown:
        default = self.vocabulary.facts[fact].default
        spell = in_period(known, self.month, default) if isinstance(known, tuple) else None
        return spell.on if isinstance(spell, Spell) else UNKNOWN

    # rules ------------------------------------------------------------------------------------
    def call(self, variable: Variable[Any, Any], person: str, month: Period) -> Any:
        """Another rule's result; known values become named expressions, so that traces read."""
        if month is not self.month and month != self.month:
            return self.at(month).call(variable, person, month)
        key = (variable.name, person)
        result = self._memo.get(key)
        if result is not None:
            if result is _BUSY:
                raise RuleError(f"rules refer to each other: {variable.name}")
            return result
        self._memo[key] = _BUSY
        run: Any = RUN.get()
        outer: Frame | None = None if run is None else run.frame
        frame = Frame(variable, person)
        if run is not None:
            run.frame = frame
        body = self._bodies.get(variable.name, variable)  # a reform may have put another there
        result = body.rule_at(month)(self.entity(variable, person), month, self.p)
        if result is None:
            raise RuleError(f"{variable.name}: no return")
        frame.result = result
        if run is not None and outer is not None:
            outer.steps.append(frame)
            run.frame = outer
        self._memo[key] = result = _seen_from_outside(
            result, self.with_period(variable.name), person
        )
        return result

    # groups -----------------------------------------------------------------------------------
    def group(self, use: GroupUse, person: str) -> Any:
        """A group operation over the members that are known to exist."""
        members = members_of(self, use, person)
        if use.operation == "rank":
            return self._rank(use, person, members)
        if members is None:
            via = getattr(self.vocabulary.relations[use.relation], "via", "")
            return self._unsettled(use, person, Domain(), ((person, via),))
        if use.operation == "the":
            return self._value(use.what, members[0]) if members else self._of_nobody(use.what)
        if use.operation == "any":
            return any(self._holds(use, member) for member in members)
        if use.operation == "count":
            return self._count(use, person, members)
        sure = [True if use.among is None else self._sure(use.among, m) for m in members]
        if None in sure:
            asks = [(m, use.among) for m, s in zip(members, sure, strict=True) if s is None]
            return self._unsettled(use, person, Domain(), tuple(asks))
        values = [self._value(use.what, m) for m, s in zip(members, sure, strict=True) if s]
        if use.operation == "total":
            return lifted(sum(values))
        return lifted(_extreme(use.operation, values))

    def _of_nobody(self, what: Any) -> Expression:
        if isinstance(what, Variable):
            return lifted(ZEROS[what.kind])
        return lifted(self.vocabulary.declared(what).zero)

    def _holds(self, use: GroupUse, member: str) -> bool:
        if use.among is not None and not self._value(use.among, member):
            return False
        value = lifted(self._value(use.what, member))
        if use.compare is None:
            return bool(value)
        op, bound = use.compare
        if op == "ge":
            return bool(value >= bound)
        return bool(value < bound) if op == "lt" else bool(value == bound)

    def _count(self, use: GroupUse, person: str, members: list[str]) -> Expression:
        sure = [True if use.among is None else self._sure(use.among, m) for m in members]
        asks = tuple((m, use.among) for m, s in zip(members, sure, strict=True) if s is None)
        low, high = interval(sure)
        return self._between(use, person, low, high, asks)

    def _rank(self, use: GroupUse, person: str, members: list[str] | None) -> Expression:
        if members is None:
            via = self.vocabulary.relations[use.relation].via
            return self._unsettled(use, person, Domain(), ((person, str(via)),))
        if not members:
            return Expression("group", (person, use), "int", 0)
        others = [m for m in members if m != person]
        sure = []
        for other in others:
            earlier = before(self, use.by, other, person)
            among = True if use.among is None else self._sure(use.among, other)
            both = None if earlier is None or among is None else earlier and among
            sure.append(False if earlier is False or among is False else both)
        asks = [(m, f) for m, s in zip(others, sure, strict=True) if s is None for f in use.by]
        asks += [(person, f) for f in use.by] if asks else []
        unknown = tuple(a for a in asks if not self.fact(*a).known)
        low, high = interval(sure)
        return self._between(use, person, 1 + low, 1 + high, unknown)

    def _between(
        self, use: GroupUse, person: str, low: int, high: int, asks: tuple[Any, ...]
    ) -> Expression:
        if low == high:
            return Expression("group", (person, use), "int", low, None, 1)
        return self._unsettled(use, person, Domain(None, low, high), asks)

    def _unsettled(
        self, use: GroupUse, person: str, domain: Domain, asks: tuple[Any, ...]
    ) -> Expression:
        if use.operation in ("rank", "count"):
            domain = Domain(None, max(domain.low, 0), min(domain.high, 30))
        kind = use.kind
        if kind == "the":
            what = use.what
            kind = (what if isinstance(what, Variable) else self.vocabulary.declared(what)).kind
        if self is not self._whole:
            use = replace(use, period=str(self.month))
        e = Expression("group", (person, use), kind, UNKNOWN, domain)
        self.asks[e.text] = asks
        return e

    def _value(self, what: Any, member: str) -> Any:
        if isinstance(what, Variable):
            return self.call(what, member, self.month)
        found = self.fact(member, what)
        run: Any = RUN.get()
        if run is not None and run.frame is not None:
            run.frame.facts[member, what] = found
        return found

    def _sure(self, what: Any, member: str) -> bool | None:
        """Whether a yes/no fact or rule surely holds for a member; None: not known."""
        if not isinstance(what, Variable):
            value = self.fact(member, what).value
            return None if isinstance(value, Unknown) else bool(value)
        key = (what.name, member)
        if key not in self._apart:
            ends = {
                str(lifted(path.result).value)
                for path in explore(
                    lambda run: self._alone(what, member), name=what.name, exact=True
                )
            }
            known: Any = UNKNOWN if len(ends) > 1 else ends == {"True"}
            self._apart[key] = Expression("variable", (what.name, member), "bool", known)
        value = self._apart[key].value
        return None if isinstance(value, Unknown) else bool(value)

    def _alone(self, what: Variable[Any, Any], member: str) -> Any:
        kept = [(case, case._memo) for case in self._whole._elsewhen.values()]
        self._whole.begin()
        try:
            return self.call(what, member, self.month)
        finally:
            self._whole.begin()
            for case, memo in kept:
                case._memo = memo

    def domain_of(self, person: str, fact: str) -> Domain:
        """What has been said of a fact, without what its declaration allows."""
        e = self.fact(person, fact)
        if not isinstance(e.value, Unknown):
            return Domain.only(e.value)
        known = self.family.knowledge(person, fact)
        return known.narrow(Domain()) if isinstance(known, Answers) else Domain()


class _Busy:
    """A rule that is being computed: meeting it again is a circle."""


_BUSY: Final = _Busy()


def decide_paths(
    case: Case, variable: Variable[Any, Any], person: str, *, limit: int = 4_096
) -> list[Any]:
    """Every way the decision can still go, given what is known of the family."""

    def one_pass(run: Run) -> Any:
        case.begin()
        run.frame = root = Frame(variable, person)
        result = case.call(variable, person, case.month)
        run.frame = root.steps[0]
        return result

    return explore(
        one_pass,
        name=variable.name,
        exact=True,
        limit=limit,
        impossible=case.vocabulary.impossible,
        fact_of=case.fact,
    )


def _seen_from_outside(result: Any, name: str, person: str) -> Any:
    if isinstance(result, Outcome):
        return result
    if isinstance(result, Expression) and isinstance(result.value, Unknown):
        return result
    value = result.value if isinstance(result, Expression) else result
    return Expression("variable", (name, person), kind_of(value), value, None, 1)


def _extreme(operation: str, values: list[Any]) -> Any:
    if not values:
        return 0
    found = lifted(values[0])
    for value in values[1:]:
        found = arithmetic("max" if operation == "most" else "min", found, value)
    return found
