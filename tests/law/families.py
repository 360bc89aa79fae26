"""Random families, as situations and as rows of the same facts."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import duckdb

from minben.facts.catalogue import FACTS
from minben.facts.situation import Situation
from minben.law.vocabulary import NOBODY, Spell

COLUMNS = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR", "date": "DATE"}
COLUMNS["person"] = "VARCHAR"
USED = (
    "birth_date", "birth_sequence", "is_national", "registered_on", "mother", "father",
    "tax_rate", "parental_leave_benefit", "income_class", "disadvantaged", "in_state_placement",
    "care", "weekly_care_hours", "kindergarten", "kindergarten_fee", "applied_on",
)  # fmt: skip
SPELLS = ("care", "kindergarten", "parental_leave_benefit", "income_class")


def family(rng: random.Random, number: int, hidden: float = 0.15) -> Situation:
    """A child, perhaps parents, siblings by either parent, grandchildren never; facts hidden."""
    name = f"f{number:04d}"
    persons: dict[str, dict[str, Any]] = {}
    parents = {"mother": f"{name}m", "father": f"{name}v"}
    for via in ("mother", "father"):
        if rng.random() < 0.85:
            persons[parents[via]] = _adult(rng)
    for i in range(rng.choice((1, 1, 2, 3, 4))):
        child = _child(rng)
        for via, key in parents.items():
            there = key in persons and (i == 0 or rng.random() < 0.8)
            child[via] = key if there else NOBODY
        persons[f"{name}c{i}"] = child
    for facts in persons.values():
        for fact in list(facts):
            if rng.random() < hidden:
                del facts[fact]
    return Situation(f"{name}c0", persons)


def _child(rng: random.Random) -> dict[str, Any]:
    born = date(2019, 6, 15) + timedelta(days=rng.randrange(1250))
    if rng.random() < 0.4:
        born = date(2022, 7, 3)
    return {
        "birth_date": born,
        "birth_sequence": rng.choice((1, 1, 2)),
        "is_national": rng.random() < 0.95,
        "registered_on": born + timedelta(days=rng.randrange(40)),
        "tax_rate": rng.choice((0, 5, 30)),
        "parental_leave_benefit": False,
        "income_class": rng.choice(("general", "general", "mid_low", "low")),
        "disadvantaged": rng.random() < 0.1,
        "in_state_placement": rng.random() < 0.05,
        "care": _care(rng, born),
        "weekly_care_hours": rng.choice((20, 30, 40)),
        "kindergarten": rng.choice(("none", "none", "none", "public", "non_profit", "private")),
        "kindergarten_fee": rng.choice((0, 400, 500, 501, 1000)),
        "applied_on": rng.choice((date(2022, 9, 1), date(2023, 6, 1))),
    }


def _care(rng: random.Random, born: date) -> Any:
    value = rng.choice(("none", "none", "public", "quasi_public", "private"))
    if rng.random() < 0.3:
        return value
    on = born + timedelta(days=rng.randrange(400))
    first = Spell("none", born, on - timedelta(days=1))
    until = on + timedelta(days=rng.randrange(700)) if rng.random() < 0.5 else None
    return (first, Spell(value, on, until))


def _adult(rng: random.Random) -> dict[str, Any]:
    return {
        "birth_date": date(1990, 1, 1),
        "birth_sequence": 1,
        "is_national": True,
        "mother": NOBODY,
        "father": NOBODY,
        "tax_rate": rng.choice((0, 5, 12, 19, 20, 30, 40)),
        "parental_leave_benefit": rng.random() < 0.15,
        "disadvantaged": False,
        "kindergarten_fee": 0,
    }


def load(con: duckdb.DuckDBPyConnection, situations: Iterable[Situation]) -> None:
    """Tables `person` (with companions) and `care_spell`; a plain care is a column's business."""
    kinds = {f: COLUMNS[FACTS[f].type.kind] for f in USED}
    extra = {"care_days_public": "BIGINT", "care_days_quasi_public": "BIGINT"}
    extra["care_started_on"] = "DATE"
    columns = ", ".join(f"{f} {k}, {f}_known BOOLEAN" for f, k in {**kinds, **extra}.items())
    con.execute(f"CREATE OR REPLACE TABLE person (id VARCHAR, {columns})")
    con.execute(
        "CREATE OR REPLACE TABLE care_spell"
        " (person VARCHAR, value VARCHAR, starts_on DATE, ends_on DATE)"
    )
    rows, spells = [], []
    for situation in situations:
        for person, facts in situation.facts.items():
            row: list[Any] = [person]
            for fact in USED:
                value = facts.get(fact)
                if isinstance(value, tuple):
                    spells += [[person, s.value, s.on, s.until] for s in value]
                    value = None
                row += [None if value is NOBODY else value, fact in facts]
            row += [None, False] * len(extra)
            rows.append(row)
    marks = ", ".join("?" * len(rows[0]))
    many = ", ".join([f"({marks})"] * len(rows))
    con.execute(f"INSERT INTO person VALUES {many}", [v for row in rows for v in row])
    if spells:
        many = ", ".join(["(?, ?, ?, ?)"] * len(spells))
        con.execute(f"INSERT INTO care_spell VALUES {many}", [v for s in spells for v in s])
