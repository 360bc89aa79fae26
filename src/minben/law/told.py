"""The trace of a decision by tables: made from the ends that were reached, when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from minben.law.expression import LEAVES, Expression
from minben.law.outcome import Outcome
from minben.law.parameters import Use
from minben.law.rule_tree import Asked, End, called, told_of
from minben.law.trace import ConditionStep, Frame, Step, condition_steps, plain

_LOOKED_INTO: Final = frozenset({"group", "and", "or", "not"})


class Told(Protocol):
    """What one person's rules reached, and on what values."""

    @property
    def person(self) -> str:
        """The key of the person."""

    def end(self, name: str) -> End | None:
        """The end that a rule reached, None where it was not asked."""

    def result(self, name: str) -> Any:
        """What a rule returned."""

    def facts(self, end: End) -> dict[str, Any]:
        """The facts on which an end rests, None where it was reached without the value."""

    def held(self, e: Expression) -> Any:
        """The value of an expression of a table, None where it is not known."""

    def looked(self, leaf: Expression) -> Frame | None:
        """What a group operation read and asked."""


About = Callable[[str], Told]


def told_step(about: About, rules: Mapping[str, Any], name: str, person: str) -> Step:
    """The step of a rule and all below it; a rule called by several stands below the first."""
    return _step(about, rules, about(person), name, set())


def _step(
    about: About, rules: Mapping[str, Any], me: Told, name: str, seen: set[tuple[str, str]]
) -> Step:
    end, person = me.end(name), me.person
    assert end is not None, "only what was decided is told"
    seen.add((name, person))
    facts = me.facts(end)
    if end.texts is None:
        conditions, calls = _looked_into(me, end, facts)
    else:
        calls = [(one, person) for one in end.calls]
        lines = told_of(end.texts, person).split("\n") if end.texts else ()
        conditions = tuple([ConditionStep(line, True) for line in lines])
    result = me.result(name)
    cite, value = rules[name].cite, plain(result)
    if result.__class__ is Outcome:
        cite, value = (*result.cite, *cite), result.to_json()
    uses = end.uses if not end.cells else _uses(me, end)  # may ask a rule for the cell's key
    steps = []
    for one, who in calls:
        if (one, who) not in seen:
            they = me if who == person else about(who)
            if they.end(one) is not None:
                steps.append(_step(about, rules, they, one, seen))
    return Step(
        name,
        person,
        value,
        facts,
        uses,
        conditions,
        conditions[-1].text if conditions else None,
        cite,
        tuple(steps),
    )


def _uses(me: Told, end: End) -> tuple[Use, ...]:
    found = {use.path: use for use in end.uses}
    for keys, cells in end.cells:
        for use in cells.get(tuple([me.held(key) for key in keys]), ()):
            found[use.path] = use
    return tuple(found.values())


def _looked_into(
    me: Told, end: End, facts: dict[str, Any]
) -> tuple[tuple[ConditionStep, ...], list[tuple[str, str]]]:
    """Conditions of which groups are told member by member, and those within the result."""
    conditions: list[ConditionStep] = []
    for asked in end.conditions:
        if asked.answer is None or asked.condition.op in _LOOKED_INTO:
            conditions += _told(me, asked.condition, asked.answer)
        else:
            conditions.append(_as_held(asked, me.person))
    calls: dict[tuple[str, str], None] = {}
    for leaf in end.order:
        frame = me.looked(leaf) if leaf.op == "group" else None
        if frame is not None:
            facts.update((f.text, f.value if f.known else None) for f in frame.facts.values())
            calls.update(dict.fromkeys(frame.steps))
        elif leaf.op == "variable":
            calls[called(leaf), me.person] = None
    return tuple(conditions), list(calls)


def _told(me: Told, e: Expression, answer: bool | None) -> Iterator[ConditionStep]:
    if e.op == "group" and e.kind == "bool":
        frame = me.looked(e)
        yield from () if frame is None else condition_steps(frame)
    elif e.op in ("and", "or", "not"):
        for part in e.args:
            holds = me.held(part)
            yield from _told(me, part, holds)
            if holds is (e.op == "or"):
                break
    elif answer is None and e.op not in LEAVES:
        holds = me.held(e)
        if holds is not None:
            yield from _told(me, e, holds)
    elif answer is not None:
        yield _as_held(Asked.of(e, answer), me.person)


def _as_held(asked: Asked, person: str) -> ConditionStep:
    words = asked.holding if asked.answer else asked.failing
    return ConditionStep(told_of(words, person), True)
