"""The example country: its law together with what a case states, and its cases decided."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from law.in_text import in_text, spells_in_text
from minben.facts.situation import Situation
from minben.law import MONTH, Variable, Year
from minben.law.expression import Unknown
from minben.law.layered_sql import Source, layered_sql
from minben.law.layers import layered
from minben.law.openfisca_cases import Exact, Given, GroupEntity, WrittenCase, read_cases
from minben.law.parameter_file import parameters_of, read_parameters
from minben.law.parameter_tree import ParameterNode
from minben.law.periods import Period, fitting
from minben.law.rulebook import RuleBook
from minben.law.vocabulary import FactType, Spell, Vocabulary
from openfisca.country import reforms

FOLDER = Path(__file__).parent
PARAMETERS = read_parameters(FOLDER / "parameters")
HOUSEHOLDS = GroupEntity("household", "households", {"adults": "adult", "children": "child"})
_numbers = itertools.count()


class Country:
    """One reading of the law: with reforms, and with what the case itself states of rules."""

    def __init__(
        self,
        *,
        reformed: Iterable[str] = (),
        parameters: Mapping[str, Any] | None = None,
        stated: Mapping[str, frozenset[Period]] | None = None,
    ) -> None:
        self.law = _module(FOLDER / "law.py")
        tree = (
            PARAMETERS if not parameters else parameters_of(parameters, "parameters of the case")
        )
        for name in reformed:
            tree = reforms.REFORMS[name.rpartition(".")[2]](self.law, tree)
        vocabulary = self.law.VOCABULARY
        self.rules = {n: v for n, v in vars(self.law).items() if isinstance(v, Variable)}
        facts: dict[str, FactType] = dict(vocabulary.facts)
        for name, periods in (stated or {}).items():
            facts[f"stated_{name}"] = _state(self.rules[name], periods)
        for name, declared in vocabulary.facts.items():
            if declared.kind != "person":
                self.rules[f"told_{name}"] = self._telling(name)
        self.book = RuleBook(
            self.rules.values(),
            vocabulary=Vocabulary(facts, vocabulary.relations),
            parameters=tree,
        )

    def entity_of(self, name: str) -> str:
        """The entity of a rule or fact."""
        if name in self.rules:
            return self.rules[name].entity.__name__.lower()
        return "person" if name in self.law.Person.declared else "household"

    def scale(self, name: str) -> int:
        """How many of our units are one of OpenFisca's: 100 where it is money."""
        name = name.removeprefix("stated_")
        if name in self.rules:
            return 100 if self.rules[name].rule.__annotations__["return"] == "Cents" else 1
        entity = self.law.Person if name in self.law.Person.declared else self.law.Household
        return 100 if entity.__annotations__.get(name) == "Cents" else 1

    def cases(self, file: Path) -> list[WrittenCase]:
        """The cases of one file."""
        return read_cases(
            file.read_text("utf-8"),
            file=file.name,
            person="person",
            groups=(HOUSEHOLDS,),
            entity_of=self.entity_of,
        )

    def situation(self, case: WrittenCase) -> dict[str, dict[str, Any]]:
        """Rows and what is known of each: everything, by default nothing out of the ordinary."""
        rows: dict[str, dict[str, Any]] = {}
        for entity, names in case.rows.items():
            dated = [f for f, t in self.book.vocabulary.facts.items() if t.spell]
            mine = [f for f in dated if self.entity_of(f.removeprefix("stated_")) == entity]
            for name in names:
                rows[name] = dict.fromkeys(mine, ())
        for person, _, group, role in case.members:
            rows[person] |= {"household": group, "household_role": role}
        for given in case.given:
            self._tell(rows[given.row], given)
        return rows

    def _tell(self, row: dict[str, Any], given: Given) -> None:
        name = f"stated_{given.variable}" if given.variable in self.rules else given.variable
        declared = self.book.vocabulary.facts[name]
        value = self._ours(name, given.value)
        if not declared.spell:
            row[name] = value
            return
        period = given.period
        if isinstance(period, Year) and declared.kind == "int" and name == given.variable:
            assert value % 12 == 0, f"{name}: a year's amount in twelve equal parts"
            value = value // 12
        row[name] = (*row[name], Spell(value, period.first_day, period.last_day))

    def _ours(self, name: str, value: Exact) -> Any:
        if not isinstance(value, Fraction):
            return value
        ours = value * self.scale(name)
        assert ours.denominator == 1, f"{name}: {value} is no whole number of our units"
        return int(ours)

    def _telling(self, fact: str) -> Variable[Any, Any]:
        entity = self.law.Person if fact in self.law.Person.declared else self.law.Household

        def told(one: Any, month: Any, p: Any) -> Any:
            """A fact as it is read."""
            return getattr(one, fact)

        return Variable(f"told_{fact}", told, entity, MONTH, ())

    def rule_for(self, expected: Given) -> tuple[str, Period]:
        """The rule that computes an expected value, and for which period."""
        name = (
            expected.variable if expected.variable in self.rules else f"told_{expected.variable}"
        )
        return name, fitting(name, self.rules[name].period, expected.period)

    def theirs(self, name: str, value: Any) -> Exact:
        """A value of ours in OpenFisca's units."""
        if isinstance(value, bool | str | date):
            return value
        return Fraction(value, self.scale(name))


