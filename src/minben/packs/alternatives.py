"""The law with one disputed number read the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from minben.law.parameter_tree import Number, Parameter, ParameterNode


def read_otherwise(node: ParameterNode, *, path: str, since: date, value: Number) -> ParameterNode:
    """The same tree, in which the value of one parameter from a day on is another one."""

    def changed(child: Any) -> Any:
        if isinstance(child, ParameterNode):
            if path.startswith(child.path):
                return replace(child, children=_each(child.children, changed))
            return child
        if isinstance(child, Parameter) and child.path == path:
            values = (replace(v, value=value) if v.since == since else v for v in child.values)
            return replace(child, values=tuple(values))
        return child

    return replace(node, children=_each(node.children, changed))


def live(node: ParameterNode) -> Iterator[Parameter]:
    """The parameters that rules may read: not those marked `use: reference`."""
    for child in node.children.values():
        if isinstance(child, ParameterNode):
            if child.metadata.get("use") != "reference":
                yield from live(child)
        elif isinstance(child, Parameter):
            if child.metadata.get("use") != "reference":
                yield child
        else:
            yield from child.walk()


def _each(children: Mapping[str, Any], changed: Any) -> dict[str, Any]:
    return {name: changed(child) for name, child in children.items()}
