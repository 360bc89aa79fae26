"""One rule as a table: a row per path, a column per thing that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minben.law.decision_tree import Tree, tree_of
from minben.law.dmn import bounds_of, dmn_xml
from minben.law.domain import Domain
from minben.law.explorer import Path, bounded
from minben.law.expression import Expression, lifted
from minben.law.mermaid import mermaid_chart
from minben.law.outcome import Outcome
from minben.law.periods import Period
from minben.law.variable import Variable


@dataclass(frozen=True)
class Question:
    """條件欄 A column: what is asked, of which kind, with which declared values."""

    text: str
    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """規則列 One path: per column what it must be (None: does not matter), and the result."""

    entries: tuple[Domain | None, ...]
    result: tuple[str, ...]
    citations: tuple[str, ...]
    path: Path


@dataclass(frozen=True)
class DecisionTable:
    """決策表 Every feasible path of one rule in one month. Rows exclude each other."""

    name: str
    description: str
    month: Period
    questions: tuple[Question, ...]
    results: tuple[str, ...]
    rows: tuple[Row, ...]
    tree: Tree
    endings: tuple[tuple[str, ...], ...]

    @classmethod
    def of(
        cls, variable: Variable[Any, Any], month: Period, paths: Sequence[Path]
    ) -> DecisionTable:
        """The table of a rule's paths."""
        asked: dict[str, Expression] = {}
        for path in paths:
            for condition, _ in path.conditions:
                x, _, _ = bounded(condition, yes=True)
                asked.setdefault(x.text, x)
        outcomes = isinstance(paths[0].result, Outcome)
        names = ("status", "scheme", "amount", "reason") if outcomes else (variable.name,)
        tree, endings = tree_of(paths, _written)
        rows = tuple(
            Row(
                tuple(_entry(path, x) for x in asked.values()),
                _written(path.result),
                path.result.cite if isinstance(path.result, Outcome) else variable.cite,
                path,
            )
            for path in paths
        )
        return cls(
            variable.name,
            variable.description,
            month,
            tuple(_question(x) for x in asked.values()),
            names,
            rows,
            tree,
            tuple(_written(r) for r in endings),
        )

    def to_html_rows(self) -> list[dict[str, Any]]:
        """Rows for a page: `conditions` (text per asked thing), `result`, `citations`."""
        return [
            {
                "conditions": [
                    {"asked": q.text, "is": entry_text(entry, q.kind)}
                    for q, entry in zip(self.questions, row.entries, strict=True)
                    if entry is not None
                ],
                "result": dict(zip(self.results, row.result, strict=True)),
                "citations": list(row.citations),
            }
            for row in self.rows
        ]

    def to_mermaid(self) -> str:
        """The rule as a flow chart (Mermaid)."""
        return mermaid_chart(self.tree, self.endings)

    def to_dmn(self) -> str:
        """The rule as a DMN 1.5 decision table (XML)."""
        return dmn_xml(self)


def entry_text(domain: Domain, kind: str) -> str:
    """What a column must be, in signs that everybody reads."""
    if domain.values is not None:
        names = sorted(
            "yes" if v is True else "no" if v is False else str(v) for v in domain.values
        )
        return ", ".join(names)
    if kind == "text":
        return "not " + ", ".join(sorted(map(str, domain.holes)))
    low, high = bounds_of(domain, kind)
    if low is not None and low == high:
        return low
    if low is None:
        return "any" if high is None else f"≤ {high}"
    return f"≥ {low}" if high is None else f"{low} … {high}"


def _entry(path: Path, x: Expression) -> Domain | None:
    return path.domains.get(x.text)


def _question(x: Expression) -> Question:
    values = x.domain.values if x.domain is not None and x.kind == "text" else None
    return Question(x.text, x.kind, tuple(sorted(map(str, values or ()))))


def _written(result: Any) -> tuple[str, ...]:
    if not isinstance(result, Outcome):
        return (_plain(result),)
    return tuple(
        "" if part is None else _plain(part)
        for part in (result.status, result.scheme, result.amount, result.reason)
    )


def _plain(value: Any) -> str:
    e = lifted(value)
    if e.known and e.kind == "bool":
        return "yes" if e.value else "no"
    return str(e.value) if e.known else e.text
