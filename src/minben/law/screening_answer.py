# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""From a row's facts to its answer: every condition once, then every branch of the tree once.

A branch is two columns: which answers are within reach below it (a bit each), and the result to
which the tree leads when no condition that is still open holds. Branches are computed from the
leaves upward, a layer per height, so that the text grows with the number of branches only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from minben.law.decision_tree import Branch, Leaf, Tree, branches
from minben.law.errors import RuleError
from minben.law.expression import Expression
from minben.law.outcome import OPEN, Outcome
from minben.law.sql_expression import condition_sql, literal, settled_value_sql

if TYPE_CHECKING:
    from minben.law.screening_plan import ScreeningPlan

_MOST_ANSWERS: Final = 62  # bits of one whole number


def asked(plan: ScreeningPlan) -> str:
    """Each condition once, and each amount that is not a plain number."""
    chosen = ["id"]
    chosen += [f"{condition_sql(e, plan.reads)} AS {c}" for c, e in plan.conditions.items()]
    for number, outcome in enumerate(plan.results):
        if _computed(outcome):
            chosen.append(f"{settled_value_sql(outcome.amount, plan.reads)} AS amount_{number}")
    return f"SELECT {', '.join(chosen)} FROM seen"


def reached(plan: ScreeningPlan) -> str:
    """What each branch leads to, the lowest first; the last layer holds the whole tree."""
    if len(plan.outcomes) > _MOST_ANSWERS:
        raise RuleError(f"{plan.variable}: more than {_MOST_ANSWERS} different answers to screen")
    every = list(branches(plan.tree))
    names = {id(branch): str(i) for i, branch in enumerate(every)}
    conditions = {e.text: c for c, e in plan.conditions.items()}
    text = "asked"
    for height in sorted({branch.height for branch in every}):
        chosen = ["*"]
        for branch in every:
            if branch.height == height:
                c, name = conditions[branch.condition.text], names[id(branch)]
                (yes, way_yes), (no, way_no) = (
                    _ends(plan, side, names) for side in (branch.yes, branch.no)
                )
                chosen.append(
                    f"CASE WHEN {c} THEN {yes} WHEN NOT {c} THEN {no} ELSE {yes} | {no} END"
                    f" AS reach_{name}"
                )
                chosen.append(f"CASE WHEN {c} THEN {way_yes} ELSE {way_no} END AS way_{name}")
        source = text if height == 1 else f"(\n{text}) AS level_{height - 1}"
        text = f"SELECT {', '.join(chosen)} FROM {source}"
    reach, way = _ends(plan, plan.tree, names)
    kept = ["id", f"{reach} AS reach", f"{way} AS way"]
    kept += [f"amount_{n}" for n, o in enumerate(plan.results) if _computed(o)]
    source = text if not every else f"(\n{text}) AS whole"
    return f"SELECT {', '.join(kept)} FROM {source}"


def _ends(plan: ScreeningPlan, tree: Tree, names: dict[int, str]) -> tuple[str, str]:
    if isinstance(tree, Branch):
        return f"reach_{names[id(tree)]}", f"way_{names[id(tree)]}"
    assert isinstance(tree, Leaf)
    answers = [o.answer for o in plan.outcomes]
    return str(1 << answers.index(plan.results[tree.result].answer)), str(tree.result)


def answered(plan: ScreeningPlan) -> str:
    """Status, scheme, amount and reason of each row; of an open row the answers within reach."""
    amount = _case(plan, lambda n, o: f"amount_{n}" if _computed(o) else _plain(o.amount))
    unsettled = [n for n, o in enumerate(plan.results) if _computed(o)]
    known = "".join(f" AND NOT (way = {n} AND amount_{n} IS NULL)" for n in unsettled)
    one = f"((reach & (reach - 1)) = 0{known})"
    settled = f"({' OR '.join([one, *(f'({agreed})' for agreed in _agreed(plan))])})"
    numbers = ", ".join(
        f"CASE WHEN (reach & {1 << i}) <> 0 THEN '{i}' END" for i in range(len(plan.outcomes))
    )
    return (
        f"SELECT id, CASE WHEN settled THEN {_case(plan, lambda n, o: literal(o.status))}"
        f" ELSE '{OPEN}' END AS status,\n"
        f"  CASE WHEN settled THEN {_case(plan, lambda n, o: _plain(o.scheme))} END AS scheme,\n"
        f"  CASE WHEN settled THEN {amount} END AS amount,\n"
        f"  CASE WHEN settled THEN {_case(plan, lambda n, o: _plain(o.reason))} END AS reason,\n"
        f"  CASE WHEN NOT settled THEN concat_ws(',', {numbers}) END AS outcomes\n"
        f"FROM (SELECT *, {settled} AS settled FROM reached) AS answered"
    )


def _agreed(plan: ScreeningPlan) -> list[str]:
    """Where several answers are within reach that differ only in how their amounts are computed:
    the amounts are known, and the same.
    """
    amounts = {o.answer: (f"amount_{n}", _computed(o)) for n, o in enumerate(plan.results)}
    alike: dict[tuple[str, object], list[int]] = {}
    for number, outcome in enumerate(plan.outcomes):
        alike.setdefault((str(outcome.status), outcome.scheme), []).append(number)
    found = []
    for numbers in alike.values():
        if len(numbers) < 2 or not any(_computed(plan.outcomes[n]) for n in numbers):
            continue
        others = (1 << len(plan.outcomes)) - 1 - sum(1 << n for n in numbers)
        values, missing = [], []
        for number in numbers:
            column, computed = amounts[plan.outcomes[number].answer]
            value = column if computed else _plain(plan.outcomes[number].amount)
            values.append(f"CASE WHEN (reach & {1 << number}) <> 0 THEN {value} END")
            if computed:
                missing.append(f"((reach & {1 << number}) <> 0 AND {value} IS NULL)")
        listed = ", ".join(values)
        found.append(
            f"(reach & {others}) = 0 AND NOT ({' OR '.join(missing)})"
            f" AND least({listed}) = greatest({listed})"
        )
    return found


def _computed(outcome: Outcome) -> bool:
    return isinstance(outcome.amount, Expression) and not outcome.amount.known


def _plain(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Expression):
        value = value.value
    assert isinstance(value, bool | int | str)
    return literal(value)


def _case(plan: ScreeningPlan, of: Callable[[int, Outcome], str]) -> str:
    texts: dict[str, list[int]] = {}
    for number, outcome in enumerate(plan.results):
        texts.setdefault(of(number, outcome), []).append(number)
    if len(texts) == 1:
        return next(iter(texts))
    rows = " ".join(
        f"WHEN way IN ({', '.join(map(str, numbers))}) THEN {text}"
        for text, numbers in texts.items()
    )
    return f"CASE {rows} END"
