"""Which path of each rule an example takes: its conditions, worked out on the example's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from minben.base.month import Month
from minben.law.case import Case
from minben.law.domain import OPPOSITE, compare
from minben.law.errors import RuleError
from minben.law.explorer import Path
from minben.law.expression import LEAVES, Expression, Unknown, calculate, leaves, lifted
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
                if _holds(path, case, pack, subject):
                    found.add((name, number))
    return found


def reached(pack: Pack, month: Month) -> list[str]:
    """The rules that the deciding rule can reach in a month, in the order of the book."""
    rules = pack.rules(month)
    found: set[str] = set()
    todo = [pack.manifest.decides]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for path in rules.paths_alone(name):
            if feasible(pack, month, path):
                for e in expressions(path):
                    todo += [
                        leaf.args[0].partition(".")[0]
                        for leaf in leaves(e).values()
                        if leaf.op == "variable"
                    ]
    return [name for name in pack.book.variables if name in found]


def feasible(pack: Pack, month: Month, path: Path) -> bool:
    """Whether no condition asks a rule for an answer that it never gives in the month."""
    for condition, yes in path.conditions:
        if condition.op == "variable" and "." not in condition.args[0]:
            results = [p.result for p in pack.rules(month).paths_alone(condition.args[0])]
            if all(isinstance(r, Expression) and r.value is (not yes) for r in results):
                return False
    return True


def expressions(path: Path) -> Iterator[Expression]:
    """The conditions and the result of a path."""
    for condition, _ in path.conditions:
        yield condition
    result = path.result
    parts: tuple[object, ...] = (result,)
    if isinstance(result, Outcome):
        parts = (result.status, result.amount, result.scheme, result.reason)
    for part in parts:
        if isinstance(part, Expression):
            yield part


def _reached(step: Any, subject: str) -> set[str]:
    names = {step.variable} if step.person == subject else set()
    for below in step.steps:
        names |= _reached(below, subject)
    return names


class NotKnownError(Exception):
    """The example leaves a fact out, so that it does not show this path."""


def _holds(path: Path, case: Case, pack: Pack, subject: str) -> bool:
    try:
        return all(value_of(c, case, pack, subject) is yes for c, yes in path.conditions)
    except (NotKnownError, RuleError):  # a rule that rests on the fact left out cannot run
        return False


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

    if e.op in OPPOSITE:
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
    value = lifted(found).value
    if isinstance(value, Unknown):
        raise NotKnownError(e.text)
    return value
