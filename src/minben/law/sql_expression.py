"""Expressions as plain SQL text, in which NULL means: not known.

SQL's three-valued `AND`, `OR`, `NOT` are then exactly what the explorer does with unknown facts.
Whole numbers that are known only within bounds (a place among siblings) are printed by their
lowest and highest value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from minben.law.domain import INFINITY, Value
from minben.law.errors import RuleError
from minben.law.explorer import bounded
from minben.law.expression import LEAVES, Expression, Unknown, leaves, lifted, parts

SIGNS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "<>"}
Column = Callable[[Expression], str]


def literal(value: Value) -> str:
    """A constant in SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)


def condition_sql(e: Expression, column: Column) -> str:
    """A yes/no expression: true, false, or NULL where it rests on something unknown."""
    x, op, bound = bounded(e, yes=True)
    if x.kind == "bool":
        said = _said(x, column)
        return said if bound is (op == "eq") else f"(NOT {said})"
    if x.kind == "date" and isinstance(bound, int) and not isinstance(bound, bool):
        bound = date.fromordinal(bound)
    if _has_bounds(x):
        return _by_bounds(x, op, bound, column)
    return f"({value_sql(x, column)} {SIGNS[op]} {literal(bound)})"


def _said(x: Expression, column: Column) -> str:
    if x.op in ("and", "or"):
        return "(" + f" {x.op.upper()} ".join(condition_sql(a, column) for a in x.args) + ")"
    if x.op in SIGNS:  # both sides rest on facts
        left, right = x.args
        return f"({value_sql(left, column)} {SIGNS[x.op]} {value_sql(right, column)})"
    return value_sql(x, column)


def value_sql(e: Expression, column: Column) -> str:
    """A value, NULL when a fact that it rests on is not known."""
    op, args = e.op, e.args
    if not isinstance(e.value, Unknown):
        return literal(e.value)
    if op in LEAVES:
        return column(e)
    if op == "named":
        return value_sql(args[1], column)
    if op in SIGNS or op in ("and", "or", "not"):
        return condition_sql(e, column)
    if op == "where":
        c = condition_sql(args[0], column)
        return (
            f"CASE WHEN {c} THEN {value_sql(args[1], column)}"
            f" WHEN NOT {c} THEN {value_sql(args[2], column)} END"
        )
    if op == "pick":
        rows = " ".join(
            f"WHEN {literal(k)} THEN {value_sql(lifted(v), column)}" for k, v in args[1]
        )
        return f"CASE {value_sql(args[0], column)} {rows} END"
    if op == "month":
        day = value_sql(args[0], column)
        return f"(year({day}) * 12 + month({day}) - 1)"
    return arithmetic_sql(op, value_sql(args[0], column), value_sql(args[1], column))


def arithmetic_sql(op: str, a: str, b: str) -> str:
    """+ - * // % and days, with Python's sign and no rounding; max and min know NULL."""
    if op in ("add", "shift"):
        return f"({a} + {b})"
    if op == "sub":
        return f"({a} - {b})"
    if op == "between":
        return f"date_diff('day', {b}, {a})"
    if op == "mul":
        return f"({a} * {b})"
    remainder = f"((({a} % {b}) + {b}) % {b})"  # Python's sign, not SQL's
    if op == "mod":
        return remainder
    if op == "floordiv":
        return f"(({a} - {remainder}) // {b})"  # exact, so no engine's rounding matters
    if op == "max":
        return f"(CASE WHEN {a} >= {b} THEN {a} WHEN {a} < {b} THEN {b} END)"
    if op == "min":
        return f"(CASE WHEN {a} <= {b} THEN {a} WHEN {a} > {b} THEN {b} END)"
    raise RuleError(f"no SQL for {op}")


def _has_bounds(x: Expression) -> bool:
    """Whether it is put together so that its bounds say more than its value."""
    if x.op in ("max", "min"):
        return True
    if x.op == "group":
        return str(x.args[1].kind) == "int"
    return any(_has_bounds(part) for part in parts(x))


def _by_bounds(x: Expression, op: str, bound: Value, column: Column) -> str:
    low, high, c = low_sql(x, column), high_sql(x, column), literal(bound)
    if op == "ge":
        return f"(CASE WHEN {low} >= {c} THEN true WHEN {high} < {c} THEN false END)"
    if op == "gt":
        return f"(CASE WHEN {low} > {c} THEN true WHEN {high} <= {c} THEN false END)"
    if op == "le":
        return f"(CASE WHEN {high} <= {c} THEN true WHEN {low} > {c} THEN false END)"
    if op == "lt":
        return f"(CASE WHEN {high} < {c} THEN true WHEN {low} >= {c} THEN false END)"
    is_it = f"(CASE WHEN {low} = {c} AND {high} = {c} THEN true"
    is_it += f" WHEN {low} > {c} OR {high} < {c} THEN false END)"
    return is_it if op == "eq" else f"(NOT {is_it})"


def low_sql(x: Expression, column: Column) -> str:
    """The lowest value it can have, NULL when there is none."""
    return _end(x, column, "low")


def high_sql(x: Expression, column: Column) -> str:
    """The highest value it can have, NULL when there is none."""
    return _end(x, column, "high")


def _end(x: Expression, column: Column, end: str) -> str:
    if not isinstance(x.value, Unknown):
        return literal(x.value)
    if x.op == "named":
        return _end(x.args[1], column, end)
    if x.op == "group" and x.args[1].kind == "int":
        return f"{column(x)}_{end}"
    if x.op in ("max", "min", "add", "sub"):
        a = _end(x.args[0], column, end)
        other = {"low": "high", "high": "low"}[end] if x.op == "sub" else end
        b = _end(x.args[1], column, other)
        if x.op in ("add", "sub"):
            return f"({a} {'+' if x.op == 'add' else '-'} {b})"
        function = "greatest" if x.op == "max" else "least"
        if (x.op == "max") == (end == "low"):  # an unbounded part does not matter
            return f"{function}({a}, {b})"
        return f"(CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {function}({a}, {b}) END)"
    text = value_sql(x, column)
    if x.op == "fact" and x.domain is not None:
        bound = x.domain.low if end == "low" else x.domain.high
        if abs(bound) != INFINITY:
            return f"coalesce({text}, {bound})"
    return text


def settled_value_sql(e: Expression, column: Column) -> str:
    """An amount: NULL unless it is known, also where a part is known only within bounds."""
    if not any(_has_bounds(leaf) for leaf in leaves(e).values()):
        return value_sql(e, column)

    def exactly(leaf: Expression) -> str:
        name = column(leaf)
        if not _has_bounds(leaf):
            return name
        return f"(CASE WHEN {name}_low = {name}_high THEN {name}_low END)"

    return value_sql(e, exactly)
