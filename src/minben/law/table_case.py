"""Deciding for one person of whom everything asked is known, by the printed tables of the rules.

What is remembered is compact: per rule and person the number of the end that was reached. Values
are looked up once; a fact that is not known ends the attempt (`Missing`), and the ways that are
still open are then walked (`walking`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NoReturn

from minben.law.case import Case
from minben.law.entity import GroupUse
from minben.law.expression import RUN, UNKNOWN, Expression, kind_of
from minben.law.outcome import Outcome
from minben.law.periods import Period
from minben.law.python_expression import Facts, function_of, value_of
from minben.law.rule_tree import End, RuleTree, called
from minben.law.trace import Frame
from minben.law.variable import Variable
from minben.law.vocabulary import Siblings

_PLAIN: Final = frozenset((bool, int, str, date))
_NOT_YET: Final = object()


class Missing(Exception):
    """A fact is not known: more than one way may be open."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A result that rests on facts."""

    of: Callable[[KnownFacts], Any]


@dataclass(frozen=True, eq=False)
class RuleTable:
    """規則表 A rule's tree, and the same as functions of known facts."""

    tree: RuleTree

    @cached_property
    def end_of(self) -> Callable[[Facts], int]:
        """The number of the end that known facts lead to."""
        return function_of(self.tree)

    @cached_property
    def results(self) -> tuple[Any, ...]:
        """Per end its result, or how it is computed (a function of the facts)."""
        return tuple(_result(end) for end in self.tree.ends)


class RuleTables(dict[str, RuleTable]):
    """規則表集 The tables of a month's rules, each drawn when first asked for."""

    def __init__(self, draw: Callable[[str], RuleTree]) -> None:
        self.draw = draw
        self.leaves: dict[str, Expression] = {}
        self._computed: dict[int, Callable[[Facts], Any]] = {}

    def __missing__(self, name: str) -> RuleTable:
        tree = self.draw(name)
        self.leaves.update(tree.leaves)
        table = self[name] = RuleTable(tree)
        return table

    def value_of(self, e: Expression) -> Callable[[Facts], Any]:
        """An expression of a table as a function of the facts."""
        found = self._computed.get(id(e))
        if found is None:
            found = self._computed[id(e)] = value_of(e)
        return found


class KnownFacts(dict[str, Any]):
    """已知事實 What is known of one person, by the text of a leaf, looked up when first asked."""

    __slots__ = ("case", "ends", "frames", "person")

    def __init__(self, case: TableCase, person: str) -> None:
        self.case, self.person = case, person
        self.ends: dict[str, int] = {}
        self.frames: dict[str, Frame] = {}

    def __missing__(self, text: str) -> Any:
        leaf = self.case.tables.leaves[text]
        if leaf.op == "fact":
            value = self._fact(leaf.args[1])
        elif leaf.op == "variable":
            value = self.case.value(called(leaf), self)
            if value.__class__ is Outcome:
                return self[text]
        elif leaf.op == "group":
            value = self._group(text, leaf)
        else:
            fact, held = (*leaf.args[1:], None)[:2]
            value = self.case.derived(self.person, leaf.op, fact, held).value
        if value is UNKNOWN:
            raise Missing
        self[text] = value
        return value

    def _fact(self, name: str) -> Any:
        value = self.case.family.knowledge(self.person, name)
        if value.__class__ in _PLAIN:
            return value
        if value is None:
            assumed = self.case.vocabulary.facts[name].assumed
            if assumed is None or not self.case.assumes:
                raise Missing
            return assumed
        return self.case.fact(self.person, name).value

    def rule(self, name: str) -> Any:
        """What a rule says of this person."""
        value = self.get(name, _NOT_YET)
        return self.case.value(name, self) if value is _NOT_YET else value

    # what a trace asks
    def end(self, name: str) -> End | None:
        """The end that a rule reached, None where it was not asked."""
        number = self.ends.get(name)
        return None if number is None else self.case.tables[name].tree.ends[number]

    def result(self, name: str) -> Any:
        """What a rule returned."""
        return self[name]

    def facts(self, end: End) -> dict[str, Any]:
        """The facts that an end rests on, as far as they were looked up."""
        about = f"{self.person}." if self.person else ""
        return {about + text: self[text] for text in end.facts if text in self}

    def held(self, e: Expression) -> Any:
        """The value of an expression of a table, None where it was not needed and is not known."""
        try:
            return self[e.text] if e.text in self else self.case.tables.value_of(e)(self)
        except Missing:
            return None

    def looked(self, leaf: Expression) -> Frame | None:
        """What a group operation read and asked."""
        self.held(leaf)
        return self.frames.get(leaf.text)

    def _group(self, text: str, leaf: Expression) -> Any:
        if self._alone_in(leaf.args[1]):
            return 1
        run = self.case.run
        self.frames[text] = run.frame = Frame(None, self.person)
        try:
            value = self.case.group(leaf.args[1], self.person)
        finally:
            run.frame = None
        return value.value if isinstance(value, Expression) else value

    def _alone_in(self, use: GroupUse) -> bool:
        """Whether this is a rank among siblings where there are none: most children have none."""
        relation = self.case.vocabulary.relations[use.relation]
        if use.operation != "rank" or use.among is not None or not isinstance(relation, Siblings):
            return False
        knowledge, via = self.case.family.knowledge, relation.via
        parent = knowledge(self.person, via)
        if parent.__class__ is not str:
            return False
        theirs = (knowledge(p, via) for p in self.case.family.persons if p != self.person)
        return not any(known.__class__ is tuple or known == parent for known in theirs)


