# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""Layers as tables that hold only what is new, for wide rule sets on DuckDB.

All tables of an entity keep its rows in one order, so that a level reads just the columns it needs
(`POSITIONAL JOIN`) and copies none. A table goes as soon as nothing reads it any more. A join that
did not keep the order would be an error, not a wrong answer: each is checked by row number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minben.law.layered_groups import group_rows, merged
from minben.law.layered_sql import Base, Level, Source, source_of
from minben.law.layers import KEY, Column, LayeredPlan, RuleColumn

ROW = "row_in_order"


class Delta(Level):
    """Levels as tables side by side."""

    def __init__(self, plan: LayeredPlan, bases: Mapping[str, Base]) -> None:
        super().__init__(plan, bases)
        self.home = {key: f"{key[0]}_0" for key, c in plan.columns.items() if c.level == 0}
        self.there: dict[str, list[tuple[str, str]]] = {}
        self.last = plan.last_use()
        self.steps: list[str] = []

    def rows(self, entity: str, columns: Iterable[str]) -> str:
        """The tables that hold these columns, put side by side."""
        columns = list(columns)
        tables = dict.fromkeys(self._table(entity, name) for name in columns)
        first = f"{entity}_0"
        if not set(tables) - {first}:
            return first
        joined = " POSITIONAL JOIN ".join([first, *(t for t in tables if t != first)])
        chosen = ", ".join(dict.fromkeys([KEY, *columns]))
        return f"(SELECT {chosen} FROM {joined})"

    def _table(self, entity: str, name: str) -> str:
        return self.home[entity, name.removesuffix("__there")]

    def make(self, table: str, query: str, columns: Iterable[Column] = ()) -> None:
        """A table, and which columns are now in it."""
        self.steps.append(f"CREATE TEMP TABLE {table} AS {query}")
        for column in columns:
            self.home[column.entity, column.name] = table
            self.there.setdefault(table, []).append((column.entity, column.name))

    def forget(self, level: int) -> None:
        """Drop the tables that nothing above a level reads."""
        for table, columns in list(self.there.items()):
            if all(self.last.get(c, 0) <= level for c in columns):
                self.steps.append(f"DROP TABLE {table}")
                del self.there[table]

    def groups(self, entity: str, level: int, new: list[Column]) -> None:
        """One table for all group operations of a level."""
        chosen, joins, reads, made = [f"e.{ROW} AS {ROW}_"], "", [ROW], []
        for number, columns in enumerate(merged(new), start=1):
            name = f"{entity}_{level}_group_{number}"
            group = group_rows(columns, name, self)
            self.make(name, group.query)
            joins += f" LEFT JOIN {name} ON {group.on}"
            chosen += [f"{text} AS {n}" for n, text in group.columns]
            reads += group.reads
            made.append(name)
        if not made:
            return
        table = f"{entity}_{level}_groups"
        columns = [c for c in new if not isinstance(c.content, RuleColumn)]
        self.home[entity, ROW] = f"{entity}_0"
        source = f"{self.rows(entity, reads)} AS e{joins}"
        self.make(table, f"SELECT {', '.join(chosen)} FROM {source} ORDER BY e.{ROW}", columns)
        self.steps += [
            f"SELECT CASE WHEN count(*) > 0 THEN error('rows of {table} moved') END"
            f" FROM {entity}_0 POSITIONAL JOIN {table} WHERE {ROW} IS DISTINCT FROM {ROW}_",
            *(f"DROP TABLE {name}" for name in made),
        ]

    def rules(self, entity: str, level: int, new: list[Column]) -> None:
        """One table for all rules of a level."""
        chosen, reads, columns = [], [], []
        for column in new:
            if isinstance(column.content, RuleColumn):
                printer = self.values(column, str)
                text = printer.tree(column.content.tree, list(column.content.ends))
                chosen.append(f"{text} AS {column.name}")
                reads += [name for _, name in column.reads]
                columns.append(column)
        if columns:
            source = self.rows(entity, reads)
            self.make(f"{entity}_{level}", f"SELECT {', '.join(chosen)} FROM {source}", columns)


def layered_steps(
    plan: LayeredPlan, sources: Mapping[str, Source], *, entity: str
) -> tuple[list[str], str]:
    """The statements that make the tables, and the query of the rules wanted of one entity."""
    bases = {e: Base(plan, e, source_of(sources, e)) for e in plan.entities}
    delta = Delta(plan, bases)
    for base in bases.values():
        for name, query in base.ctes():
            delta.make(name, query)
    for e, base in bases.items():
        delta.make(f"{e}_0", f"SELECT *, row_number() OVER () AS {ROW} FROM ({base.sql()})")
    for level in range(1, plan.top + 1):
        for e in plan.entities:
            new = plan.at_level(e, level)
            delta.groups(e, level, new)
            delta.rules(e, level, new)
        delta.forget(level)
    names = [c.name for c in plan.wanted if c.entity == entity]
    return delta.steps, f"SELECT {KEY}, {', '.join(names)} FROM {delta.rows(entity, names)}"
