# ruff: noqa: S608 — the text holds our own names only
"""How wide rule sets do: exploring, printing, planning and running them over a population."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import duckdb

from minben.base.month import Month
from minben.bench.machine import machine, peak_mib, processor_seconds
from minben.bench.wide_rules import columns_of, people_sql, rule_set
from minben.law.layered_delta import layered_steps
from minben.law.layered_sql import Source, layered_sql
from minben.law.layers import LayeredPlan, RuleColumn

How = Literal["joined", "delta"]
WIDE_FROM = 200  # rules, from which tables of new columns only are quicker
WANTED = 10
GOAL = {"ms_per_rule_and_million": 30, "peak_mib": 1536}


def wide(
    *, rules: int, people: int, slices: int, how: How | None, seed: int, folder: Path, memory: str
) -> dict[str, Any]:
    """Measure a made-up rule set; the last ten rules are asked for, with all they rest on."""
    about, month = machine(), Month(2022, 9)
    how = how or ("delta" if rules >= WIDE_FROM else "joined")
    book, module = rule_set(rules, seed, folder)
    names = [n for n in book.variables if book.variables[n].entity is module.Member][-WANTED:]
    began = time.perf_counter()
    plan = book.at(month).layers(*names)
    explored = time.perf_counter() - began
    used = sum(isinstance(c.content, RuleColumn) for c in plan.columns.values())
    began = time.perf_counter()
    size = len(layered_sql(plan, _sources(0, 1), entity="member"))
    printed = time.perf_counter() - began
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{memory}'")
        con.execute(f"SET threads = {about['cores']}")
        for table, query in people_sql(people).items():
            con.execute(f"CREATE TABLE {table} AS {query}")
        before = peak_mib()
        planned = _planning(con, plan)
        began, processor = time.perf_counter(), processor_seconds()
        with ThreadPoolExecutor(max_workers=about["cores"]) as workers:
            parts = workers.map(
                lambda part: _run(con.cursor(), plan, how, _sources(part, slices)), range(slices)
            )
            sums = [sum(column) for column in zip(*parts, strict=True)]
        took, processor = time.perf_counter() - began, processor_seconds() - processor
    return {
        "bench": "law",
        "machine": about,
        "rules": rules,
        "rules_used": used,
        "groups": len(plan.columns) - used,
        "levels": plan.top,
        "people": people,
        "how": how,
        "slices": slices,
        "explore_seconds": round(explored, 3),
        "print_seconds": round(printed, 3),
        "sql_characters": size,
        "plan_seconds": round(planned, 3),
        "seconds": round(took, 2),
        "processor_seconds": round(processor, 2),
        "ms_per_rule_and_million": round(took * 1e9 / used / people, 1),
        "peak_mib": peak_mib(),
        "peak_mib_before": before,
        "sums": sums,
        "goal": GOAL,
    }


def _sources(part: int, slices: int) -> dict[str, Source]:
    """Whole homes of one slice."""
    found = {}
    for entity, key in (("member", "home"), ("home", "id")):
        only = "true" if slices == 1 else f"p.{key} % {slices} = {part}"
        found[entity] = Source(entity, columns_of(entity), only=only, closed=True)
    return found


def _planning(con: duckdb.DuckDBPyConnection, plan: LayeredPlan) -> float:
    """How long the one query takes to plan."""
    query = layered_sql(plan, _sources(0, 1), entity="member")
    began = time.perf_counter()
    con.execute(f"EXPLAIN {query}").fetchall()
    return time.perf_counter() - began


def _run(
    con: duckdb.DuckDBPyConnection, plan: LayeredPlan, how: How, sources: dict[str, Source]
) -> list[int]:
    names = [c.name for c in plan.wanted]
    sums = ", ".join(f"CAST(sum({n}) AS BIGINT)" for n in names)
    if how == "joined":
        query = layered_sql(plan, sources, entity="member")
        return list(con.execute(f"SELECT {sums} FROM ({query})").fetchall()[0])
    steps, query = layered_steps(plan, sources, entity="member")
    for step in steps:
        con.execute(step)
    found = list(con.execute(f"SELECT {sums} FROM ({query})").fetchall()[0])
    con.close()  # its temporary tables go with it
    return found
