"""One rule's paths as a tree for deciding persons: where to go, and what to tell afterwards.

Unlike the reduced tree of a table, every path keeps its own end: the conditions that were asked on
it (also those the path implied), the facts and numbers of the law it rests on, the rules it calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from minben.law.errors import RuleError
from minben.law.explorer import Path
from minben.law.expression import LEAVES, Expression, leaves, lifted, parts
from minben.law.outcome import Outcome
from minben.law.parameters import Use
from minben.law.writing import written_opposite

PERSON: Final = "\0"  # stands for the person in texts that are written once
READ: Final = frozenset({"fact", "days", "started"})
_KNOWN_LEAVES: Final = READ | {"group", "variable"}

Keys = tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """已問條件 A condition on a path, with the path's answer (None: asked to compute the result).

    `holding` and `failing` are its words when it holds and when not, with `PERSON`.
    """

    condition: Expression
    answer: bool | None
    holding: str
    failing: str

    @classmethod
    def of(cls, condition: Expression, answer: bool | None) -> Asked:
        """The condition with its words."""
        marked = _marked(condition)
        return cls(condition, answer, marked.text, written_opposite(marked))


@dataclass(frozen=True, eq=False)
class End:
    """終點 The end of one path of a rule, and what a trace tells of it.

    `conditions` as they were asked. `texts` are the same as they held, with `PERSON` for the
    person; None where some must be looked into: groups, `&` and `|`, conditions within the
    result. `calls` are the rules it calls; `order` has them and the groups in the order of asking.
    `uses` are the numbers of the law read on the path; `cells` those of tables: per keys, what is
    read under which values of them.
    """

    number: int
    result: Any
    conditions: tuple[Asked, ...]
    texts: str | None
    facts: tuple[str, ...]
    order: tuple[Expression, ...]
    calls: tuple[str, ...]
    uses: tuple[Use, ...]
    cells: tuple[tuple[Keys, dict[tuple[Any, ...], tuple[Use, ...]]], ...]


@dataclass(frozen=True, eq=False)
class Ask:
    """提問 A condition, and where its answer leads."""

    condition: Expression
    yes: Node
    no: Node


Node = Ask | End


@dataclass(frozen=True, eq=False)
class RuleTree:
    """規則樹 A rule's paths from the root, its ends by number, and every leaf it reads."""

    variable: Any
    root: Node
    ends: tuple[End, ...]
    leaves: dict[str, Expression]

    @classmethod
    def of(cls, variable: Any, paths: Sequence[Path]) -> RuleTree:
        """The tree of a rule's paths, explored alone with their frames.

        RuleError when the rule reads something that only the rule itself can ask.
        """
        ends = tuple(_end(number, path) for number, path in enumerate(paths))
        found: dict[str, Expression] = {}
        for end in ends:
            asked = (a.condition for a in end.conditions)
            keys = (key for keys, _ in end.cells for key in keys)
            for e in (*asked, *keys, *parts_of(end.result)):
                found.update(leaves(e))
        for leaf in found.values():
            if leaf.op not in _KNOWN_LEAVES or "@" in leaf.text:  # of another period
                raise RuleError(f"{variable.name}: {leaf!r} is read by the rule itself only")
        return cls(variable, _built(paths, ends, 0), ends, found)


def parts_of(result: Any) -> Iterator[Expression]:
    """The expressions of a result; of an outcome, part by part."""
    if isinstance(result, Outcome):
        for part in (result.status, result.scheme, result.amount, result.reason):
            if part is not None:
                yield lifted(part)
    else:
        yield lifted(result)


def called(leaf: Expression) -> str:
    """The rule that a leaf names: `subsidy` of `subsidy.status`."""
    return str(leaf.args[0]).partition(".")[0]


def told_of(text: str, person: str) -> str:
    """Such a text about a person."""
    return text.replace(PERSON, person) if person else text.replace(f"{PERSON}.", "")


def _built(paths: Sequence[Path], ends: Sequence[End], depth: int) -> Node:
    if len(paths) == 1 and len(paths[0].conditions) == depth:
        return ends[0]
    cut = next(
        (i for i, p in enumerate(paths) if not p.conditions[depth][1]), len(paths)
    )  # the paths on which it holds come first
    condition = paths[0].conditions[depth][0]
    yes, no = paths[:cut], paths[cut:]
    return Ask(condition, _built(yes, ends[:cut], depth + 1), _built(no, ends[cut:], depth + 1))


def _end(number: int, path: Path) -> End:
    frame = path.frame
    conditions = [Asked.of(*one) for one in frame.conditions]
    within = (e for e in parts_of(path.result) if e.kind == "bool" and not e.known)
    conditions += [Asked.of(e, None) for e in within]
    cells: dict[str, tuple[Keys, dict[tuple[Any, ...], tuple[Use, ...]]]] = {}
    for guard, use in frame.cells:
        keys = tuple(key for key, _ in guard)
        _, under = cells.setdefault(", ".join(key.text for key in keys), (keys, {}))
        values = tuple(value for _, value in guard)
        under[values] = (*under.get(values, ()), use)
    read: dict[str, Expression] = {}
    keyed = chain(*(keys for keys, _ in cells.values()))
    for e in (*(a.condition for a in conditions), *keyed, *parts_of(path.result)):
        read.update(leaves(e))
    simple = not any(e.op == "group" for e in read.values()) and not any(
        a.answer is None or a.condition.op in ("and", "or", "not") for a in conditions
    )
    return End(
        number,
        path.result,
        tuple(conditions),
        "\n".join(a.holding if a.answer else a.failing for a in conditions) if simple else None,
        tuple(text for text, e in read.items() if e.op in READ),
        tuple(e for e in read.values() if e.op in ("group", "variable")),
        tuple(dict.fromkeys(called(e) for e in read.values() if e.op == "variable")),
        tuple(frame.parameters.values()),
        tuple(cells.values()),
    )


def _marked(e: Expression) -> Expression:
    """The same expression about `PERSON`."""
    op, args = e.op, e.args
    if op == "variable":
        return Expression(op, (args[0], PERSON), e.kind)
    if op in LEAVES:
        return Expression(op, (PERSON, *args[1:]), e.kind)
    if op == "named":
        return Expression(op, (f"{PERSON}.{args[0]}", args[1]), e.kind)
    if op == "pick":
        rows = tuple((k, _marked(v) if isinstance(v, Expression) else v) for k, v in args[1])
        return Expression(op, (_marked(args[0]), rows), e.kind)
    if not any(True for _ in parts(e)):
        return e
    marked = tuple(_marked(a) if isinstance(a, Expression) else a for a in args)
    return Expression(op, marked, e.kind, e.value)
