# ruff: noqa: S608 — the text holds our own file names only
"""How long a nation takes: one rule, one month, Parquet to Parquet."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from minben.base.month import Month
from minben.bench.machine import machine, peak_mib, processor_seconds
from minben.packs.load import pack
from minben.screening.people import always_known

GOAL = {"seconds": 10, "peak_mib": 2048, "on": "23.4 million people, 2 cores"}


def screening(
    source: Path, *, key: str, month: Month, memory: str, slices: int, known: frozenset[str] | None
) -> dict[str, Any]:
    """Screen everybody in a Parquet file and say how long it took, and with what result.

    `known` names the fact columns that may be read (None: all), as a mandate would. `slices`
    does the subjects in so many parts, for less memory.
    """
    about = machine()
    began = time.perf_counter()
    plan = pack(key).screening_sql(month)
    planned = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{memory}'")
        con.execute(f"SET threads = {about['cores']}")
        con.execute(f"SET temp_directory = '{spill}'")
        con.execute("SET preserve_insertion_order = false")
        people = f"read_parquet('{source}')"
        columns = con.execute(f"DESCRIBE SELECT * FROM {people}").fetchall()
        always = always_known(con, source)
        available = [
            c for c, *_ in columns if c not in always and (known is None or _is_read(c, known))
        ]
        (rows,) = con.execute(f"SELECT count(*) FROM {people}").fetchall()[0]
        began, used = time.perf_counter(), processor_seconds()
        for part in range(slices):
            only = (
                "true"
                if slices == 1
                else f"ascii(right(CAST(p.id AS VARCHAR), 1)) % {slices} = {part}"
            )
            query = plan.sql(person=people, available=available, only=only)
            con.execute(f"COPY ({query}) TO '{spill}/found-{part}.parquet' (FORMAT parquet)")
        took, processor = time.perf_counter() - began, processor_seconds() - used
        answers = con.execute(
            "SELECT status, coalesce(scheme, ''), count(*), sum(amount)"
            f" FROM '{spill}/found-*.parquet' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return {
        "bench": "screening",
        "machine": about,
        "pack": key,
        "month": str(month),
        "people": rows,
        "source": str(source),
        "seconds": round(took, 2),
        "processor_seconds": round(processor, 2),
        "plan_seconds": round(planned, 2),
        "peak_mib": peak_mib(),
        "sql_characters": len(plan.sql()),
        "slices": slices,
        "concerns": plan.concerns,
        "columns_absent": sorted(set(plan.columns) - {c for c, *_ in columns}),
        "answers": [
            {
                "status": s,
                "scheme": k or None,
                "people": n,
                "amount": None if a is None else int(a),
            }
            for s, k, n, a in answers
        ],
        "goal": GOAL,
    }


def _is_read(column: str, known: frozenset[str]) -> bool:
    fact = column.removesuffix("_known")
    return fact in known | {"id"} or any(fact.startswith(f"{k}_") for k in known)
