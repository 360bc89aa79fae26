# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""The layers of a screening, one per level of dependency.

subject → relatives and groups → seen (all facts of a row) → asked (each condition once)
→ found (which results are within reach) → the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from minben.law.columns import Columns, fact_column
from minben.law.decision_tree import Branch, Leaf, Tree
from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.expression import Expression
from minben.law.outcome import OPEN, Outcome
from minben.law.sql_expression import condition_sql, literal, settled_value_sql
from minben.law.sql_groups import group_sql, seen_group
from minben.law.vocabulary import Children, FactType, Parents, Siblings

if TYPE_CHECKING:
    from minben.law.screening_plan import ScreeningPlan


_SQL_KINDS: Final = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR", "date": "DATE"}


class Layers:
    """The layers that gather a row's facts."""

    def __init__(
        self,
        plan: ScreeningPlan,
        person: str,
        available: Collection[str] | None,
        spells: Mapping[str, str],
        only: str,
    ) -> None:
        self.plan, self.person, self.spells, self.only = plan, person, spells, only
        self.available = None if available is None else frozenset(available)
        self.reads: Columns = plan.reads

    def steps(self) -> list[tuple[str, str]]:
        """Name and text of each layer."""
        groups = self.reads.groups
        steps = [(f"{fact}_in_month", self._spells(fact)) for fact in self._dated()]
        steps.append(("subject", self._subject()))
        relatives = sorted(set(self.reads.facts) - {""})
        steps += [(via, self._relative(via)) for via in relatives]
        for name, use in groups.items():
            steps.append((f"{name}_members", self._members(use)))
            steps.append((name, group_sql(f"{name}_members", use, self._what(use))))
        steps.append(("seen", self._seen(relatives)))
        return steps

    # one row's own facts ------------------------------------------------------------------------
    def fact(self, leaf: Expression) -> str:
        """A fact of the person table, NULL where it is not known."""
        name, fact = fact_column(leaf), str(leaf.args[1])
        declared = self.plan.vocabulary.facts[fact]
        if fact in self.spells:
            return self._from_spells(leaf, name)
        if not self._has(name):
            text = f"CAST(NULL AS {_SQL_KINDS[leaf.kind]})"
        else:
            text = f"p.{name}"
            if leaf.op == "fact" and declared.default is not None:
                text = f"coalesce({text}, {literal(declared.default)})"
            if leaf.op == "fact" and declared.kind == "date":  # known to have no day: never
                text = f"coalesce({text}, {literal(date.max)})"
            text = self._if_known(name, text)
        if declared.assumed is not None:
            text = f"coalesce({text}, {literal(declared.assumed)})"
        return text

    def _from_spells(self, leaf: Expression, name: str) -> str:
        fact = str(leaf.args[1])
        text = f"{fact}_in_month.{name}"
        default = self.plan.vocabulary.facts[fact].default
        if leaf.op == "fact" and default is not None:
            text = f"coalesce({text}, {literal(default)})"
        if leaf.op == "days":
            text = f"coalesce({text}, 0)"
        return self._if_known(fact, text)

    def _if_known(self, name: str, text: str) -> str:
        known = f"{name}_known"
        if self.available is not None and known not in self.available:
            return text
        return f"CASE WHEN p.{known} THEN {text} END"

    def _has(self, name: str) -> bool:
        return self.available is None or name in self.available

    def _facts(self, person: str) -> list[str]:
        own = self.reads.facts.get(person, {})
        return [f"{self.fact(leaf)} AS {name}" for name, leaf in own.items()]

    def _subject(self) -> str:
        vias = self._vias()
        chosen = ["p.id AS id", *self._facts("")]
        for via in vias:
            target = self._if_known(via, f"p.{via}") if self._has(via) else "CAST(NULL AS VARCHAR)"
            there = self._if_known(via, f"p.{via} IS NOT NULL") if self._has(via) else "NULL"
            chosen += [f"{target} AS {via}", f"{there} AS {via}__exists"]
        return (
            f"SELECT * FROM (SELECT {', '.join(chosen)} FROM {self.person} AS p"
            f"{self._joins(self.reads.facts.get('', {}))}\n"
            f"  WHERE {self.only}) AS own WHERE {self.plan.concerns}"
        )

    def _relative(self, via: str) -> str:
        chosen = ", ".join(["p.id AS id", *self._facts(via)])
        return (
            f"SELECT {chosen} FROM {self.person} AS p{self._joins(self.reads.facts[via])}\n"
            f"  WHERE p.id IN (SELECT {via} FROM subject)"
        )

    def _joins(self, facts: Mapping[str, Expression]) -> str:
        dated = {str(leaf.args[1]) for leaf in facts.values()} & set(self.spells)
        return "".join(
            f" LEFT JOIN {f}_in_month ON {f}_in_month.person = p.id" for f in sorted(dated)
        )

    def _vias(self) -> list[str]:
        vias = {*self.reads.exists, *(set(self.reads.facts) - {""})}
        for use in self.reads.groups.values():
            relation = self.plan.vocabulary.relations[use.relation]
            if isinstance(relation, Siblings):
                vias.add(relation.via)
        return sorted(vias)

    # spells and groups --------------------------------------------------------------------------
    def _dated(self) -> list[str]:
        read = {str(leaf.args[1]) for own in self.reads.facts.values() for leaf in own.values()}
        return sorted(read & set(self.spells))

    def _spells(self, fact: str) -> str:
        first, last = literal(self.plan.month.first_day), literal(self.plan.month.last_day)
        leaves = {
            name: leaf
            for own in self.reads.facts.values()
            for name, leaf in own.items()
            if leaf.args[1] == fact
        }
        chosen = ["person"]
        for name, leaf in leaves.items():
            if leaf.op == "fact":
                chosen.append(f"max_by(value, starts_on) AS {name}")
            elif leaf.op == "started":
                chosen.append(f"max(starts_on) AS {name}")
            else:
                days = f"least(coalesce(ends_on, {last}), {last}) - greatest(starts_on, {first})"
                chosen.append(
                    f"least(sum(CASE WHEN value = {literal(leaf.args[2])} THEN {days} + 1"
                    f" ELSE 0 END), {self.plan.month.days}) AS {name}"
                )
        return (
            f"SELECT {', '.join(chosen)} FROM {self.spells[fact]}\n"
            f"  WHERE starts_on <= {last} AND (ends_on IS NULL OR ends_on >= {first})"
            f"{self._not_default(fact)} GROUP BY person"
        )

    def _not_default(self, fact: str) -> str:
        default = self.plan.vocabulary.facts[fact].default
        return "" if default is None else f" AND value <> {literal(default)}"

    def _what(self, use: GroupUse) -> FactType | None:
        return self.plan.vocabulary.facts.get(use.what) if isinstance(use.what, str) else None

    def _members(self, use: GroupUse) -> str:
        """Owner and members of a group, with the facts that the operation reads."""
        relation = self.plan.vocabulary.relations[use.relation]
        facts = self.plan.vocabulary.facts
        names = [*use.by, *(n for n in (use.what, use.among) if n is not None)]
        if not all(isinstance(n, str) for n in names):
            raise RuleError(f"{use.text}: over many persons, SQL reads facts, not rules")
        if any(facts[n].spell and n in self.spells for n in names):
            raise RuleError(f"{use.text}: dated facts of many persons need a monthly column")
        leaves = {n: Expression("fact", ("", n), facts[n].kind) for n in dict.fromkeys(names)}
        chosen = "".join(f", {self.fact(leaf)} AS {n}" for n, leaf in leaves.items())
        if isinstance(relation, Siblings):
            via = relation.via
            return (
                f"SELECT s.id AS owner, o.* FROM subject AS s JOIN (SELECT p.id AS member,"
                f" p.{via} AS group_key{chosen} FROM {self.person} AS p"
                f" WHERE {self._if_known(via, f'p.{via}')} IN (SELECT {via} FROM subject))"
                f" AS o ON o.group_key = s.{via}"
            )
        if isinstance(relation, Parents):
            raise RuleError(f"{use.text}: parents are asked one by one")
        assert isinstance(relation, Children)
        parts = [
            f"SELECT {self._if_known(via, f'p.{via}')} AS owner, p.id AS member{chosen}"
            f" FROM {self.person} AS p"
            for via in relation.via
        ]
        return (
            f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS o"
            " WHERE owner IN (SELECT id FROM subject)"
        )

    def _seen(self, relatives: list[str]) -> str:
        chosen = ["s.*"]
        joins = ""
        for via in relatives:
            chosen += [f"{via}.{name} AS {via}__{name}" for name in self.reads.facts[via]]
            joins += f"\n  LEFT JOIN {via} ON {via}.id = s.{via}"
        for name, use in self.reads.groups.items():
            relation = self.plan.vocabulary.relations[use.relation]
            there = f"s.{relation.via}__exists" if isinstance(relation, Siblings) else "true"
            chosen += seen_group(name, use, there)
            joins += f"\n  LEFT JOIN {name} ON {name}.owner = s.id"
        return f"SELECT {', '.join(chosen)} FROM subject AS s{joins}"


