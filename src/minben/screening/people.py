"""From exports to the law's input table, and from the law to results, in DuckDB."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from minben.base.month import Month
from minben.facts.catalogue import FACTS, HOUSEHOLD
from minben.law.outcome import Outcome
from minben.law.path_counts import PathPlan
from minben.law.screening_plan import ScreeningPlan
from minben.packs.load import pack as load_pack

_KINDS = {"date": "DATE", "int": "BIGINT", "bool": "BOOLEAN"}
RESULTS = "results.parquet"
SCREENED = "screened.parquet"
PATHS = "paths.parquet"
REGISTER = HOUSEHOLD.replace("/", "_") + ".parquet"


@dataclass(frozen=True, slots=True)
class Found:
    """結果摘要 What a run found: counts by status, and digests of its files."""

    persons: int
    counts: dict[str, int]
    outcomes: list[dict[str, Any]]
    results_digest: str


def plan_of(pack: str, month: Month) -> ScreeningPlan:
    """The law as a query, for a month."""
    plan: ScreeningPlan = load_pack(pack).screening_sql(month)
    return plan


def wanted(plan: ScreeningPlan, mandated: Sequence[str]) -> tuple[str, ...]:
    """The mandated facts that the law reads: nothing else is ordered."""
    return tuple(fact for fact in mandated if fact in plan.columns)


def screen(plan: ScreeningPlan, folder: Path, exports: Mapping[str, Sequence[str]]) -> Found:
    """Run the law over the exports (base name → columns; the first is the register of persons).

    Writes `screened.parquet` (everyone whose facts were read) and `results.parquet`. A person
    whom a further export does not list has the values that its own metadata says no row means;
    what no export holds is unknown, so the law answers due, not due or open.
    """
    with duckdb.connect() as db:
        columns = _join(db, folder, exports)
        available = {"id", *columns, *_companions(db, columns)}
        sql = plan.sql(person="person", available=available)
        _copy(db, "SELECT id FROM person ORDER BY id", folder / SCREENED)
        _copy(db, f"SELECT * FROM ({sql}) ORDER BY id", folder / RESULTS)  # noqa: S608
        persons = db.execute("SELECT count(*) FROM person").fetchall()[0][0]
        counts = db.execute(
            "SELECT status, count(*) FROM read_parquet(?) GROUP BY status",
            [str(folder / RESULTS)],
        ).fetchall()
    by_status = {str(status): int(count) for status, count in counts}
    concerned = sum(by_status.values())
    by_status["not_due"] = by_status.get("not_due", 0) + persons - concerned
    return Found(
        persons=persons,
        counts=by_status,
        outcomes=[_outcome(outcome) for outcome in plan.outcomes],
        results_digest=hashlib.sha256((folder / RESULTS).read_bytes()).hexdigest(),
    )


def count_paths(plan: PathPlan, folder: Path, register: str) -> list[tuple[int, int, int]]:
    """Per path of the decision: (way, people decided, people open), from a run's own files.

    Counted when first asked, and kept beside the results without anybody's pseudonym.
    """
    counted = folder / PATHS
    with duckdb.connect() as db:
        if not counted.exists():
            held = _held(db, folder, register)
            columns = _join(db, folder, held)
            available = {"id", *columns, *_companions(db, columns)}
            ways = plan.plan.ways_sql(person="person", available=available)
            _copy(
                db,
                "SELECT w.way, count(*) FILTER (WHERE r.status <> 'open') AS decided,"  # noqa: S608
                f" count(*) FILTER (WHERE r.status = 'open') AS open FROM ({ways}) AS w"
                f" JOIN read_parquet({_quoted(str(folder / RESULTS))}) AS r ON r.id = w.id"
                " GROUP BY w.way ORDER BY w.way",
                counted,
            )
        found = db.execute("SELECT way, decided, open FROM read_parquet(?)", [str(counted)])
        return [(int(w), int(d), int(o)) for w, d, o in found.fetchall()]


def always_known(con: duckdb.DuckDBPyConnection, source: Path) -> set[str]:
    """The `_known` companions that the file's own statistics say are true of everybody."""
    rows = con.execute(
        "SELECT path_in_schema FROM parquet_metadata(?) WHERE path_in_schema LIKE '%\\_known'"
        " ESCAPE '\\' GROUP BY ALL HAVING bool_and(coalesce(stats_min_value = 'true', false))"
        " AND coalesce(sum(stats_null_count), 1) = 0",
        [str(source)],
    ).fetchall()
    return {column for (column,) in rows}


