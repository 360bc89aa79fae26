"""Children born after the seed: who is born in the town between two days.

The same draws as the seed's, looked at from a later day, so a town that is seeded later and one
that lived until then have the same children. Their numbers follow the seed's last.
"""
# ruff: noqa: S608 — every value in the SQL is this module's own; nothing comes from outside

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from minben.demo.town import generate, kin, lives, named
from minben.demo.town.draws import Draws
from minben.demo.town.numbers import number


@dataclass(frozen=True, slots=True)
class Birth:
    """出生 A child born in the town after the seed, with its registered parents."""

    number: str
    sex: int
    on: date
    mother: str
    father: str | None


def births(
    *, people: int, seed: int, seeded_on: date, after: date, until: date, folder: Path
) -> list[Birth]:
    """Everybody born after one day and until another, by day.

    `people`, `seed` and `seeded_on` name the town; `folder` is for what does not fit in memory.
    """
    draws, named_count = Draws(seed), len(named.rows())
    groups = people // 24 + 16
    with duckdb.connect() as connection:
        generate.prepare(connection, folder, None)
        for statement in kin.statements(draws, 0, groups, seeded_on):
            connection.execute(statement)
        connection.execute(lives.numbered(draws, named_count, people))
        connection.execute("CREATE TEMP TABLE seeded AS SELECT sid, number FROM numbered")
        for statement in kin.statements(draws, 0, groups, until):
            connection.execute(statement)
        rows = connection.execute(f"""
            SELECT row_number() OVER (ORDER BY k.born, k.sid) - 1 AS n, k.sex, k.born,
                   m.number, f.number
            FROM kin AS k JOIN seeded AS m ON m.sid = k.mother
            LEFT JOIN seeded AS f ON f.sid = k.father
            WHERE k.born > DATE '{seeded_on}' AND k.adopted_on IS NULL AND NOT k.is_foreign
            ORDER BY n""").fetchall()
    return [
        Birth(number(people + n, sex=sex), sex, born, mother, father)
        for n, sex, born, mother, father in rows
        if after < born <= until
    ]
