"""A rule's tree printed as a Python function over known facts, as it is printed as SQL.

`f` maps the text of a leaf to its value; the function returns the number of the end reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from minben.law.errors import RuleError
from minben.law.expression import LEAVES, Expression, Unknown, lifted
from minben.law.months import moved
from minben.law.rule_tree import Ask, Node, RuleTree
from minben.law.writing import ARITHMETIC_SIGNS, COMPARE_SIGNS

_DEEPEST: Final = 60  # levels of indentation that Python reads without complaint
Facts = Mapping[str, Any]


def function_of(tree: RuleTree) -> Callable[[Facts], int]:
    """The tree as a function; RuleError when it is nested too deeply."""
    lines: list[str] = []
    constants: dict[str, Any] = {"_month": _month, "_moved": moved}
    _print(tree.root, 1, lines, constants)
    source = "def rule(f):\n" + "\n".join(lines)
    exec(compile(source, f"<{tree.variable.name} as a table>", "exec"), constants)  # noqa: S102
    made: Callable[[Facts], int] = constants["rule"]
    return made


def value_of(e: Expression) -> Callable[[Facts], Any]:
    """An expression as a function of the facts."""
    constants: dict[str, Any] = {"_month": _month, "_moved": moved}
    source = f"lambda f: {_python(e, constants)}"
    made: Callable[[Facts], Any] = eval(source, constants)  # noqa: S307 — printed by ourselves
    return made


def _print(node: Node, depth: int, lines: list[str], constants: dict[str, Any]) -> None:
    if depth > _DEEPEST:
        raise RuleError("too many conditions within each other")
    while isinstance(node, Ask):
        lines.append(f"{' ' * depth}if {_python(node.condition, constants)}:")
        _print(node.yes, depth + 1, lines, constants)
        node = node.no
    lines.append(f"{' ' * depth}return {node.number}")


def _python(e: Expression, constants: dict[str, Any]) -> str:
    op, args = e.op, e.args
    if not isinstance(e.value, Unknown):
        return _constant(e.value, constants)
    if op in LEAVES:
        return f"f[{e.text!r}]"
    if op == "named":
        return _python(args[1], constants)
    if op == "pick":
        return _picked(args[0], args[1], constants)
    inner = [_python(a, constants) for a in args]
    if op in COMPARE_SIGNS:
        return f"({inner[0]} {COMPARE_SIGNS[op]} {inner[1]})"
    if op in ARITHMETIC_SIGNS:
        return f"({inner[0]} {ARITHMETIC_SIGNS[op]} {inner[1]})"
    if op in ("and", "or"):
        return f"({inner[0]} {op} {inner[1]})"
    if op == "where":
        return f"({inner[1]} if {inner[0]} else {inner[2]})"
    forms = {
        "not": "(not {0})", "max": "max({0}, {1})", "min": "min({0}, {1})",
        "month": "_month({0})", "shift": "_moved({0}, {1})", "between": "({0} - {1}).days",
    }  # fmt: skip
    if op not in forms:
        raise RuleError(f"no Python for {op}")
    return forms[op].format(*inner)


def _picked(key: Expression, rows: tuple[tuple[Any, Any], ...], constants: dict[str, Any]) -> str:
    asked = _python(key, constants)
    if not any(isinstance(v, Expression) for _, v in rows):
        return f"{_constant(dict(rows), constants)}[{asked}]"
    text = _python(lifted(rows[-1][1]), constants)
    for value, cell in reversed(rows[:-1]):
        test = f"{asked} == {_constant(value, constants)}"
        text = f"({_python(lifted(cell), constants)} if {test} else {text})"
    return text


def _constant(value: Any, constants: dict[str, Any]) -> str:
    if value.__class__ in (bool, int):
        return repr(value)
    name = f"_{len(constants)}"
    constants[name] = value
    return name


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
