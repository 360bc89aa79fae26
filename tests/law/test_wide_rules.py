"""Wide rule sets: one person, one query and tables of new columns say the same of every rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from minben.base.month import Month
from minben.bench.law import wide
from minben.bench.wide_rules import columns_of, people_sql, rule_set
from minben.facts.situation import Situation
from minben.law.layered_delta import layered_steps
from minben.law.layered_sql import Source, layered_sql
from minben.law.layers import LayeredPlan
from minben.law.rulebook import RuleBook

# Populations in every form.
pytestmark = pytest.mark.slow

MONTH = Month(2022, 9)
SOURCES = {e: Source(e, columns_of(e), closed=True) for e in ("member", "home")}
Rows = dict[Any, dict[str, Any]]


def plan_of_all(book: RuleBook, entity: str) -> LayeredPlan:
    every = book.variables.values()
    return book.at(MONTH).layers(*(v.name for v in every if v.entity.__name__.lower() == entity))


def population(con: duckdb.DuckDBPyConnection, people: int) -> None:
    for table, query in people_sql(people).items():
        con.execute(f"CREATE TABLE {table} AS {query}")


def rows_of(found: duckdb.DuckDBPyConnection) -> Rows:
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def in_one_query(con: duckdb.DuckDBPyConnection, plan: LayeredPlan, entity: str) -> Rows:
    return rows_of(con.execute(layered_sql(plan, SOURCES, entity=entity)))


def in_tables(con: duckdb.DuckDBPyConnection, plan: LayeredPlan, entity: str) -> Rows:
    mine = con.cursor()
    steps, query = layered_steps(plan, SOURCES, entity=entity)
    for step in steps:
        mine.execute(step)
    return rows_of(mine.execute(query))


def situation_of(con: duckdb.DuckDBPyConnection, home: int) -> Situation:
    """One home and its members, as one case."""
    facts: dict[str, dict[str, Any]] = {}
    for entity, key in (("home", "id"), ("member", "home")):
        found = rows_of(con.execute(f"SELECT * FROM {entity} WHERE {key} = {home}"))
        for number, row in found.items():
            kept = {k: v for k, v in row.items() if k != "id"}
            if entity == "member":
                kept["home"] = f"home{home}"
            facts[f"{entity}{number}"] = kept
    return Situation(f"home{home}", facts)


@pytest.mark.parametrize("entity", ["member", "home"])
def test_every_rule_says_the_same_in_every_form(tmp_path: Path, entity: str) -> None:
    book, _ = rule_set(60, 1, tmp_path)
    plan = plan_of_all(book, entity)
    with duckdb.connect() as con:
        population(con, 30)
        rows = in_one_query(con, plan, entity)
        assert in_tables(con, plan, entity) == rows
        for home in (0, 7):
            family = situation_of(con, home)
            mine = [k for k in family.facts if k.startswith(entity)]
            for key in mine:
                for column in plan.wanted:
                    said = book.at(MONTH).decide(family, subject=key, variable=column.name)
                    assert said.value == rows[int(key.removeprefix(entity))][column.name]


def test_wider_sets_say_the_same_in_both_forms(tmp_path: Path) -> None:
    book, module = rule_set(200, 2, tmp_path)
    members = [v.name for v in book.variables.values() if v.entity is module.Member]
    plan = book.at(MONTH).layers(*members[-40:])
    sums = ", ".join(f"bit_xor(hash(id, {c.name}))" for c in plan.wanted)
    with duckdb.connect() as con:
        population(con, 250_000)  # so many that rows would move if nothing held them
        query = layered_sql(plan, SOURCES, entity="member")
        steps, last = layered_steps(plan, SOURCES, entity="member")
        for step in steps:
            con.execute(step)
        tables = con.execute(f"SELECT {sums} FROM ({last})").fetchall()
        assert con.execute(f"SELECT {sums} FROM ({query})").fetchall() == tables


def test_slices_of_homes_add_up_to_the_whole(tmp_path: Path) -> None:
    asked = {"rules": 50, "people": 1_000, "seed": 3, "folder": tmp_path, "memory": "1GB"}
    whole = wide(slices=1, how="joined", **asked)  # type: ignore[arg-type]
    assert wide(slices=3, how="delta", **asked)["sums"] == whole["sums"]  # type: ignore[arg-type]
    assert whole["rules_used"] > 20


def test_the_text_of_the_query_grows_with_the_rules_only(tmp_path: Path) -> None:
    sizes = []
    for count in (30, 120):
        book, _ = rule_set(count, 1, tmp_path)
        sizes.append(
            len(layered_sql(plan_of_all(book, "member"), SOURCES, entity="member")) / count
        )
    assert sizes[1] < 2 * sizes[0]
