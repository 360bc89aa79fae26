# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""Layers as one query: plain `WITH`, a join per level, only columns that are still read.

Input: per entity what stands after FROM, with `id` and a column per fact; beside it a yes/no
`<column>_known` where the fact is not known of everybody; dated facts from a table of spells
(person, value, starts_on, ends_on) or as the column of the period. NULL in a result: not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from minben.law.bounds import is_narrow
from minben.law.decision_tree import branches
from minben.law.domain import Domain
from minben.law.errors import RuleError
from minben.law.expression import Expression, lifted
from minben.law.layered_groups import group_may_be_null, group_rows, merged
from minben.law.layered_values import Values
from minben.law.layers import KEY, Column, FactColumn, GroupColumn, LayeredPlan, RuleColumn
from minben.law.periods import Period
from minben.law.sql_expression import literal
from minben.law.vocabulary import FactType

SQL_KINDS: Final = {
    "int": "BIGINT", "bool": "BOOLEAN", "text": "STRING", "date": "DATE", "person": "STRING",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """來源 The rows of one entity: a table, its columns, and the tables of its dated facts.

    `only` is a condition on a row, for slices of whole families: `p.family % 10 = 3`. `closed`
    says that whoever these rows point to has a row too, so that nobody is unknown for want of one.
    """

    table: str
    columns: frozenset[str]
    spells: Mapping[str, str] = field(default_factory=dict)
    only: str = "true"
    closed: bool = False

    def known_of_all(self, name: str) -> bool:
        """Whether a column is never NULL for want of knowledge."""
        return name in self.columns and f"{name}_known" not in self.columns


class Base:
    """The lowest level of an entity: its facts, NULL where they are not known."""

    def __init__(self, plan: LayeredPlan, entity: str, source: Source) -> None:
        self.plan, self.entity, self.source = plan, entity, source
        self.columns = plan.at_level(entity, 0)

    def may_be_null(self, column: Column) -> bool:
        """Whether a fact can be unknown (of a reference: whether it exists can be)."""
        content = column.content
        assert isinstance(content, FactColumn)
        declared = self._declared(content)
        if declared.assumed is not None:
            return False
        if content.fact in self.source.spells:
            return not self._all_told(content) or (
                content.op == "started" or (declared.kind != "person" and declared.default is None)
            )
        return not self.source.known_of_all(column.name)

    def ctes(self) -> list[tuple[str, str]]:
        """The dated facts, a table each, and the pairs of references that may be many."""
        found = []
        for fact, columns in self._dated().items():
            if self.plan.vocabulary.facts[fact].many:
                found += [(self.link(c), self._link(c)) for c in columns]
            else:
                found.append((f"{self.entity}_{fact}", self._spells(fact, columns)))
        return found

    def sql(self) -> str:
        """One row per entity with all its facts."""
        chosen = [f"p.{KEY} AS {KEY}"]
        for column in self.columns:
            chosen += self._texts(column)
        joins = "".join(
            f" LEFT JOIN {self.entity}_{fact} ON {self.entity}_{fact}.person = p.{KEY}"
            for fact in self._dated()
            if not self.plan.vocabulary.facts[fact].many
        )
        return (
            f"SELECT {', '.join(chosen)} FROM {self.source.table} AS p{joins}"
            f" WHERE {self.source.only}"
        )

    def link(self, column: Column) -> str:
        """The table of (owner, member) of a reference that may be many."""
        return f"{self.entity}_{column.name}_link"

    def _declared(self, content: FactColumn) -> FactType:
        return self.plan.vocabulary.facts[content.fact]

    def _all_told(self, content: FactColumn) -> bool:
        return f"{content.fact}_known" not in self.source.columns

    def _dated(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = {}
        for column in self.columns:
            assert isinstance(column.content, FactColumn)
            if column.content.fact in self.source.spells:
                found.setdefault(column.content.fact, []).append(column)
        return found

    def _texts(self, column: Column) -> list[str]:
        content = column.content
        assert isinstance(content, FactColumn)
        declared, fact = self._declared(content), content.fact
        if fact in self.source.spells:
            known = None if self._all_told(content) else f"p.{fact}_known"
            text = "true" if declared.many else self._told(column, declared)
        elif column.name in self.source.columns:
            all_know = self.source.known_of_all(column.name)
            known = None if all_know else f"p.{column.name}_known"
            text = self._stored(column, declared)
        else:
            known, text = "NULL", f"CAST(NULL AS {SQL_KINDS[column.kind]})"
        made = []
        if declared.kind == "person" and not declared.many and known is not None:
            made = [f"CASE WHEN {known} THEN {text} IS NOT NULL END AS {column.name}__there"]
        if known is not None and known != "NULL":
            text = f"CASE WHEN {known} THEN {text} END"
        if declared.assumed is not None:
            text = f"coalesce({text}, {literal(declared.assumed)})"
        return [f"{text} AS {column.name}", *made]

    def _told(self, column: Column, declared: FactType) -> str:
        content = column.content
        assert isinstance(content, FactColumn)
        text = f"{self.entity}_{content.fact}.{column.name}"
        if content.op == "days":
            return f"coalesce({text}, 0)"
        if content.op == "fact" and declared.default is not None:
            return f"coalesce({text}, {literal(declared.default)})"
        return text

    def _stored(self, column: Column, declared: FactType) -> str:
        text = f"p.{column.name}"
        if declared.default is not None and column.kind == declared.kind:
            return f"coalesce({text}, {literal(declared.default)})"
        if declared.kind == "date":  # known to have no day: never
            return f"coalesce({text}, {literal(date.max)})"
        if column.kind == "int" and is_narrow(declared.domain or Domain()):
            return f"CAST({text} AS INTEGER)"
        return text

    def _spells(self, fact: str, columns: list[Column]) -> str:
        declared = self.plan.vocabulary.facts[fact]
        chosen = ["person"]
        for column in columns:
            content = column.content
            assert isinstance(content, FactColumn)
            touching = touch(content.period)
            counts = touching
            if declared.default is not None:
                counts += f" AND value <> {literal(declared.default)}"
            if content.op == "fact":
                text = f"max_by(value, starts_on) FILTER (WHERE {counts})"
            elif content.op == "started":
                text = f"max(starts_on) FILTER (WHERE {counts})"
            else:
                first, last = literal(content.period.first_day), literal(content.period.last_day)
                ends = f"least(coalesce(ends_on, {last}), {last})"
                days = f"date_diff('day', greatest(starts_on, {first}), {ends})"
                text = (
                    f"least(sum({days} + 1) FILTER (WHERE {touching} AND value ="
                    f" {literal(content.value)}), {content.period.days})"
                )
                text = f"CAST({text} AS BIGINT)"
            chosen.append(f"{text} AS {column.name}")
        return f"SELECT {', '.join(chosen)} FROM {self.source.spells[fact]} GROUP BY person"

    def _link(self, column: Column) -> str:
        content = column.content
        assert isinstance(content, FactColumn)
        return (
            "SELECT DISTINCT person AS owner, value AS member"
            f" FROM {self.source.spells[content.fact]} WHERE {touch(content.period)}"
        )


def touch(period: Period) -> str:
    """Whether a spell covers a day of the period."""
    first, last = literal(period.first_day), literal(period.last_day)
    return f"starts_on <= {last} AND (ends_on IS NULL OR ends_on >= {first})"


class Level:
    """One printed level: where lower columns stand, and what may be NULL there."""

    def __init__(self, plan: LayeredPlan, bases: Mapping[str, Base]) -> None:
        self.plan, self.bases = plan, bases
        self._open: dict[tuple[str, str], bool] = {}
        for column in sorted(plan.columns.values(), key=lambda c: c.level):
            self._open[column.entity, column.name] = self._can_be_open(column)

    def rows(self, entity: str, columns: Iterable[str]) -> str:
        """What stands after FROM."""
        raise NotImplementedError

    def may_be_null(self, entity: str, name: str) -> bool:
        """Whether a column can be unknown."""
        return self._open[entity, name]

    def closed(self, entity: str) -> bool:
        """Whether whoever an entity points to has a row."""
        return self.bases[entity].source.closed

    def link(self, entity: str, name: str) -> str | None:
        """The table of pairs of a reference that may be many."""
        column = self.plan.columns[entity, name]
        assert isinstance(column.content, FactColumn)
        if not self.plan.vocabulary.facts[column.content.fact].many:
            return None
        return self.bases[entity].link(column)

    def values(self, column: Column, at: Callable[[str], str]) -> Values:
        """Prints a rule's expressions; `at` says where a column stands."""
        content = column.content
        assert isinstance(content, RuleColumn)
        names = content.names

        def open_(leaf: Expression) -> bool:
            return self._open[column.entity, names[leaf.text]]

        return Values(lambda leaf: at(names[leaf.text]), open_)

    def _can_be_open(self, column: Column) -> bool:
        content = column.content
        if isinstance(content, FactColumn):
            return self.bases[column.entity].may_be_null(column)
        if isinstance(content, GroupColumn):
            return group_may_be_null(column, self)
        printer = self.values(column, str)
        conditions = (b.condition for b in branches(content.tree))
        return any(end is None or printer.may_be_null(lifted(end)) for end in content.ends) or any(
            printer.may_be_null(c) for c in conditions
        )


class Joined(Level):
    """Levels as common table expressions that carry what is still read above."""

    def __init__(self, plan: LayeredPlan, bases: Mapping[str, Base]) -> None:
        super().__init__(plan, bases)
        self.last = plan.last_use()
        self.tables = {entity: f"{entity}_0" for entity in plan.entities}

    def rows(self, entity: str, columns: Iterable[str]) -> str:
        """The entity's newest table."""
        return self.tables[entity]

    def carried(self, entity: str, level: int) -> list[str]:
        """The columns from below that are read above this level."""
        kept = [KEY]
        for (owner, name), column in self.plan.columns.items():
            if owner == entity and column.level < level < self.last.get((owner, name), 0):
                kept.append(name)
                if self._flagged(column):
                    kept.append(f"{name}__there")
        return kept

    def _flagged(self, column: Column) -> bool:
        return (
            column.kind == "person"
            and self.may_be_null(column.entity, column.name)
            and self.link(column.entity, column.name) is None
        )


def layered_sql(plan: LayeredPlan, sources: Mapping[str, Source], *, entity: str) -> str:
    """The query of the rules that are wanted of one entity: `id`, then a column per rule part."""
    bases = {e: Base(plan, e, source_of(sources, e)) for e in plan.entities}
    level = Joined(plan, bases)
    steps = [step for base in bases.values() for step in base.ctes()]
    steps += [(f"{e}_0", base.sql()) for e, base in bases.items()]
    for height in range(1, plan.top + 1):
        made: dict[str, str] = {}
        for e in plan.entities:
            new = plan.at_level(e, height)
            if not new:
                continue
            joins, chosen = "", [f"e.{n} AS {n}" for n in level.carried(e, height)]
            for number, columns in enumerate(merged(new), start=1):
                name = f"{e}_{height}_group_{number}"
                group = group_rows(columns, name, level)
                steps.append((name, group.query))
                joins += f" LEFT JOIN {name} ON {group.on}"
                chosen += [f"{text} AS {n}" for n, text in group.columns]
            for column in new:
                if isinstance(column.content, RuleColumn):
                    printer = level.values(column, lambda n: f"e.{n}")
                    text = printer.tree(column.content.tree, list(column.content.ends))
                    chosen.append(f"{text} AS {column.name}")
            made[e] = f"{e}_{height}"
            steps.append(
                (made[e], f"SELECT {', '.join(chosen)} FROM {level.tables[e]} AS e{joins}")
            )
        level.tables.update(made)
    body = ",\n".join(f"{name} AS (\n  {text}\n)" for name, text in steps)
    names = [KEY, *(c.name for c in plan.wanted if c.entity == entity)]
    return f"WITH {body}\nSELECT {', '.join(names)} FROM {level.tables[entity]}"


def source_of(sources: Mapping[str, Source], entity: str) -> Source:
    """The rows of an entity; RuleError when none are given."""
    if entity not in sources:
        raise RuleError(f"no table of {entity} is given")
    return sources[entity]
