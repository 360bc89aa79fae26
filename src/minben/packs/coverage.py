"""Which path of each rule an example takes: its conditions, worked out on the example's facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from minben.base.month import Month
from minben.law.case import Case
from minben.law.domain import compare
from minben.law.expression import COMPARE_SIGNS, LEAVES, Expression, calculate, lifted
from minben.law.outcome import Outcome
from minben.packs.model import Pack


def taken(pack: Pack, month: Month) -> set[tuple[str, int]]:
    """(rule, number of its path) for every path that an example of this month takes.

    A rule counts only where the answer of the example rests on it: where its trace names it.
    """
    found = set()
    rules = pack.rules(month)
    for example in pack.examples:
        if example.month != month:
            continue
        subject = example.situation.subject
        finding = rules.decide(example.situation, subject=subject, variable=pack.manifest.decides)
        if finding.is_open:
            continue
        case = Case(rules.vocabulary, example.situation, month, rules.p)
        for name in _reached(finding.trace, subject):
            for number, path in enumerate(rules.paths_alone(name)):
                if all(value_of(c, case, pack, subject) is yes for c, yes in path.conditions):
                    found.add((name, number))
    return found


def _reached(step: Any, subject: str) -> set[str]:
    names = {step.variable} if step.person == subject else set()
    for below in step.steps:
        names |= _reached(below, subject)
    return names


def value_of(e: Any, case: Case, pack: Pack, subject: str) -> Any:
    """The value of an expression of a decision table, for one person of a case."""
    e = lifted(e)
    args = e.args
    if e.op == "constant":
        return args[0]
    if e.op in LEAVES:
        return _leaf(e, case, pack, subject)

    def of(part: Any) -> Any:
        return value_of(part, case, pack, subject)

    if e.op in COMPARE_SIGNS:
        return compare(e.op, of(args[0]), of(args[1]))
    if e.op in COMPOSED:
        return COMPOSED[e.op](args, of)
    return calculate(e.op, of(args[0]), of(args[1]))


COMPOSED: Final[dict[str, Callable[[Any, Callable[[Any], Any]], Any]]] = {
    "named": lambda args, of: of(args[1]),
    "not": lambda args, of: not of(args[0]),
    "and": lambda args, of: all(of(a) for a in args),
    "or": lambda args, of: any(of(a) for a in args),
    "where": lambda args, of: of(args[1] if of(args[0]) else args[2]),
    "pick": lambda args, of: of(dict(args[1])[of(args[0])]),
    "month": lambda args, of: Month.of(of(args[0])).index,
    "between": lambda args, of: (of(args[0]) - of(args[1])).days,
    "shift": lambda args, of: of(args[0]) + timedelta(days=of(args[1])),
}


def _leaf(e: Expression, case: Case, pack: Pack, subject: str) -> Any:
    args = e.args
    found: Any
    if e.op == "fact":
        found = case.fact(subject, args[1])
    elif e.op == "days":
        found = case.derived(subject, "days", args[1], args[2])
    elif e.op == "started":
        found = case.derived(subject, "started", args[1], None)
    elif e.op == "group":
        found = case.group(args[1], subject)
    else:
        name, _, part = args[0].partition(".")
        found = case.call(pack.book.variables[name], subject, case.month)
        if isinstance(found, Outcome):
            found = getattr(found, part)
    return lifted(found).value
