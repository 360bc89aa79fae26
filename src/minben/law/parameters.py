"""The numbers of the law, dated. A rule reads them as attributes: `p.amount["general"]["1"]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from minben.law.errors import RuleError
from minben.law.expression import RUN, Expression, kind_of, lifted
from minben.law.parameter_tree import Number, Parameter, ParameterNode, Scale
from minben.law.scales import ScaleInForce

MOST_ROWS: Final = 1_000


@dataclass(frozen=True)
class Use:
    """法定參數之引用 A parameter that a decision read."""

    path: str
    value: Number
    since: date
    references: tuple[str, ...]
    confidence: str = ""
    alternatives: tuple[Number, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Path, value, since when, and the source."""
        value = str(self.value) if isinstance(self.value, Decimal) else self.value
        return {
            "path": self.path,
            "value": value,
            "since": self.since.isoformat(),
            "reference": list(self.references),
            "confidence": self.confidence,
            "disputed": bool(self.alternatives),
            "alternatives": [str(a) if isinstance(a, Decimal) else a for a in self.alternatives],
        }


class Parameters:
    """參數檢視 The parameters in force on one day, as a rule reads them.

    Attribute or index: `p.amount[child.income_class][order]`. A look-up by a fact is accepted
    only where every value that is still possible has a row. What was read is noted in the trace.
    """

    __slots__ = ("__dict__", "_begun", "_found", "_node", "_on")  # __dict__: tables already found

    def __init__(self, node: ParameterNode, on: date) -> None:
        self._node, self._on = node, on
        self._found: dict[str, Any] = {}
        self._begun: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        if name not in Parameters.__slots__:
            raise RuleError(f"p.{name} = …: a rule must not change the law")
        object.__setattr__(self, name, value)

    def __getitem__(self, key: Any) -> Any:
        if key.__class__ is Expression:
            return self._by_expression(key)
        name = key if key.__class__ is str else _written(key)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._find(name)
            if found.__class__ is Parameters and not hasattr(Parameters, name):
                self.__dict__[name] = found  # reading a table notes nothing; its numbers do
        if found.__class__ is not tuple:
            return found
        use, value = found
        run: Any = RUN.get()
        if run is not None and run.frame is not None:
            if run.within:
                run.frame.cells.append((tuple(run.within), use))
            else:
                run.frame.parameters[use.path] = use
        return value

    def in_force(self, name: str) -> bool:
        """Whether this parameter has a value on the day; the YAML may say `null` from a day on."""
        begun = self._begun.get(name)
        if begun is None:
            child = self._node.children.get(name)
            if not isinstance(child, Parameter):
                raise RuleError(f"no parameter {self._node.path or '.'}/{name}")
            dated = child.at(self._on)
            begun = self._begun[name] = dated is not None and dated.value is not None
        return begun

    def _find(self, name: str) -> Any:
        child = self._node.children.get(name)
        if child is None:
            known = ", ".join(sorted(self._node.children)) or "nothing"
            raise RuleError(f"no parameter {self._node.path or '.'}/{name}; there is {known}")
        if isinstance(child, ParameterNode):
            return Parameters(child, self._on)
        if isinstance(child, Scale):
            return ScaleInForce(child, self._on)
        dated = child.at(self._on)
        if dated is None or dated.value is None:
            raise RuleError(f"parameter {child.path} has no value on {self._on.isoformat()}")
        use = Use(
            child.path,
            dated.value,
            dated.since,
            dated.references or child.references,
            dated.confidence,
            dated.alternatives,
        )
        return use, dated.value

    def _by_expression(self, key: Expression) -> Any:
        if key.known:
            return self[key.value]
        run: Any = RUN.get()
        domain = run.domain(key)
        values = domain.values
        if values is None and domain.high - domain.low < MOST_ROWS:
            holes = domain.holes
            values = [v for v in range(domain.low, domain.high + 1) if v not in holes]
        if values is None:
            raise RuleError(
                f"table {self._node.path} by {key!r}: any value is possible here; limit it first"
            )
        rows = sorted(values)
        missing = [v for v in rows if _written(v) not in self._node.children]
        if missing:
            raise RuleError(
                f"table {self._node.path} has no row {missing} for {key!r};"
                " exclude it before the look-up"
            )
        if run.exact:
            for value in rows[:-1]:
                if key == value:
                    return self[value]
            return self[rows[-1]]
        return _picked(key, _each(key, [(value, self) for value in rows], _same))


class Rows:
    """The sub-tables of a table that was looked up by a fact not known."""

    def __init__(self, key: Expression, rows: list[tuple[Any, Any]]) -> None:
        self._key, self._rows = key, rows

    def __getitem__(self, key: Any) -> Any:
        return _picked(self._key, _each(self._key, self._rows, lambda row, _: row[key]))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]


def _each(
    key: Expression, rows: list[tuple[Any, Any]], cell: Callable[[Any, Any], Any]
) -> list[tuple[Any, Any]]:
    """One cell per row; what is read of it is noted as read under this value of the key."""
    within = RUN.get().within  # type: ignore[union-attr]  # a symbol is met within a run only
    found = []
    for value, row in rows:
        within.append((key, value))
        try:
            found.append((value, cell(row, value)))
        finally:
            within.pop()
    return found


def _same(table: Parameters, value: Any) -> Any:
    return table[value]


def _picked(key: Expression, rows: list[tuple[Any, Any]]) -> Any:
    first = rows[0][1]
    if isinstance(first, Parameters | Rows):
        return Rows(key, rows)
    if len({lifted(v).text for _, v in rows}) == 1:
        return first
    return Expression("pick", (key, tuple(rows)), kind_of(first))


def _written(key: object) -> str:
    return "true" if key is True else "false" if key is False else str(key)