def by_case(country: Country, case: WrittenCase) -> list[Exact]:
    """The expected values, computed one by one by the interpreter."""
    rows, found = country.situation(case), []
    for expected in case.expected:
        name, period = country.rule_for(expected)
        family = Situation(expected.row, rows)
        finding = country.book.at(period).decide(family, subject=expected.row, variable=name)
        assert not isinstance(finding.value, Unknown), (case.name, expected)
        found.append(country.theirs(expected.variable, finding.value))
    return found


@dataclass(frozen=True)
class Query:
    """One SQL text that computes some rules for all rows of an entity in one period."""

    sql: str
    names: tuple[str, ...]
    period: Period


def queries(country: Country, case: WrittenCase) -> list[Query]:
    """What computes the expected values of a case, for all its rows at once."""
    wanted: dict[tuple[str, Period], set[str]] = {}
    for expected in case.expected:
        name, period = country.rule_for(expected)
        wanted.setdefault((country.entity_of(expected.variable), period), set()).add(name)
    sources, found = _sources(country, case), []
    for (entity, period), names in wanted.items():
        plan = layered(country.book, period, sorted(names))
        columns = tuple(c.name for c in plan.wanted)
        found.append(Query(layered_sql(plan, sources, entity=entity), columns, period))
    return found


def answers(
    country: Country, case: WrittenCase, asked: list[Query], rows: list[list[Any]]
) -> list[Exact]:
    """The expected values out of the rows of the queries."""
    said: dict[tuple[str, str, Period], Any] = {}
    for query, found in zip(asked, rows, strict=True):
        for key, *values in found:
            for name, value in zip(query.names, values, strict=True):
                said[key, name, query.period] = value
    return [country.theirs(e.variable, said[(e.row, *country.rule_for(e))]) for e in case.expected]


def by_population(country: Country, case: WrittenCase) -> list[Exact]:
    """The expected values, computed by DuckDB."""
    asked = queries(country, case)
    with duckdb.connect() as con:
        return answers(country, case, asked, [con.execute(q.sql).fetchall() for q in asked])


def _sources(country: Country, case: WrittenCase) -> dict[str, Source]:
    rows, facts = country.situation(case), country.book.vocabulary.facts
    sources = {}
    for entity, names in case.rows.items():
        mine = [f for f in facts if country.entity_of(f.removeprefix("stated_")) == entity]
        plain = [f for f in mine if not facts[f].spell]
        columns = {"id": "text"}
        for fact in plain:
            columns |= {fact: facts[fact].kind, f"{fact}_known": "bool"}
        told = [
            [name, *(v for f in plain for v in (rows[name].get(f), f in rows[name]))]
            for name in names
        ]
        dated = {}
        for fact in (f for f in mine if f not in plain):
            spells = [(n, s.value, s.on, s.until) for n in names for s in rows[n][fact]]
            dated[fact] = spells_in_text(facts[fact].kind, spells)
        known = frozenset(columns) - {"id"}
        sources[entity] = Source(in_text(columns, told), known, dated)
    return sources


def stated(cases: Iterable[WrittenCase], rules: Mapping[str, Any]) -> dict[str, frozenset[Period]]:
    """Of which rules cases state results, and for which periods."""
    found: dict[str, set[Period]] = {}
    for case in cases:
        for given in case.given:
            if given.variable in rules:
                found.setdefault(given.variable, set()).add(given.period)
    return {name: frozenset(periods) for name, periods in found.items()}


def _state(variable: Variable[Any, Any], periods: frozenset[Period]) -> FactType:
    """Let a rule take what is stated for these periods; elsewhere it is computed."""
    fact, kind = f"stated_{variable.name}", variable.kind
    for since, body in [(None, variable.rule), *variable.bodies]:
        changed = _stating(fact, periods, body)
        if since is None:
            changed.__annotations__ = body.__annotations__
            object.__setattr__(variable, "rule", changed)
        else:
            place = variable.bodies.index((since, body))
            variable.bodies[place] = (since, changed)
    return FactType(fact, kind, spell=True, default=0 if kind == "int" else None)


def _stating(fact: str, periods: frozenset[Period], body: Any) -> Any:
    def told_or_computed(one: Any, month: Any, p: Any) -> Any:
        """What the case states, else what the law says."""
        if month in periods:
            return getattr(one, fact)
        return body(one, month, p)

    return told_or_computed


def _module(file: Path) -> ModuleType:
    name = f"example_country_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def changed(node: ParameterNode, path: str, value: Any) -> ParameterNode:
    """The same tree with one parameter, scale or folder replaced."""
    head, _, rest = path.partition(".")
    below = changed(node.children[head], rest, value) if rest else value
    return replace(node, children={**node.children, head: below})
