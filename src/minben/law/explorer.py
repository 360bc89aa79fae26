"""Path-enumerating tracing: run a rule once per prefix of answers, until every path was taken.

A `Run` answers the `if`s of one pass and remembers what each answer says about the expression
asked, so that repeated and contradictory conditions do not fork.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from minben.law.bounds import BOUNDED, bounds
from minben.law.domain import MIRRORED, OPPOSITE, Domain, Value
from minben.law.errors import RuleError, TooManyPaths
from minben.law.expression import (
    RUN,
    UNKNOWN,
    Expression,
    Unknown,
    comparison,
    lifted,
    negation,
)
from minben.law.months import first_day_of, moved
from minben.law.outcome import Outcome
from minben.law.writing import COMPARE_SIGNS

MOST_PATHS: Final = 4_096
MANY_PATHS: Final = 64
MOST_CONDITIONS: Final = 400

_YES_OR_NO: Final = Domain((True, False))
_ANYTHING: Final = Domain()

Condition = tuple[Expression, bool]
FactOf = Callable[[str, str], Expression]
World = tuple[tuple[str, str, Value], ...]


@dataclass(frozen=True)
class Path:
    """路徑 One way through a rule: the conditions in order, and what came out.

    `frame` is what was read on the way; of many paths it is kept of the last one only, unless
    `explore` is told to keep it.
    """

    conditions: tuple[Condition, ...]
    result: Any
    domains: dict[str, Domain]
    frame: Any = None

    @property
    def when(self) -> str:
        """The conditions in words, "always" when there are none."""
        return described(self.conditions)


class Run:
    """One pass through a rule."""

    def __init__(
        self,
        *,
        prefix: tuple[bool, ...] = (),
        expected: tuple[str, ...] = (),
        exact: bool = False,
        impossible: tuple[World, ...] = (),
        fact_of: FactOf | None = None,
    ) -> None:
        self.prefix, self.expected, self.exact = prefix, expected, exact
        self.impossible, self.fact_of = impossible, fact_of
        self.taken: list[Condition] = []
        self.domains: dict[str, Domain] = {}
        self.asked: dict[str, Expression] = {}
        self.within: list[tuple[Expression, Value]] = []
        self.frame: Any = None

    def ask(self, condition: Expression) -> bool:
        """Answer a condition whose facts are not known: implied, prescribed, or the first way."""
        if self.exact:
            split = self._apart(condition)
            if split is not None:
                return split
        place = len(self.taken)
        again = place < len(self.prefix) and self.expected[place] == condition.text
        answer = None if again else self.implied(condition)
        if answer is None:
            answer = self._choose(condition)
        if self.frame is not None:
            self.frame.conditions.append((condition, answer))
        return answer

    def _apart(self, e: Expression) -> bool | None:
        """Ask compound conditions fact by fact, and `==` on numbers as two bounds."""
        if e.op == "not":
            return not e.args[0]
        if e.op == "and":
            return bool(e.args[0]) and bool(e.args[1])
        if e.op == "or":
            return bool(e.args[0]) or bool(e.args[1])
        if e.op == "where":
            return bool(e.args[1] if e.args[0] else e.args[2])
        if e.op in ("eq", "ne"):
            left, right = e.args
            if left.kind == "bool":
                return (bool(left) is bool(right)) is (e.op == "eq")
            if left.kind in ("int", "date") and self.implied(e) is None:
                equal = bool(comparison("ge", left, right)) and bool(comparison("le", left, right))
                return equal is (e.op == "eq")
        return None

    def _choose(self, condition: Expression) -> bool:
        place = len(self.taken)
        if place < len(self.expected) and self.expected[place] != condition.text:
            raise RuleError(
                f"not repeatable: asked {condition!r} where the last run asked"
                f" {self.expected[place]}; a rule must not change anything outside itself"
            )
        if place >= MOST_CONDITIONS:
            raise RuleError(
                f"more than {MOST_CONDITIONS} conditions on one path: an endless loop?"
            )
        answer = self.prefix[place] if place < len(self.prefix) else True
        self.taken.append((condition, answer))
        self.learn(condition, answer)
        return answer

    # what a path already knows ------------------------------------------------------------------
    def domain(self, e: Expression) -> Domain:
        """What an expression can still be on this path."""
        if e.value is not UNKNOWN:
            return Domain.only(e.value)  # type: ignore[arg-type]
        known = self.domains.get(e.text)
        if known is not None:
            return known
        if e.op == "named":
            return self.domain(e.args[1])
        if e.op in BOUNDED and e.kind == "int":
            low, high = bounds(e, self.domain)
            return Domain(None, low, high)
        if e.kind == "bool":
            return _YES_OR_NO
        return e.domain or _ANYTHING

    def implied(self, e: Expression) -> bool | None:
        """The answer that the path so far leaves possible, None when both are."""
        if not isinstance(e.value, Unknown):
            return bool(e.value)
        if e.op in ("and", "or"):
            settles = e.op == "or"
            left, right = self.implied(e.args[0]), self.implied(e.args[1])
            if left is settles or right is settles:
                return settles
            if left is not None and right is not None:
                return not settles
        x, op, bound = bounded(e, yes=True)
        domain = self.domain(x)
        if domain.keep(op, bound).empty:
            return False
        if domain.keep(OPPOSITE[op], bound).empty:
            return True
        return self._implied_by_worlds(x, op, bound)

    def learn(self, e: Expression, answer: bool) -> None:
        """Remember what an answer says about the expression asked."""
        x, op, bound = bounded(e, yes=answer)
        self.domains[x.text] = self.domain(x).keep(op, bound)
        self.asked[x.text] = x
        if x.op in ("and", "or"):
            value = bound if op == "eq" else not bound
            if value is (x.op == "and"):
                for part in x.args:
                    self.learn(part, x.op == "and")

    def _implied_by_worlds(self, x: Expression, op: str, bound: Value) -> bool | None:
        if x.op != "fact" or self.fact_of is None or not self.impossible:
            return None
        person, fact = x.args
        here = self.domain(x)
        for way in (True, False):
            left = here.keep(op if way else OPPOSITE[op], bound)
            for world in self.impossible:
                if any(name == fact for name, _, _ in world) and self._holds(
                    world, person, fact, left
                ):
                    return not way
        return None

    def _holds(self, world: World, person: str, fact: str, left: Domain) -> bool:
        assert self.fact_of is not None
        for name, op, value in world:
            domain = left if name == fact else self.domain(self.fact_of(person, name))
            if not domain.keep(OPPOSITE[op], value).empty:
                return False
        return True


def bounded(e: Expression, *, yes: bool) -> tuple[Expression, str, Value]:
    """A condition as (expression, operator, constant), integer offsets moved to the constant.

    A condition that cannot be written so is taken as a whole: (condition, "eq", yes).
    """
    while e.op == "not":
        e, yes = e.args[0], not yes
    if e.op not in COMPARE_SIGNS:
        return e, "eq", yes
    x, right = e.args
    op = e.op if yes else OPPOSITE[e.op]
    if isinstance(right.value, Unknown):
        return e, "eq", yes
    bound = right.value
    while True:
        moved = _moved(x, op, bound)
        if moved is None:
            return x, op, bound
        x, op, bound = moved


def _moved(x: Expression, op: str, c: Any) -> tuple[Expression, str, Any] | None:
    """The same condition about the one unknown part of x; None when x is that part."""
    if x.op == "named":
        return x.args[1], op, c
    if x.op == "shift":
        return x.args[0], op, moved(c, -x.args[1].value)
    if x.op == "month" and op in ("lt", "le", "gt", "ge"):
        later = op in ("le", "gt")
        return x.args[0], "lt" if op in ("lt", "le") else "ge", first_day_of(c + later)
    if x.op not in ("add", "sub", "between") or x.args[0].known == x.args[1].known:
        return None
    left, right = x.args
    if x.op == "between":
        if right.known:
            return left, op, moved(right.value, c)
        return right, MIRRORED[op], moved(left.value, -c)
    if x.op == "add":
        return (left, op, c - right.value) if right.known else (right, op, c - left.value)
    return (left, op, c + right.value) if right.known else (right, MIRRORED[op], left.value - c)


def described(conditions: tuple[Condition, ...] | list[Condition]) -> str:
    """Conditions in words."""
    return " and ".join(c.text if yes else negation(c).text for c, yes in conditions) or "always"


@contextmanager
def answering(run: Any) -> Any:
    """Let this run answer every `if` within."""
    token = RUN.set(run)
    try:
        yield run
    finally:
        RUN.reset(token)


def explore(
    rule: Callable[[Run], Any],
    *,
    name: str,
    exact: bool = False,
    limit: int = MOST_PATHS,
    impossible: tuple[World, ...] = (),
    fact_of: FactOf | None = None,
    frames: bool = False,
) -> list[Path]:
    """Every feasible path through a rule, in order: a condition holds before it does not.

    RuleError when there are more than `limit` paths, when a path ends without an answer or in an
    exception, or when the rule does not repeat itself.
    """
    todo: list[tuple[tuple[bool, ...], tuple[str, ...]]] = [((), ())]
    paths: list[Path] = []
    frame: Any = None
    texts: tuple[str, ...]
    while todo:
        prefix, expected = todo.pop()
        run = Run(
            prefix=prefix, expected=expected, exact=exact, impossible=impossible, fact_of=fact_of
        )
        token = RUN.set(run)
        try:
            result = _one_pass(rule, run, name)
        finally:
            RUN.reset(token)
        if not prefix and not run.taken:
            return [Path((), result, run.domains, run.frame)]
        if len(run.taken) < len(prefix):
            raise RuleError(
                f"{name}: not repeatable: a rule must not change anything outside itself"
            )
        paths.append(Path(tuple(run.taken), result, run.domains, run.frame if frames else None))
        frame = run.frame
        if len(paths) > limit:
            raise TooManyPaths(
                f"{name}: more than {limit} paths; {what_to_split(paths)}: give a part of it its"
                " own variable, or write adjustments with where(), most(), least(), & and |"
            )
        texts = tuple(e.text for e, _ in run.taken)
        for i in range(len(prefix), len(run.taken)):
            if run.taken[i][1]:
                way = (*(yes for _, yes in run.taken[:i]), False)
                todo.append((way, texts[: i + 1]))
    paths[-1] = replace(paths[-1], frame=frame)
    return paths


def _one_pass(rule: Callable[[Run], Any], run: Run, name: str) -> Any:
    try:
        result = rule(run)
        if result is None:
            raise RuleError(f"{name}: no return when {described(run.taken)}")
        return settled(run, result)
    except RuleError as error:
        words = str(error.args[0])
        if not words.startswith(f"{name}: "):
            error.args = (f"{name}: {words}",)
        raise
    except RecursionError:
        raise RuleError(
            f"{name}: it goes back without end: give it a first month, as in"
            " `if month < p.begins: return 0`"
        ) from None
    except Exception as error:
        raise RuleError(
            f"{name}: {type(error).__name__}: {error} when {described(run.taken)}"
        ) from error


def settled(run: Run, result: Any) -> Any:
    """A result with what the path implies: a yes/no or number that only one value is left for."""
    if isinstance(result, Outcome):
        if result.amount is None:
            return result
        amount = settled(run, result.amount)
        return Outcome(result.status, amount, result.scheme, result.reason, result.cite)
    e = lifted(result)
    if e.known:
        return e
    if e.kind == "bool":
        if run.exact:
            return lifted(bool(e))
        answer = run.implied(e)
        return e if answer is None else lifted(answer)
    domain = run.domain(e)
    single = domain.single
    if single is not None and e.kind != "date":
        return lifted(single)
    if domain.values is None and domain.low == -float("inf"):
        return e
    return Expression(e.op, e.args, e.kind, domain=domain)


def what_to_split(paths: list[Path]) -> str:
    """The conditions asked on most paths: where to cut a rule that is too wide."""
    counts: dict[str, int] = {}
    for path in paths:
        for text in {e.text for e, _ in path.conditions}:
            counts[text] = counts.get(text, 0) + 1
    often = sorted(counts, key=lambda text: (-counts[text], text))[:3]
    return "most conditions asked: " + "; ".join(often)