class Decided:
    """The run of a decision in which nothing is to be asked."""

    exact = True

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.within: list[Any] = []

    def ask(self, condition: Expression) -> NoReturn:
        """Refuse: its facts are not known."""
        raise Missing


class TableCase(Case):
    """A case whose rules are decided by their tables."""

    def __init__(self, *about: Any, tables: RuleTables, **more: Any) -> None:
        super().__init__(*about, **more)
        self.tables, self.run = tables, Decided()
        self._people: dict[str, KnownFacts] = {}

    def known(self, person: str) -> KnownFacts:
        """What is known of a person."""
        found = self._people.get(person)
        if found is None:
            found = self._people[person] = KnownFacts(self, person)
        return found

    def decided(self, name: str, person: str) -> Any:
        """A rule's result for a person; Missing when a fact that is asked is not known."""
        token = RUN.set(self.run)
        try:
            return self.known(person).rule(name)
        finally:
            RUN.reset(token)

    def value(self, name: str, facts: KnownFacts) -> Any:
        """A rule's result, which is among the facts from then on, an outcome with its parts."""
        table = self.tables[name]
        number = facts.ends[name] = table.end_of(facts)
        result = table.results[number]
        if result.__class__ is Computed:
            result = result.of(facts)
        if result.__class__ is Outcome:
            facts[f"{name}.status"], facts[f"{name}.scheme"] = result.status, result.scheme
            facts[f"{name}.amount"], facts[f"{name}.reason"] = result.amount, result.reason
        facts[name] = result
        return result

    def call(self, variable: Variable[Any, Any], person: str, month: Period) -> Any:
        """A rule of a member, asked by a group."""
        if month != self.month:
            raise Missing
        name = variable.name
        value = self.known(person).rule(name)
        if self.run.frame is not None:
            self.run.frame.steps.append((name, person))
        if value.__class__ is Outcome:
            return value
        return Expression("variable", (name, person), kind_of(value), value, None, 1)


def _result(end: End) -> Any:
    result = end.result
    if not isinstance(result, Outcome):
        return _plain(result)
    if isinstance(result.status, Expression) and not result.status.known:
        whole = called(result.status)  # another rule's outcome as it is
        return Computed(lambda f: f.rule(whole))
    status, cite = str(result.status), result.cite
    amount, scheme, reason = (_plain(p) for p in (result.amount, result.scheme, result.reason))
    if not any(isinstance(part, Computed) for part in (amount, scheme, reason)):
        return Outcome(status, amount, scheme, reason, cite)
    return Computed(
        lambda f: Outcome(status, _made(amount, f), _made(scheme, f), _made(reason, f), cite)
    )


def _made(value: Any, facts: KnownFacts) -> Any:
    return value.of(facts) if isinstance(value, Computed) else value


def _plain(value: Any) -> Any:
    if not isinstance(value, Expression):
        return value
    return value.value if value.known else Computed(value_of(value))
