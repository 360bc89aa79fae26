"""Read a rule's source and refuse what tracing cannot see.

`x is True`, `isinstance`, `try`, a clock or an outer list would give silently different answers
for one person and for a nation. Functions that a rule calls, and what it closes over, are read
too.
"""

from __future__ import annotations

import ast
import enum
import inspect
import textwrap
from collections.abc import Iterator
from datetime import date
from types import FunctionType, ModuleType
from typing import Any, Final

from minben.law.errors import RuleError
from minben.law.variable import Variable

_FORBIDDEN: Final[dict[type[ast.AST], str]] = {
    ast.Is: "`is` is never true of a rule value: write ==",
    ast.IsNot: "`is not` is always true of a rule value: write !=",
    ast.Try: "try/except hides paths: exclude the case by an earlier guard",
    ast.Global: "`global`: a rule must not change anything outside itself",
    ast.Nonlocal: "`nonlocal`: a rule must not change anything outside itself",
    ast.While: "`while`: a rule has no open-ended loop; write `for` over a literal tuple",
    ast.Assert: "`assert` vanishes with -O: write a guard",
    ast.Match: "`match` looks at Python classes: write if/elif",
    ast.Await: "`await`: a rule waits for nothing",
    ast.Yield: "`yield`: a rule returns once",
    ast.YieldFrom: "`yield`: a rule returns once",
    ast.With: "`with`: a rule opens nothing",
    ast.Import: "`import` inside a rule",
    ast.ImportFrom: "`import` inside a rule",
    ast.Delete: "`del`: a rule must not change things",
}
_BUILTINS: Final = frozenset(
    [
        "isinstance",
        "issubclass",
        "type",
        "id",
        "hash",
        "len",
        "print",
        "open",
        "input",
        "getattr",
        "setattr",
        "hasattr",
        "delattr",
        "eval",
        "exec",
        "str",
        "repr",
        "sorted",
        "set",
        "dict",
        "frozenset",
        "vars",
        "dir",
        "globals",
        "locals",
        "next",
        "iter",
        "format",
    ]
)
_HARMLESS: Final = (bool, int, str, tuple, date, enum.Enum, type(None))
_OUR_FUNCTIONS: Final = "minben.law."


def lint(variable: Variable[Any, Any]) -> None:
    """Refuse a rule, or a function that it calls; RuleError names function, line and mend."""
    for rule in (variable.rule, *(body for _, body in variable.bodies)):
        _read(rule, variable.name, set())


def _read(function: Any, name: str, seen: set[int]) -> None:
    if id(function) in seen:
        return
    seen.add(id(function))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError) as error:
        raise RuleError(f"{name}: its source cannot be read, so it cannot be checked") from error
    first = function.__code__.co_firstlineno
    outer = inspect.getclosurevars(function)
    names: dict[str, Any] = {**outer.globals, **outer.nonlocals}
    for node in ast.walk(tree):
        why = _fault(node) or _outside(node, names)
        if why:
            line = first + getattr(node, "lineno", 1) - 1
            raise RuleError(f"{name}, line {line}: {why}")
    for called, value in names.items():
        if isinstance(value, FunctionType) and not value.__module__.startswith(_OUR_FUNCTIONS):
            _read(value, f"{name} → {called}", seen)


def _fault(node: ast.AST) -> str | None:
    why = _FORBIDDEN.get(type(node))
    if why is not None:
        return why
    if isinstance(node, ast.Compare):
        return next(_faults_of_comparison(node), None)
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Name) and called.id in _BUILTINS:
        return f"{called.id}() looks at the Python object, not at the fact"
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return "a rule must not change things: use a local name"
    if isinstance(node, ast.arguments) and (node.defaults or any(node.kw_defaults)):
        return "default arguments are shared between calls: write them out"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"{node.value} is a float: a rate is a parameter, see share()"
    return None


def _faults_of_comparison(node: ast.Compare) -> Iterator[str]:
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.Is | ast.IsNot):
            yield _FORBIDDEN[type(op)]
        if isinstance(op, ast.In | ast.NotIn) and not isinstance(right, ast.Tuple | ast.List):
            yield "`in` only on a literal tuple, as in `x in (A, B)`"


def _outside(node: ast.AST, names: dict[str, Any]) -> str | None:
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    value = names[node.id]
    if isinstance(value, ModuleType):
        return f"the module {node.id}: a rule sees facts and parameters, no clock and no library"
    if callable(value) or isinstance(value, _HARMLESS):
        return None
    return f"{node.id} lies outside the rule and can change: make it a parameter"
