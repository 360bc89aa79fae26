"""Rules as columns: every rule once, in levels, each entity its own table.

A rule's column stands one level above all that it reads; a group operation is a column of its own,
one level above what it adds up, computed once however many rules use it. `layered_sql` prints the
levels as one query, `layered_delta` as tables that hold only what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from minben.law.decision_tree import Tree, branches, tree_of
from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.explorer import Path
from minben.law.expression import Expression, leaves, lifted
from minben.law.outcome import Outcome
from minben.law.periods import Period, read_period, without_period
from minben.law.variable import Variable
from minben.law.vocabulary import ZEROS, One, Parents, Relation, Siblings, Vocabulary

if TYPE_CHECKING:
    from minben.law.rulebook import RuleBook, Rules

KEY: Final = "id"  # the column that names a row of an entity


@dataclass(frozen=True)
class FactColumn:
    """事實欄 A fact (op "fact", "days" or "started") in a period."""

    op: str
    fact: str
    period: Period
    value: Any = None


@dataclass(frozen=True)
class RuleColumn:
    """規則欄 One part of a rule's result: its tree, its ends, and what its leaves are called."""

    rule: str
    part: str
    tree: Tree
    ends: tuple[Any, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class GroupColumn:
    """群組欄 A group operation; `what`, `among`, `by` are columns of the members' table."""

    use: GroupUse
    relation: Relation
    via: tuple[str, ...]  # reference columns: the member's, of `Parents` and `One` one's own
    what: str | None
    among: str | None
    by: tuple[str, ...]
    zero: Any
    period: Period


@dataclass(frozen=True)
class Column:
    """欄 One column of an entity's table: what it is, and from which level on it is there."""

    entity: str
    name: str
    kind: str
    level: int
    content: FactColumn | RuleColumn | GroupColumn
    reads: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True)
