"""A reform as an overlay: other numbers from a day on, or another body of a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from minben.law.errors import RuleError
from minben.law.parameter_tree import Parameter, ParameterNode
from minben.law.rulebook import RuleBook
from minben.law.variable import Variable


def reformed(
    book: RuleBook,
    *,
    parameters: ParameterNode | None = None,
    variables: Iterable[Variable[Any, Any]] = (),
) -> RuleBook:
    """The same rules with these numbers laid over theirs, and these rules in place of theirs.

    RuleError names a parameter or rule that does not exist: a reform changes the law, a new
    service is a pack.
    """
    every = dict(book.variables)
    for one in variables:
        if one.name not in every:
            known = ", ".join(every)
            raise RuleError(f"no rule called {one.name!r} to be replaced; there is {known}")
        if one.entity is not every[one.name].entity or one.period != every[one.name].period:
            raise RuleError(f"{one.name}: a reform keeps the entity and the period of a rule")
        every[one.name] = one
    tree = book.parameters if parameters is None else overlaid(book.parameters, parameters)
    return RuleBook(every.values(), vocabulary=book.vocabulary, parameters=tree)


def overlaid(tree: ParameterNode, over: ParameterNode) -> ParameterNode:
    """The same numbers until the first day of each number laid over them, then those."""
    children = dict(tree.children)
    for name, child in over.children.items():
        old = children.get(name)
        if isinstance(child, ParameterNode) and isinstance(old, ParameterNode):
            children[name] = overlaid(old, child)
        elif isinstance(child, Parameter) and isinstance(old, Parameter):
            children[name] = _replaced(old, child)
        else:
            known = ", ".join(sorted(tree.children))
            raise RuleError(
                f"no parameter {tree.path or '.'}/{name} of that kind; there is {known}"
            )
    return replace(tree, children=children)


def _replaced(old: Parameter, new: Parameter) -> Parameter:
    first = min(dated.since for dated in new.values)
    kept = [
        dated
        if dated.until is None or dated.until < first
        else replace(dated, until=first - timedelta(days=1))
        for dated in old.values
        if dated.since < first
    ]
    return replace(old, values=(*kept, *new.values))
