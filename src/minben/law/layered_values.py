"""Expressions and decision trees as plain SQL over columns, where NULL means: not known.

A column that is known of everybody spares the text (and the time) for NULL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minben.law.bounds import domain_of, is_narrow
from minben.law.decision_tree import Branch, Leaf, Tree
from minben.law.expression import LEAVES, Expression, Unknown, lifted, parts
from minben.law.sql_expression import SIGNS, arithmetic_sql, literal


class Values:
    """欄位運算 Prints expressions; `column` names a leaf, `open` says whether it can be NULL."""

    def __init__(
        self, column: Callable[[Expression], str], open_: Callable[[Expression], bool]
    ) -> None:
        self._column, self._open = column, open_

    def may_be_null(self, e: Expression) -> bool:
        """Whether the text can be NULL."""
        if not isinstance(e.value, Unknown):
            return False
        if e.op in LEAVES:
            return self._open(e)
        return any(self.may_be_null(part) for part in parts(e))

    def sql(self, e: Expression) -> str:
        """The value of an expression."""
        op, args = e.op, e.args
        if not isinstance(e.value, Unknown):
            return literal(e.value)
        if op in LEAVES:
            return self._column(e)
        if op == "named":
            return self.sql(args[1])
        if op in SIGNS:
            return f"({self.sql(args[0])} {SIGNS[op]} {self.sql(args[1])})"
        if op in ("and", "or"):
            return "(" + f" {op.upper()} ".join(map(self.sql, args)) + ")"
        if op == "not":
            return f"(NOT {self.sql(args[0])})"
        return self._number(e)

    def _number(self, e: Expression) -> str:
        op, args = e.op, e.args
        if op == "where":
            return self.case(args[0], self.sql(args[1]), self.sql(args[2]))
        if op == "pick":
            rows = " ".join(f"WHEN {literal(k)} THEN {self.sql(lifted(v))}" for k, v in args[1])
            return f"CASE {self.sql(args[0])} {rows} END"
        if op == "month":
            day = self.sql(args[0])
            return f"(year({day}) * 12 + month({day}) - 1)"
        if op in ("max", "min"):
            return self._extreme(op, args)
        left, right = self.sql(args[0]), self.sql(args[1])
        if op in ("mod", "floordiv") and domain_of(args[0]).bounds[0] >= 0:
            return f"({left} {'%' if op == 'mod' else '//'} {right})"  # no sign to mind
        if op in ("add", "sub", "mul") and not is_narrow(domain_of(e)):
            left = f"CAST({left} AS BIGINT)"  # so that 32 bits cannot overflow
        return arithmetic_sql(op, left, right)

    def _extreme(self, op: str, args: tuple[Expression, ...]) -> str:
        """`greatest` and `least` pass over NULL: what is not known must not be passed over."""
        texts = [self.sql(a) for a in args]
        text = f"{'greatest' if op == 'max' else 'least'}({', '.join(texts)})"
        tests = [
            f"({t}) IS NOT NULL" for a, t in zip(args, texts, strict=True) if self.may_be_null(a)
        ]
        return f"CASE WHEN {' AND '.join(tests)} THEN {text} END" if tests else text

    def case(self, condition: Expression, yes: str, no: str) -> str:
        """One of two texts, NULL where the condition is not known."""
        c = self.sql(condition)
        if yes == no and not self.may_be_null(condition):
            return yes
        otherwise = f"WHEN NOT {c} THEN {no}" if self.may_be_null(condition) else f"ELSE {no}"
        return f"CASE WHEN {c} THEN {yes} {otherwise} END"

    def tree(self, tree: Tree, ends: list[Any]) -> str:
        """A decision tree: guards in a row, `and` and `or` put back."""
        if isinstance(tree, Leaf):
            return self._end(ends[tree.result])
        arms = ""
        while isinstance(tree, Branch):
            condition, yes, no = joined(tree)
            c = self.sql(condition)
            arms += f" WHEN {c} THEN {self.tree(yes, ends)}"
            if self.may_be_null(condition):
                arms += f" WHEN ({c}) IS NULL THEN NULL"
            tree = no
        assert isinstance(tree, Leaf)
        return f"CASE{arms} ELSE {self._end(ends[tree.result])} END"

    def _end(self, value: Any) -> str:
        return "NULL" if value is None else self.sql(lifted(value))


def joined(branch: Branch) -> tuple[Expression, Tree, Tree]:
    """A branch with those right below it that lead to the same: `a or b`, `a and b`."""
    condition, yes, no = branch.condition, branch.yes, branch.no
    while True:
        if isinstance(no, Branch) and no.yes is yes:
            condition, no = _both("or", condition, no.condition), no.no
        elif isinstance(yes, Branch) and yes.no is no:
            condition, yes = _both("and", condition, yes.condition), yes.yes
        else:
            return condition, yes, no


def _both(op: str, a: Expression, b: Expression) -> Expression:
    return Expression(op, (a, b), "bool")
