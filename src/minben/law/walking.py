"""Every way a decision can still go, walked along the rules' tables with a fork per open question.

The same paths as running the rules again and again, but what several paths share is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from minben.law.case import Case
from minben.law.days import days_after, days_between, month_index
from minben.law.errors import RuleError
from minben.law.explorer import Path, Run, settled, what_to_split
from minben.law.expression import (
    LEAVES,
    RUN,
    Expression,
    arithmetic,
    both,
    comparison,
    leaves,
    lifted,
    negation,
    parts,
)
from minben.law.outcome import Outcome
from minben.law.periods import Period
from minben.law.rule_tree import READ, Ask, End, Node, called, parts_of
from minben.law.table_case import KnownFacts, Missing, RuleTables, TableCase
from minben.law.trace import Frame
from minben.law.variable import Variable
from minben.law.writing import ARITHMETIC_SIGNS, COMPARE_SIGNS

Key = tuple[str, str]


class Way(Run):
    """路 One way a decision goes: what was answered, and what the rules returned on it."""

    def __init__(self, case: Case) -> None:
        super().__init__(exact=True, impossible=case.vocabulary.impossible, fact_of=case.fact)
        self.memo: dict[Key, Any] = {}
        self.ends: dict[Key, int] = {}

    def fork(self) -> Way:
        """The same way so far, to go on differently."""
        other = Way.__new__(Way)
        other.__dict__.update(self.__dict__)
        other.taken, other.domains = self.taken.copy(), self.domains.copy()
        other.memo, other.ends = self.memo.copy(), self.ends.copy()
        other.asked, other.within = {}, []
        return other

    def answer(self, condition: Expression, *, yes: bool) -> Way:
        """This way after an answer."""
        self.taken.append((condition, yes))
        self.learn(condition, yes)
        return self


class WalkingCase(Case):
    """A case whose rules are walked along their tables."""

    def __init__(self, *about: Any, tables: RuleTables, **more: Any) -> None:
        super().__init__(*about, **more)
        self.tables = tables
        self._on_facts = TableCase(*about, tables=tables, **more)
        self._open: set[Key] = set()
        self._pure: dict[int, bool] = {}
        self._made: dict[tuple[int, str], Expression] = {}
        self._calls: dict[int, tuple[str, ...]] = {}
        self._asking: dict[int, bool] = {}
        self.way = Way(self)

    # all ways ----------------------------------------------------------------------------------
    def paths(self, name: str, person: str, *, limit: int) -> list[Path]:
        """Every feasible path, with the `Way` as its frame; `way` is the last from then on.

        RuleError when there are too many.
        """
        found: list[Path] = []
        for way in self._ways(self.way, name, person):
            for last, result in self._ended(way, way.memo[name, person]):
                found.append(Path(tuple(last.taken), result, last.domains, last))
                self.way = last
                if len(found) > limit:
                    raise RuleError(f"{name}: more than {limit} paths; {what_to_split(found)}")
        return found

    def _ended(self, way: Way, result: Any) -> Iterator[tuple[Way, Any]]:
        """The result with what the way implies; a yes/no that is still open is asked."""
        value = result.amount if isinstance(result, Outcome) else result
        if value is None or lifted(value).known:
            return iter([(way, result)])
        return self._each(way, lambda: settled(self.way, result))

    def _ways(self, way: Way, name: str, person: str) -> Iterator[Way]:
        if self._is_sure(name, person):
            way.memo[name, person] = self._on_facts.known(person).rule(name)
            yield way
            return
        waiting: list[tuple[Way, Node]] = [(way, self.tables[name].tree.root)]
        while waiting:
            way, node = waiting.pop()
            owed = next((c for c in self._owed(node) if (c, person) not in way.memo), None)
            if owed is not None:
                after = [(w, node) for w in self._ways(way, owed, person)]
                waiting += reversed(after)
            elif isinstance(node, End):
                for last, result in self._results(way, node, person):
                    last.memo[name, person], last.ends[name, person] = result, node.number
                    yield last
            else:
                ways = self._answers(way, node.condition, person)
                waiting += [(w, node.yes if yes else node.no) for w, yes in reversed(ways)]

    def _is_sure(self, name: str, person: str) -> bool:
        """Whether a rule is decided on what is known: then it is not walked."""
        if (name, person) in self._open:
            return False
        try:
            self._on_facts.decided(name, person)
        except Missing:
            self._open.add((name, person))
            return False
        return True

    def _answers(self, way: Way, condition: Expression, person: str) -> list[tuple[Way, bool]]:
        if self._is_pure(condition):
            try:
                return [(way, self.tables.value_of(condition)(self._on_facts.known(person)))]
            except Missing:
                e = self.concrete(condition, person)
            implied = way.implied(e)
            if implied is not None:
                return [(way, implied)]
            if e.op in ("lt", "le", "gt", "ge", "fact") or (
                e.op in ("eq", "ne") and e.args[0].kind == "text"
            ):
                other = way.fork()
                return [(way.answer(e, yes=True), True), (other.answer(e, yes=False), False)]
        elif all(leaf.op == "variable" for leaf in leaves(condition).values()):
            e = self._on(way, lambda: self.concrete(condition, person))
            if e.known:
                return [(way, bool(e.value))]
        return list(self._each(way, lambda: bool(self.concrete(condition, person))))

    def _results(self, way: Way, end: End, person: str) -> Iterator[tuple[Way, Any]]:
        if all(e.known for e in parts_of(end.result)):
            yield way, end.result
        elif self._forks(end):
            yield from self._each(way, lambda: self._returned(end, person))
        else:
            yield way, self._on(way, lambda: self._returned(end, person))

    def _each(self, start: Way, thunk: Callable[[], Any]) -> Iterator[tuple[Way, Any]]:
        """Every way through one step, which is repeated once per way."""
        begun = len(start.taken)
        waiting: list[tuple[tuple[bool, ...], tuple[str, ...]]] = [((), ())]
        while waiting:
            way = start.fork()
            way.prefix, way.expected = waiting.pop()
            result = self._on(way, thunk)
            yield way, result
            for i in range(max(begun, len(way.prefix)), len(way.taken)):
                if way.taken[i][1]:
                    answers = (*(yes for _, yes in way.taken[:i]), False)
                    waiting.append((answers, tuple(e.text for e, _ in way.taken[: i + 1])))

    def _on(self, way: Way, thunk: Callable[[], Any]) -> Any:
        """One step on one way."""
        self.way, token = way, RUN.set(way)
        try:
            return thunk()
        finally:
            RUN.reset(token)

    def _forks(self, end: End) -> bool:
        """Whether a result may ask something when it is computed: groups, tables, `where`."""
        found = self._asking.get(id(end))
        if found is None:
            found = self._asking[id(end)] = any(map(_asks, parts_of(end.result)))
        return found

    def _owed(self, node: Node) -> tuple[str, ...]:
        """The rules that must have been walked before a node is reached."""
        found = self._calls.get(id(node))
        if found is None:
            asked = [node.condition] if isinstance(node, Ask) else parts_of(node.result)
            read = (leaf for e in asked for leaf in leaves(e).values())
            found = tuple(dict.fromkeys(called(e) for e in read if e.op == "variable"))
            self._calls[id(node)] = found
        return found

    # one way -----------------------------------------------------------------------------------
    def call(self, variable: Variable[Any, Any], person: str, month: Period) -> Any:
        """A rule's result on the present way."""
        if month != self.month:
            raise RuleError(f"{variable.name} was called for {month}, not {self.month}")
        return self._called(variable.name, person)

    def _called(self, name: str, person: str) -> Any:
        way = self.way
        if (name, person) not in way.memo and self._is_sure(name, person):
            way.memo[name, person] = self._on_facts.known(person).rule(name)
        if (name, person) not in way.memo:
            node = self.tables[name].tree.root
            while isinstance(node, Ask):
                node = node.yes if self.concrete(node.condition, person) else node.no
            way.memo[name, person] = self._returned(node, person)
            way.ends[name, person] = node.number
        if way.frame is not None:
            way.frame.steps.append((name, person))
        return way.memo[name, person]

    def _returned(self, end: End, person: str) -> Any:
        result = end.result
        if not isinstance(result, Outcome):
            return self.concrete(lifted(result), person)
        if isinstance(result.status, Expression) and not result.status.known:
            return self._called(called(result.status), person)
        amount = None if result.amount is None else self.concrete(lifted(result.amount), person)
        scheme, reason = (
            self.concrete(part, person).value if isinstance(part, Expression) else part
            for part in (result.scheme, result.reason)
        )
        return Outcome(str(result.status), amount, scheme, reason, result.cite)

    def concrete(self, e: Expression, person: str) -> Expression:
        """An expression of a table about this person; tables are taken cell by cell."""
        if e.known:
            return e
        key = (id(e), person)
        made = self._made.get(key)
        if made is None:
            made = self._concrete(e, person)
            if self._is_pure(e):
                self._made[key] = made
        return made

    def _concrete(self, e: Expression, person: str) -> Expression:
        op, args = e.op, e.args
        if op in LEAVES:
            return self._leaf(e, person)
        if op == "named":
            inner = self.concrete(args[1], person)
            label = f"{person}.{args[0]}" if person else args[0]
            return Expression("named", (label, inner), inner.kind, inner.value)
        if op == "where":
            return self.concrete(args[1] if self.concrete(args[0], person) else args[2], person)
        if op == "pick":
            asked = self.concrete(args[0], person)
            *first, (_, last) = args[1]
            cell = next((c for value, c in first if asked == value), last)
            return self.concrete(lifted(cell), person)
        made = [self.concrete(a, person) for a in args]
        if op in COMPARE_SIGNS:
            return comparison(op, *made)
        if op in ("and", "or"):
            return both(op, *made)
        if op in ARITHMETIC_SIGNS or op in ("max", "min"):
            number = arithmetic(op, *made)
            plain = all(part.op == "constant" for part in made)
            return lifted(number.value) if plain else number
        forms: dict[str, Callable[..., Any]] = {
            "not": negation, "month": month_index, "between": days_between,
            "shift": lambda day, days: days_after(day, days.value),
        }  # fmt: skip
        return lifted(forms[op](*made))

    def _leaf(self, leaf: Expression, person: str) -> Expression:
        if leaf.op == "fact":
            return self.fact(person, leaf.args[1])
        if leaf.op == "group":
            return lifted(self.group(leaf.args[1], person))
        if leaf.op == "variable":
            name, _, part = str(leaf.args[0]).partition(".")
            result = self._called(name, person)
            if part:
                return lifted(getattr(result, part))
            value = lifted(result)
            if not value.known:
                return value
            return Expression("variable", (name, person), value.kind, value.value, None, 1)
        return lifted(self.derived(person, leaf.op, *(*leaf.args[1:], None)[:2]))

    def _is_pure(self, e: Expression) -> bool:
        """Whether it rests on a person's own facts only, without a fork on the way."""
        found = self._pure.get(id(e))
        if found is None:
            if e.op in LEAVES:
                found = e.op in READ
            else:
                found = e.op not in ("where", "pick") and all(map(self._is_pure, parts(e)))
            self._pure[id(e)] = found
        return found

    def on_facts(self, person: str) -> KnownFacts:
        """What is known of a person, and the rules decided on it."""
        return self._on_facts.known(person)

    def about(self, person: str) -> OnTheWay:
        """What a trace asks of one person, on the last way."""
        return OnTheWay(self, person)


