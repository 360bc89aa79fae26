"""The nation as one table: `person.parquet`, the input of the law's SQL.

Each fact has a `<fact>_known` companion. A spell is written as it holds in the month in which the
town lives. Each slice is in order of birth, so that a reader who wants the young passes over the
rest. `register.parquet` beside it holds what the law does not read: numbers,
households, townships.
"""

# ruff: noqa: S608 — every value in the SQL is this module's own; nothing comes from outside

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from minben.base.month import Month

NEVER = "DATE '9999-12-31'"  # known, and it did not happen: `facts` writes the last day there is
_CARE_HOLDS = "care_from <= {last} AND coalesce(care_until, {last}) >= {first}"
_CARE_DAYS = (
    "(CASE WHEN care = '{value}' AND "
    + _CARE_HOLDS
    + " THEN least(coalesce(care_until, {last}), {last}) - greatest(care_from, {first}) + 1"
    " ELSE 0 END)::TINYINT"
)
# fact: the SQL that reads it from `resident`, for the month of the day on which the town lives
FACTS = {
    "birth_date": "birth_date",
    "applied_on": "birth_date",  # a screening asks what is due to whoever applies in time
    "birth_sequence": "birth_sequence::TINYINT",
    "is_national": "is_national",
    "registered_on": f"coalesce(registered_on, {NEVER})",
    "died_on": f"coalesce(died_on, {NEVER})",
    "in_state_placement": "in_state_placement",
    "disadvantaged": "disadvantaged",
    "income_class": "income_class",
    "tax_rate": "coalesce(tax_rate, 0)::TINYINT",
    "parental_leave_benefit": "coalesce(leave_from <= {last} AND leave_until >= {first}, false)",
    "care": "CASE WHEN " + _CARE_HOLDS + " THEN care ELSE 'none' END",
    "care_started_on": "CASE WHEN " + _CARE_HOLDS + " THEN care_from ELSE {never} END",
    "care_days_public": _CARE_DAYS.replace("{value}", "public"),
    "care_days_quasi_public": _CARE_DAYS.replace("{value}", "quasi_public"),
    "weekly_care_hours": "coalesce(weekly_care_hours, 0)::TINYINT",
    "kindergarten": "CASE WHEN kindergarten_from <= {last} AND "
    "coalesce(kindergarten_until, {last}) >= {first} THEN kindergarten ELSE 'none' END",
    "kindergarten_fee": "coalesce(kindergarten_fee, 0)::SMALLINT",
}


def write(
    connection: duckdb.DuckDBPyConnection, slices: Iterator[int], folder: Path, on: date
) -> list[Path]:
    """Write `person.parquet` and `register.parquet`, slice by slice, then as one file each."""
    month = Month.of(on)
    days = {"first": f"DATE '{month.first_day}'", "last": f"DATE '{month.last_day}'"} | {
        "never": NEVER
    }
    facts = ", ".join(
        f"{sql.format(**days)} AS {fact}, true AS {fact}_known" for fact, sql in FACTS.items()
    )
    selects = {
        "person": f"SELECT id, kin, sex::TINYINT AS sex, mother, true AS mother_known, father, "
        f"true AS father_known, {facts} FROM resident ORDER BY birth_date, id",
        "register": "SELECT id, number, household, township, spouse_number AS spouse "
        "FROM resident ORDER BY id",
    }
    parts: dict[str, list[Path]] = {name: [] for name in selects}
    for at, _ in enumerate(slices):
        for name, select in selects.items():
            part = folder / f".{name}-{at:05d}.parquet"
            connection.execute(f"COPY ({select}) TO '{part}' (FORMAT parquet)")
            parts[name].append(part)
    return [_join(connection, found, folder / f"{name}.parquet") for name, found in parts.items()]


def _join(connection: duckdb.DuckDBPyConnection, parts: list[Path], whole: Path) -> Path:
    listed = ", ".join(f"'{part}'" for part in parts)
    connection.execute(
        f"COPY (SELECT * FROM read_parquet([{listed}])) TO '{whole}' "
        "(FORMAT parquet, ROW_GROUP_SIZE 122880)"
    )
    for part in parts:
        part.unlink()
    return whole
