"""Which facts a rule can read at all, of whom: taken from its own paths and those it calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minben.law.entity import GroupUse
from minben.law.expression import Expression, leaves, lifted
from minben.law.outcome import Outcome
from minben.law.periods import read_period, without_period
from minben.law.variable import Variable
from minben.law.vocabulary import One, Parents, Siblings

if TYPE_CHECKING:
    from minben.law.rulebook import Rules

SUBJECT = ""
MANY = "*"  # the persons of a group that is not the parents


def facts_read(rules: Rules, variable: str) -> dict[str, tuple[str, ...]]:
    """Facts of the subject (""), of each parent ("mother"), and of the persons in groups ("*")."""
    found: dict[str, dict[str, None]] = {SUBJECT: {}}
    _follow(rules, variable, SUBJECT, found, set())
    return {person: tuple(facts) for person, facts in found.items()}


def _follow(
    rules: Rules, name: str, person: str, found: dict[str, dict[str, None]], seen: set[Any]
) -> None:
    name, period = without_period(name)
    name = name.partition(".")[0]
    if period is not None:
        rules = rules.book.at(period)
    if (name, person, rules.month) in seen:
        return
    seen.add((name, person, rules.month))
    own = found.setdefault(person, {})
    for leaf in _leaves(rules, name):
        if leaf.op == "variable":
            _follow(rules, str(leaf.args[0]), person, found, seen)
        elif leaf.op == "group":
            _group(rules, leaf.args[1], person, found, seen)
        else:
            own[without_period(str(leaf.args[1]))[0]] = None


def _group(
    rules: Rules,
    use: GroupUse,
    person: str,
    found: dict[str, dict[str, None]],
    seen: set[Any],
) -> None:
    relation = rules.vocabulary.relations[use.relation]
    if use.period:
        rules = rules.book.at(read_period(use.period))
    if isinstance(relation, Parents):
        found[person].update(dict.fromkeys(relation.via))
        members = relation.via if person == SUBJECT else (MANY,)
    else:
        if isinstance(relation, Siblings | One):
            found[person][relation.via] = None
        members = (MANY,)
    for member in members:
        for what in (*use.by, use.what, use.among):
            if isinstance(what, Variable):
                _follow(rules, what.name, member, found, seen)
            elif what is not None:
                found.setdefault(member, {})[what] = None


def _parts(result: Any) -> list[Expression]:
    values = [result]
    if isinstance(result, Outcome):
        values = [result.status, result.amount, result.scheme, result.reason]
    return [lifted(v) for v in values if v is not None]


def _leaves(rules: Rules, name: str) -> Iterator[Expression]:
    seen: set[str] = set()
    for path in rules.paths_alone(name):
        for e in (*(c for c, _ in path.conditions), *_parts(path.result)):
            for text, leaf in leaves(e).items():
                if text not in seen:
                    seen.add(text)
                    yield leaf