def _asks(e: Expression) -> bool:
    return e.op in ("group", "pick", "where") or (e.op not in LEAVES and any(map(_asks, parts(e))))


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """路上所見 What one person's rules reached on the last way."""

    case: WalkingCase
    person: str

    def end(self, name: str) -> End | None:
        """The end that a rule reached, None where it was not asked."""
        number = self.case.way.ends.get((name, self.person))
        if number is None:
            return self.case.on_facts(self.person).end(name)
        return self.case.tables[name].tree.ends[number]

    def result(self, name: str) -> Any:
        """What a rule returned."""
        memo = self.case.way.memo
        if (name, self.person) in memo:
            return memo[name, self.person]
        return self.case.on_facts(self.person).result(name)

    def facts(self, end: End) -> dict[str, Any]:
        """The facts on which an end rests, None where it was reached without the value."""
        made = [self.case.concrete(self.case.tables.leaves[t], self.person) for t in end.facts]
        return {e.text: e.value if e.known else None for e in made}

    def held(self, e: Expression) -> Any:
        """The value of an expression, as the last way implies it; None where it says nothing."""
        made = self._made(lambda: self.case.concrete(e, self.person))
        if not made.known and made.kind == "bool":
            return self.case.way.implied(made)
        return made.value if made.known else self.case.way.domain(made).single

    def looked(self, leaf: Expression) -> Frame | None:
        """What a group operation read and asked."""
        way = self.case.way
        way.frame = frame = Frame(None, self.person)
        try:
            self._made(lambda: self.case.group(leaf.args[1], self.person))
        finally:
            way.frame = None
        return frame

    def _made(self, thunk: Callable[[], Any]) -> Any:
        token = RUN.set(self.case.way)
        try:
            return thunk()
        finally:
            RUN.reset(token)
