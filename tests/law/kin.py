"""Ugly families, as situations and as tables of the same facts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import duckdb

from law.in_text import in_text, spells_in_text
from law.kin_law import VOCABULARY
from minben.facts.situation import Situation
from minben.law.layered_sql import Source
from minben.law.vocabulary import NOBODY, Spell

HOUSEHOLD = ("rent", "tenure", "area")
KINDS = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR", "date": "DATE"}
KINDS["person"] = "VARCHAR"
FIRST = date(2021, 1, 1)


def families(rng: random.Random, how_many: int, hidden: float) -> dict[str, dict[str, Any]]:
    """Three generations each: half-siblings, twins, adoption, shared custody, moves, deaths."""
    everybody: dict[str, dict[str, Any]] = {}
    for number in range(how_many):
        one = _family(rng, f"f{number:03d}")
        for facts in one.values():
            for fact in list(facts):
                if rng.random() < hidden:
                    del facts[fact]
        everybody.update(one)
    return everybody


def _family(rng: random.Random, name: str) -> dict[str, dict[str, Any]]:
    homes = [f"{name}h{i}" for i in range(rng.choice((1, 2, 3)))]
    found = {home: _home(rng) for home in homes}
    old = [f"{name}g{i}" for i in range(rng.choice((0, 1, 2)))]
    grown = [f"{name}p{i}" for i in range(rng.choice((1, 2, 3)))]
    young = [f"{name}c{i}" for i in range(rng.choice((0, 1, 2, 4)))]
    for key in old:
        found[key] = _person(rng, date(1950, 3, 1), homes, [], old)
    for key in grown:
        found[key] = _person(rng, date(1980 + rng.randrange(20), 5, 1), homes, old, grown)
    born = date(2004 + rng.randrange(20), rng.randrange(1, 13), 15)
    for key in young:
        if rng.random() < 0.5:  # else a twin of the one before
            born = date(2004 + rng.randrange(20), rng.randrange(1, 13), rng.choice((1, 15)))
        found[key] = _person(rng, born, homes, grown, [])
        found[key]["guardians"] = tuple(
            _spell(rng, other) for other in rng.sample(grown + old, rng.randrange(len(grown) + 1))
        )
    return found


def _home(rng: random.Random) -> dict[str, Any]:
    return {
        "rent": _spells(rng, (100, 400, 900)),
        "tenure": _spells(rng, ("owner", "tenant")),
        "area": rng.choice((0, 30, 120)),
    }


def _person(
    rng: random.Random, born: date, homes: list[str], above: list[str], beside: list[str]
) -> dict[str, Any]:
    mother: Any = NOBODY
    if above and rng.random() < 0.9:
        until = _day(rng)  # adopted, or the mother's identifier was changed
        mother = (
            Spell(above[0], born, until - timedelta(days=1)),
            Spell(rng.choice(above), until),
        )
    return {
        "birth": born,
        "twin": rng.choice((1, 2)),
        "died": _day(rng) if rng.random() < 0.15 else date.max,
        "salary": _spells(rng, (300, 900, 2000)),
        "drawing": _spells(rng, (True,)),
        "mother": mother,
        "father": rng.choice([*above, NOBODY]) if above else NOBODY,
        "spouse": (_spell(rng, rng.choice(beside)),) if len(beside) > 1 else NOBODY,
        "household": _moves(rng, homes),
        "guardians": (),
    }


def _day(rng: random.Random) -> date:
    day = FIRST + timedelta(days=rng.randrange(800))
    return day.replace(day=1) if rng.random() < 0.3 else day


def _spell(rng: random.Random, value: Any) -> Spell:
    on = _day(rng)
    until = on + timedelta(days=rng.randrange(500))
    return Spell(value, on, until if rng.random() < 0.5 else None)


def _spells(rng: random.Random, values: tuple[Any, ...]) -> tuple[Spell, ...]:
    """Up to three one after the other, some ending on the first of a month."""
    found, on = [], _day(rng)
    for _ in range(rng.randrange(4)):
        until = on + timedelta(days=rng.randrange(200))
        if rng.random() < 0.3:
            until = max(on, until.replace(day=1))
        found.append(Spell(rng.choice(values), on, until))
        on = until + timedelta(days=1 + rng.randrange(60))
    return tuple(found)


def _moves(rng: random.Random, homes: list[str]) -> Any:
    if rng.random() < 0.15:
        return NOBODY  # no household at all
    day = _day(rng)
    return (
        Spell(rng.choice(homes), date(1950, 1, 1), day),
        Spell(rng.choice(homes), day + timedelta(days=1)),
    )


def load(
    con: duckdb.DuckDBPyConnection, everybody: dict[str, dict[str, Any]]
) -> dict[str, Source]:
    """Tables person, household and one of spells per dated fact, and where they are."""
    sources = {}
    for entity in ("person", "household"):
        mine = [f for f in VOCABULARY.facts if (f in HOUSEHOLD) == (entity == "household")]
        rows = {k: v for k, v in everybody.items() if ("h" in k[4:]) == (entity == "household")}
        dated = [f for f in mine if VOCABULARY.facts[f].spell]
        plain = [f for f in mine if f not in dated]
        columns = [f"{f} {KINDS[VOCABULARY.facts[f].kind]}" for f in plain]
        columns += [f"{f}_known BOOLEAN" for f in mine]
        con.execute(f"CREATE OR REPLACE TABLE {entity} (id VARCHAR, {', '.join(columns)})")
        told = [
            [key, *(_value(facts.get(f)) for f in plain), *(f in facts for f in mine)]
            for key, facts in rows.items()
        ]
        _insert(con, entity, told)
        for fact in dated:
            kind = KINDS[VOCABULARY.facts[fact].kind]
            con.execute(
                f"CREATE OR REPLACE TABLE {fact}_spell"
                f" (person VARCHAR, value {kind}, starts_on DATE, ends_on DATE)"
            )
            spells = [
                [key, s.value, s.on, s.until]
                for key, facts in rows.items()
                for s in (facts.get(fact, ()) if isinstance(facts.get(fact), tuple) else ())
            ]
            _insert(con, f"{fact}_spell", spells)
        names = frozenset([*plain, *(f"{f}_known" for f in mine)])
        sources[entity] = Source(entity, names, {f: f"{f}_spell" for f in dated})
    return sources


def sources_in_text(everybody: dict[str, dict[str, Any]]) -> dict[str, Source]:
    """The same as text, for engines that hold no tables of ours."""
    sources = {}
    for entity in ("person", "household"):
        mine = [f for f in VOCABULARY.facts if (f in HOUSEHOLD) == (entity == "household")]
        rows = {k: v for k, v in everybody.items() if ("h" in k[4:]) == (entity == "household")}
        dated = [f for f in mine if VOCABULARY.facts[f].spell]
        plain = [f for f in mine if f not in dated]
        columns = {"id": "text"} | {f: VOCABULARY.facts[f].kind for f in plain}
        columns |= {f"{f}_known": "bool" for f in mine}
        told = [
            [key, *(_value(facts.get(f)) for f in plain), *(f in facts for f in mine)]
            for key, facts in rows.items()
        ]
        spells = {
            fact: spells_in_text(
                VOCABULARY.facts[fact].kind,
                [
                    (key, s.value, s.on, s.until)
                    for key, facts in rows.items()
                    if isinstance(facts.get(fact), tuple)
                    for s in facts[fact]
                ],
            )
            for fact in dated
        }
        sources[entity] = Source(in_text(columns, told), frozenset(columns) - {"id"}, spells)
    return sources


def _value(value: Any) -> Any:
    return None if value is NOBODY else value


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.execute(
            f"INSERT INTO {table} VALUES {', '.join([f'({marks})'] * len(rows))}",
            [v for row in rows for v in row],
        )


def situation(everybody: dict[str, dict[str, Any]], subject: str) -> Situation:
    """The family of one person."""
    own = {k: v for k, v in everybody.items() if k[:4] == subject[:4]}
    return Situation(subject, own)