# conditions and answers -----------------------------------------------------------
def asked(plan: ScreeningPlan) -> str:
    """Each condition once, and each amount that is not a plain number."""
    chosen = ["id"]
    chosen += [f"{condition_sql(e, plan.reads)} AS {c}" for c, e in plan.conditions.items()]
    for number, outcome in enumerate(plan.results):
        if _computed(outcome):
            chosen.append(f"{settled_value_sql(outcome.amount, plan.reads)} AS amount_{number}")
    return f"SELECT {', '.join(chosen)} FROM seen"


def found(plan: ScreeningPlan) -> str:
    """The result that assumes no open guard bites, and which answers are within reach."""
    names = {e.text: c for c, e in plan.conditions.items()}
    chosen = ["*", f"{_last_way(plan.tree, names)} AS way"]
    for number, outcome in enumerate(plan.outcomes):
        same = frozenset(i for i, r in enumerate(plan.results) if r.answer == outcome.answer)
        chosen.append(f"{reach(plan.tree, same, names)} AS may_{number}")
    return f"SELECT {', '.join(chosen)} FROM asked"


def reach(tree: Tree, wanted: frozenset[int], names: Mapping[str, str]) -> str:
    """Whether one of these results can still come out: neither condition on the way is settled
    against it."""
    if isinstance(tree, Leaf):
        return "true" if tree.result in wanted else "false"
    if tree.ends <= wanted:
        return "true"
    if not tree.ends & wanted:
        return "false"
    name = names[tree.condition.text]
    ways = []
    for branch, test in ((tree.yes, "IS NOT FALSE"), (tree.no, "IS NOT TRUE")):
        further = reach(branch, wanted, names)
        if further == "true":
            ways.append(f"{name} {test}")
        elif further != "false":
            ways.append(f"({name} {test} AND {further})")
    return ways[0] if len(ways) == 1 else f"({ways[0]} OR {ways[1]})"