def _held(
    db: duckdb.DuckDBPyConnection, folder: Path, register: str
) -> dict[str, tuple[str, ...]]:
    """The exports of a run and the facts they hold, the register of persons first."""
    own = {RESULTS, SCREENED, PATHS}
    names = sorted(f.stem for f in folder.glob("*.parquet") if f.name not in own)
    held = {}
    for name in sorted(names, key=lambda n: n != register):
        described = db.execute(
            "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(?))",
            [str(folder / f"{name}.parquet")],
        ).fetchall()
        columns = [str(column) for (column,) in described]
        held[name] = tuple(c for c in columns if f"{c}_known" in columns)
    return held


def rows(folder: Path, status: str | None) -> list[tuple[Any, ...]]:
    """Result rows: id, status, scheme, amount, reason, outcomes; the youngest first.

    Days in which a family loses nothing are counted from the birth: who was born last comes first.
    """
    with duckdb.connect() as db:
        return db.execute(
            "SELECT id, status, scheme, amount, reason, outcomes FROM read_parquet($results)"
            " LEFT JOIN (SELECT id, birth_date FROM read_parquet($register)) USING (id)"
            " WHERE $status IS NULL OR status = $status ORDER BY birth_date DESC NULLS LAST, id",
            {
                "results": str(folder / RESULTS),
                "register": str(folder / REGISTER),
                "status": status,
            },
        ).fetchall()


def screened(folder: Path) -> list[str]:
    """Everyone whose facts were read, in order of pseudonym."""
    with duckdb.connect() as db:
        found = db.execute(
            "SELECT id FROM read_parquet(?) ORDER BY id", [str(folder / SCREENED)]
        ).fetchall()
    return [str(row[0]) for row in found]


def _join(
    db: duckdb.DuckDBPyConnection, folder: Path, exports: Mapping[str, Sequence[str]]
) -> list[str]:
    chosen, joins, columns = ["e0.id AS id"], [], list[str]()
    for i, (name, held) in enumerate(exports.items()):
        path = folder / f"{name}.parquet"
        source = f"read_parquet({_quoted(str(path))})"
        db.execute(f"CREATE VIEW e{i} AS SELECT * FROM {source}")  # noqa: S608
        otherwise = _otherwise(db, path) if i else {}
        if i:
            joins.append(f"LEFT JOIN e{i} ON e{i}.id = e0.id")
        for column in held:
            value = f"CAST(e{i}.{column} AS {_kind(column)})"
            if column in otherwise:
                value = f"if(e{i}.id IS NULL, {_literal(otherwise[column])}, {value})"
            known = f"coalesce(e{i}.{column}_known, {_literal(column in otherwise)})"
            chosen.append(f"{value} AS {column}")
            chosen.append(f"{known} AS {column}_known")
            columns.append(column)
    listed, joined = ", ".join(chosen), " ".join(joins)
    db.execute(f"CREATE TABLE person AS SELECT {listed} FROM e0 {joined}")  # noqa: S608
    return columns


def _companions(db: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> list[str]:
    """The `_known` companions of the joined table that are not true of everybody."""
    if not columns:
        return []
    tests = ", ".join(f"bool_and({column}_known)" for column in columns)
    always = db.execute(f"SELECT {tests} FROM person").fetchall()[0]  # noqa: S608
    return [f"{c}_known" for c, known in zip(columns, always, strict=True) if not known]


def _otherwise(db: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    found = db.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'otherwise'",
        [str(path)],
    ).fetchall()
    told: dict[str, Any] = json.loads(found[0][0]) if found else {}
    return told


def _kind(column: str) -> str:
    return _KINDS.get(FACTS[column].type.kind, "VARCHAR") if column in FACTS else "VARCHAR"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _copy(db: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    fresh = path.with_suffix(".part")
    db.execute(f"COPY ({sql}) TO {_quoted(str(fresh))} (FORMAT parquet, COMPRESSION zstd)")
    fresh.replace(path)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    told = outcome.to_json()
    return {name: told[name] for name in ("status", "scheme", "amount", "reason")}
