"""Turn adjustments under `if` into `where`, so that tables do not double with each of them.

An `if` whose branches only assign names: `n += e` becomes `n += where(c, e, 0)`, `n = e` becomes
`n = where(c, e, n)` unless e reads n. `and`, `or`, `not`, chains and `in` in such tests become
`&`, `|`, `~`. Only the drawing of tables uses the converted rule; a person is decided by the
rule as it was written.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from minben.law.expression import negation, where


def converted(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The same rule with adjustments made flat; the rule itself when there are none."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule)))
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return rule
    function.decorator_list = []
    change = _Flatten()
    change.visit(function)
    if not change.changed:
        return rule
    ast.fix_missing_locations(tree)
    outer = inspect.getclosurevars(rule)
    names = {**rule.__globals__, **outer.nonlocals, "_where": where, "_not": _not}
    exec(compile(tree, inspect.getfile(rule), "exec"), names)  # noqa: S102 — the rule's own source
    made: Callable[..., Any] = names[function.name]
    return made


def _not(value: Any) -> Any:
    return (not value) if isinstance(value, bool) else negation(value)


class _Flatten(ast.NodeTransformer):
    changed = False

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        if not all(_only_assigns(s) for s in (*node.body, *node.orelse)):
            return node
        self.changed = True
        test = ast.Name("_test", ast.Store())
        made: list[ast.stmt] = [ast.Assign([test], _flat(node.test))]
        made += [_assignment(s, yes=True) for s in node.body]
        made += [_assignment(s, yes=False) for s in node.orelse]
        return made


def _only_assigns(node: ast.stmt) -> bool:
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.target, ast.Name)
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    target = node.targets[0]
    if not isinstance(target, ast.Name):
        return False
    reads = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return target.id not in reads


def _assignment(node: ast.stmt, *, yes: bool) -> ast.stmt:
    def chosen(value: ast.expr, otherwise: ast.expr) -> ast.expr:
        both = [value, otherwise] if yes else [otherwise, value]
        return ast.Call(ast.Name("_where", ast.Load()), [ast.Name("_test", ast.Load()), *both], [])

    if isinstance(node, ast.AugAssign):
        return ast.AugAssign(node.target, node.op, chosen(node.value, ast.Constant(0)))
    assert isinstance(node, ast.Assign)
    target = node.targets[0]
    assert isinstance(target, ast.Name)
    if target.id == "_test":
        return node
    before = ast.Name(target.id, ast.Load())
    return ast.Assign([target], chosen(node.value, before))


def _flat(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.BoolOp):
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        made = _flat(node.values[0])
        for value in node.values[1:]:
            made = ast.BinOp(made, op, _flat(value))
        return made
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _negated(_flat(node.operand))
    if isinstance(node, ast.Compare):
        return _flat_comparison(node)
    return node


def _flat_comparison(node: ast.Compare) -> ast.expr:
    made: list[ast.expr] = []
    left = node.left
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List):
            equal: ast.expr = ast.Compare(left, [ast.Eq()], [right.elts[0]])
            for element in right.elts[1:]:
                equal = ast.BinOp(equal, ast.BitOr(), ast.Compare(left, [ast.Eq()], [element]))
            made.append(_negated(equal) if isinstance(op, ast.NotIn) else equal)
        else:
            made.append(ast.Compare(left, [op], [right]))
        left = right
    together = made[0]
    for one in made[1:]:
        together = ast.BinOp(together, ast.BitAnd(), one)
    return together


def _negated(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("_not", ast.Load()), [node], [])