def _last_way(tree: Tree, names: Mapping[str, str]) -> str:
    if isinstance(tree, Leaf):
        return str(tree.result)
    ways = []
    while isinstance(tree, Branch):
        name = names[tree.condition.text]
        ways.append(f"WHEN {name} IS TRUE THEN {_last_way(tree.yes, names)}")
        tree = tree.no
    return f"CASE {' '.join(ways)} ELSE {tree.result} END"


def answered(plan: ScreeningPlan) -> str:
    """Status, scheme, amount and reason of each row; of an open row the answers within reach."""
    count = " + ".join(f"CASE WHEN may_{i} THEN 1 ELSE 0 END" for i in range(len(plan.outcomes)))
    amount = _case(plan, lambda n, o: f"amount_{n}" if _computed(o) else _plain(o.amount))
    unsettled = [n for n, o in enumerate(plan.results) if _computed(o)]
    settled = "".join(f" AND NOT (way = {n} AND amount_{n} IS NULL)" for n in unsettled)
    numbers = ", ".join(f"CASE WHEN may_{i} THEN '{i}' END" for i in range(len(plan.outcomes)))
    return (
        f"SELECT id, CASE WHEN settled THEN {_case(plan, lambda n, o: literal(o.status))}"
        f" ELSE '{OPEN}' END AS status,\n"
        f"  CASE WHEN settled THEN {_case(plan, lambda n, o: _plain(o.scheme))} END AS scheme,\n"
        f"  CASE WHEN settled THEN {amount} END AS amount,\n"
        f"  CASE WHEN settled THEN {_case(plan, lambda n, o: _plain(o.reason))} END AS reason,\n"
        f"  CASE WHEN NOT settled THEN concat_ws(',', {numbers}) END AS outcomes\n"
        f"FROM (SELECT *, ({count}) = 1{settled} AS settled FROM found) AS answered"
    )


def _computed(outcome: Outcome) -> bool:
    return isinstance(outcome.amount, Expression) and not outcome.amount.known


def _plain(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Expression):
        value = value.value
    assert isinstance(value, bool | int | str)
    return literal(value)


def _case(plan: ScreeningPlan, of: Callable[[int, Outcome], str]) -> str:
    texts: dict[str, list[int]] = {}
    for number, outcome in enumerate(plan.results):
        texts.setdefault(of(number, outcome), []).append(number)
    if len(texts) == 1:
        return next(iter(texts))
    rows = " ".join(
        f"WHEN way IN ({', '.join(map(str, numbers))}) THEN {text}"
        for text, numbers in texts.items()
    )
    return f"CASE {rows} END"
