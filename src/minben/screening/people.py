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
from minben.law.screening_plan import ScreeningPlan
from minben.packs.load import pack as load_pack

_KINDS = {"date": "DATE", "int": "BIGINT", "bool": "BOOLEAN"}
RESULTS = "results.parquet"
SCREENED = "screened.parquet"
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
        available = {"id", *columns, *(f"{column}_known" for column in columns)}
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
