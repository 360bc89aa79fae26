# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""The layers of a screening, one per level of dependency.

subject → relatives and groups → seen (all facts of a row) → asked (each condition once)
→ (`screening_answer`) the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from minben.law.columns import Columns, fact_column
from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.expression import Expression
from minben.law.sql_expression import literal
from minben.law.sql_groups import group_sql, seen_group
from minben.law.vocabulary import Children, FactType, Siblings

if TYPE_CHECKING:
    from minben.law.screening_plan import ScreeningPlan


_SQL_KINDS: Final = {"int": "BIGINT", "bool": "BOOLEAN", "text": "STRING", "date": "DATE"}


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
        if relatives:
            steps.append(("relative", self._relatives(relatives)))
        steps += [(f"sibling_by_{via}", self._all_siblings(via)) for via in self._siblings()]
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
            target = self._if_known(via, f"p.{via}") if self._has(via) else "CAST(NULL AS STRING)"
            there = self._if_known(via, f"p.{via} IS NOT NULL") if self._has(via) else "NULL"
            chosen += [f"{target} AS {via}", f"{there} AS {via}__exists"]
        return (
            f"SELECT * FROM (SELECT {', '.join(chosen)} FROM {self.person} AS p"
            f"{self._joins(self.reads.facts.get('', {}))}\n"
            f"  WHERE {self.only} AND {self._raw_concern()}) AS own WHERE {self.plan.concerns}"
        )

    def _raw_concern(self) -> str:
        """The concern on stored columns, so that the scan itself skips everybody else."""
        columns = self.plan.columns if self.available is None else self.available
        return self.plan.concerned("p.", set(columns) - set(self.spells))

    def _relatives(self, vias: list[str]) -> str:
        """Mothers and fathers of the subjects, in one pass over the persons."""
        facts = {n: leaf for via in vias for n, leaf in self.reads.facts[via].items()}
        chosen = ", ".join(["p.id AS id", *(f"{self.fact(e)} AS {n}" for n, e in facts.items())])
        wanted = " UNION ALL ".join(f"SELECT {via} FROM subject" for via in vias)
        return (
            f"SELECT {chosen} FROM {self.person} AS p{self._joins(facts)}\n"
            f"  WHERE p.id IN ({wanted})"
        )

    def _siblings(self) -> dict[str, None]:
        """The `via` facts of the sibling groups that are used."""
        relations = (
            self.plan.vocabulary.relations[u.relation] for u in self.reads.groups.values()
        )
        return dict.fromkeys(r.via for r in relations if isinstance(r, Siblings))

    def _all_siblings(self, via: str) -> str:
        """Everybody with the same mother, or the same father, as a subject.

        A pass over the persons for each: two semi-joins cost less than one pass with `OR`.
        """
        names: dict[str, str] = {}
        for use in self.reads.groups.values():
            relation = self.plan.vocabulary.relations[use.relation]
            if isinstance(relation, Siblings) and relation.via == via:
                names.update(self._member_facts(use))
        chosen = ["p.id AS member", f"{self._if_known(via, f'p.{via}')} AS of_{via}"]
        chosen += [f"{text} AS {name}" for name, text in names.items()]
        return (
            f"SELECT {', '.join(chosen)} FROM {self.person} AS p"
            f" WHERE p.{via} IN (SELECT {via} FROM subject)"
        )

    def _member_facts(self, use: GroupUse) -> dict[str, str]:
        facts = self.plan.vocabulary.facts
        names = [*use.by, *(n for n in (use.what, use.among) if n is not None)]
        if not all(isinstance(n, str) for n in names):
            raise RuleError(f"{use.text}: over many persons, SQL reads facts, not rules")
        if any(facts[n].spell and n in self.spells for n in names):
            raise RuleError(f"{use.text}: dated facts of many persons need a monthly column")
        return {n: self.fact(Expression("fact", ("", n), facts[n].kind)) for n in names}

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
        dated = [via for via in sorted(vias) if self.plan.vocabulary.facts[via].spell]
        if dated:
            raise RuleError(f"{dated[0]} changes with time: a screening cannot, see Rules.layers")
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
                ends = f"least(coalesce(ends_on, {last}), {last})"
                days = f"date_diff('day', greatest(starts_on, {first}), {ends})"
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
        facts = self._member_facts(use)
        if isinstance(relation, Siblings):
            chosen = "".join(f", o.{name} AS {name}" for name in facts)
            return (
                f"SELECT s.id AS owner, o.member AS member{chosen}"
                f" FROM subject AS s JOIN sibling_by_{relation.via} AS o"
                f" ON o.of_{relation.via} = s.{relation.via}"
            )
        if not isinstance(relation, Children):
            raise RuleError(f"{use.text}: a screening does not reach that far: see Rules.layers")
        chosen = "".join(f", {text} AS {name}" for name, text in facts.items())
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
            joins += f"\n  LEFT JOIN relative AS {via} ON {via}.id = s.{via}"
        for name, use in self.reads.groups.items():
            relation = self.plan.vocabulary.relations[use.relation]
            there = f"s.{relation.via}__exists" if isinstance(relation, Siblings) else "true"
            chosen += seen_group(name, use, there)
            joins += f"\n  LEFT JOIN {name} ON {name}.owner = s.id"
        return f"SELECT {', '.join(chosen)} FROM subject AS s{joins}"
