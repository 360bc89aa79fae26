"""Families as rows: what a monthly snapshot of each register would hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from minben.base.month import Month
from minben.facts.catalogue import FACTS
from minben.facts.situation import Situation
from minben.law.vocabulary import Nobody, Spell
from packs.childcare_sheet import Sheet

KINDS = {
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "text": "VARCHAR",
    "date": "DATE",
    "person": "VARCHAR",
}
DERIVED = {
    "care_days_public": "BIGINT",
    "care_days_quasi_public": "BIGINT",
    "care_started_on": "DATE",
}


def renamed(situation: dict[str, Any], number: int) -> dict[str, Any]:
    """The same family with keys that no other family has."""
    new = {key: f"{number:05d}{key}" for key in situation["persons"]}
    persons = {}
    for key, facts in situation["persons"].items():
        own = {f: new.get(v, v) if f in ("mother", "father") else v for f, v in facts.items()}
        persons[new[key]] = own
    return {"subject": new[situation["subject"]], "persons": persons}


def load(
    con: duckdb.DuckDBPyConnection,
    situations: Iterable[Situation],
    columns: tuple[str, ...],
    month: Month,
) -> None:
    """The table `person` with a companion for every column."""
    kinds = {c: DERIVED.get(c) or KINDS[FACTS[c].type.kind] for c in columns if c != "id"}
    declared = ", ".join(f"{c} {kind}, {c}_known BOOLEAN" for c, kind in kinds.items())
    con.execute(f"CREATE TABLE person (id VARCHAR, {declared})")
    rows = []
    for situation in situations:
        for person in situation.persons:
            row: list[Any] = [person]
            for column in kinds:
                fact = "care" if column in DERIVED else column
                known = situation.knowledge(person, fact)
                row += [None if known is None else _value(known, column, month), known is not None]
            rows.append(row)
    marks = ", ".join("?" * len(rows[0]))
    con.executemany(f"INSERT INTO person VALUES ({marks})", rows)


def _value(known: Any, column: str, month: Month) -> Any:
    if isinstance(known, Nobody) or known == date.max:
        return None
    if not isinstance(known, tuple):
        return known
    sheet = _sheet(known, month)
    if column == "care_started_on":
        return sheet.place("x")[1] if sheet.place("x")[0] != "none" else None
    if column in DERIVED:
        setting = column.removeprefix("care_days_")
        only = tuple(s for s in known if s.value == setting)
        return _days(only, month)
    value = sheet.place("x")[0]
    return FACTS[column].type.default if value == "none" else value


def _sheet(known: tuple[Spell, ...], month: Month) -> Sheet:
    spells = [
        {"value": s.value, "on": str(s.on), "until": s.until and str(s.until)} for s in known
    ]
    child = {"birth_date": "2020-01-01", "x": spells}
    return Sheet({"persons": {"p": child}}, "p", (month.year, month.number))


def _days(spells: tuple[Spell, ...], month: Month) -> int:
    days = 0
    for spell in spells:
        last = min(spell.until or month.last_day, month.last_day)
        days += max(0, (last - max(spell.on, month.first_day)).days + 1)
    return min(days, month.days)