class LayeredPlan:
    """分層計畫 All columns that some rules need, and which of them were asked for."""

    period: Period
    vocabulary: Vocabulary
    columns: Mapping[tuple[str, str], Column]
    wanted: tuple[Column, ...]

    @property
    def top(self) -> int:
        """The highest level."""
        return max((c.level for c in self.columns.values()), default=0)

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities that have columns."""
        return tuple(dict.fromkeys(entity for entity, _ in self.columns))

    def at_level(self, entity: str, level: int) -> list[Column]:
        """The columns of an entity that are new on a level."""
        return [c for c in self.columns.values() if c.entity == entity and c.level == level]

    def last_use(self) -> dict[tuple[str, str], int]:
        """Up to which level each column is read."""
        last = {(c.entity, c.name): self.top + 1 for c in self.wanted}
        for column in self.columns.values():
            for read in column.reads:
                last[read] = max(last.get(read, 0), column.level)
        return last


def layered(book: RuleBook, period: Period, rules: Iterable[str]) -> LayeredPlan:
    """The plan of these rules in a period."""
    work = _Layering(book, period)
    wanted: dict[tuple[str, str], Column] = {}
    for name in rules:
        for column in work.rule(name, period).values():
            wanted[column.entity, column.name] = column
    return LayeredPlan(period, book.vocabulary, work.columns, tuple(wanted.values()))


class _Layering:
    def __init__(self, book: RuleBook, period: Period) -> None:
        self.book, self.period = book, period
        self.columns: dict[tuple[str, str], Column] = {}
        self._rules: dict[tuple[str, Period], dict[str, Column]] = {}

    def _named(self, name: str, period: Period) -> str:
        name = name.replace(".", "__")
        if period == self.period:
            return name
        return f"{name}__{str(period).replace('-', '_')}"

    def _place(self, column: Column) -> Column:
        name = column.name
        for number in count(2):
            there = self.columns.setdefault((column.entity, column.name), column)
            if there is column or _same(there, column):
                return there
            column = replace(column, name=f"{name}_{number}")
        raise AssertionError

    # rules --------------------------------------------------------------------------------------
    def rule(self, name: str, period: Period) -> dict[str, Column]:
        """The columns of a rule, part by part."""
        found = self._rules.get((name, period))
        if found is None:
            found = self._rules[name, period] = self._rule(name, period)
        return found

    def _rule(self, name: str, period: Period) -> dict[str, Column]:
        rules = self.book.at(period)
        entity = rules.variable(name).entity.__name__.lower()
        paths, made = rules.paths_alone(name), {}
        for part, shape in rules.shapes(name).items():
            tree, ends = tree_of([_part(path, part) for path in paths], _text)
            read: dict[str, Expression] = {}
            for branch in branches(tree):
                read.update(leaves(branch.condition))
            for end in ends:
                read.update({} if end is None else leaves(lifted(end)))
            below = {text: self.leaf(entity, rules, leaf) for text, leaf in read.items()}
            content = RuleColumn(
                name, part, tree, tuple(ends), {t: c.name for t, c in below.items()}
            )
            made[part] = self._place(
                Column(
                    entity,
                    self._named(name + part, period),
                    shape.kind,
                    1 + max((c.level for c in below.values()), default=0),
                    content,
                    tuple((c.entity, c.name) for c in below.values()),
                )
            )
        return made

    def leaf(self, entity: str, rules: Rules, leaf: Expression) -> Column:
        """The column of what a rule reads."""
        if leaf.args[1 if leaf.op == "variable" else 0] != "":
            raise RuleError(f"{leaf!r}: a rule of {entity} reads its own facts and its groups")
        if leaf.op == "group":
            return self._group(entity, rules, leaf)
        name, at = without_period(str(leaf.args[0 if leaf.op == "variable" else 1]))
        if leaf.op == "variable":
            rule, dot, part = name.partition(".")
            return self.rule(rule, at or rules.month)[dot + part]
        value = leaf.args[2] if leaf.op == "days" else None
        return self.fact(entity, FactColumn(leaf.op, name, at or rules.month, value))

    def fact(self, entity: str, content: FactColumn) -> Column:
        """The column of a fact."""
        declared = self.book.vocabulary.facts[content.fact]
        name = content.fact
        if content.op == "days":
            name = f"{name}_days_{str(content.value).lower()}"
        elif content.op == "started":
            name = f"{name}_started_on"
        period = content.period if declared.spell else self.period
        content = replace(content, period=period)
        kind = {"days": "int", "started": "date"}.get(content.op, declared.kind)
        return self._place(Column(entity, self._named(name, period), kind, 0, content))

    # groups -------------------------------------------------------------------------------------
    def _group(self, entity: str, rules: Rules, leaf: Expression) -> Column:
        use: GroupUse = leaf.args[1]
        if use.period:
            rules = rules.book.at(read_period(use.period))
        relation = self.book.vocabulary.relations[use.relation]
        there = relation.to
        what, among = (self._of_member(there, rules, w) for w in (use.what, use.among))
        by = tuple(self._of_member(there, rules, fact) for fact in use.by)
        vias = relation.via if isinstance(relation.via, tuple) else (relation.via,)
        owner = entity if isinstance(relation, Parents | One) else there
        pointing = [self.fact(owner, FactColumn("fact", via, rules.month)) for via in vias]
        own = pointing if owner == entity else []
        if isinstance(relation, Siblings):
            own = [self.fact(entity, FactColumn("fact", relation.via, rules.month))]
        below = [c for c in (what, among, *by, *pointing, *own) if c is not None]
        text = replace(use, period="").text
        name = "".join(letter if letter.isalnum() else "_" for letter in text).strip("_")
        content = GroupColumn(
            use=use,
            relation=relation,
            via=tuple(c.name for c in pointing),
            what=None if what is None else what.name,
            among=None if among is None else among.name,
            by=tuple(c.name for c in by if c is not None),
            zero=_zero(self.book.vocabulary, rules, use),
            period=rules.month,
        )
        return self._place(
            Column(
                entity,
                self._named(name, rules.month),
                leaf.kind,
                1 + max(c.level for c in below),
                content,
                tuple((c.entity, c.name) for c in below),
            )
        )

    def _of_member(self, entity: str, rules: Rules, what: Any) -> Column | None:
        if what is None:
            return None
        if isinstance(what, Variable):
            return self.rule(what.name, rules.month)[""]
        return self.fact(entity, FactColumn("fact", what, rules.month))


def _same(a: Column, b: Column) -> bool:
    if isinstance(a.content, GroupColumn) and isinstance(b.content, GroupColumn):
        return a.content.use == b.content.use and a.content.period == b.content.period
    return isinstance(a.content, FactColumn) and a.content == b.content


def _part(path: Path, part: str) -> Path:
    """A path that ends in one part of its outcome."""
    result = path.result
    if isinstance(result, Outcome):
        result = getattr(result, part.removeprefix("."))
    return replace(path, result=result)


def _text(value: Any) -> str:
    return "" if value is None else lifted(value).text


def _zero(vocabulary: Vocabulary, rules: Rules, use: GroupUse) -> Any:
    """What the operation is of nobody."""
    if use.operation != "the":
        return False if use.operation == "any" else 0
    if isinstance(use.what, Variable):
        return ZEROS[rules.shapes(use.what.name)[""].kind]
    return vocabulary.declared(use.what).zero
