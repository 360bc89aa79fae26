"""The childcare law in layers: never another answer than the screening, sometimes none."""

from __future__ import annotations

import random

import duckdb
import pytest

from law.families import family, load
from law.test_scalar_equals_sql import plain_care
from minben.base.month import Month
from minben.law.layered_sql import Source, layered_sql
from minben.packs.load import pack

PARTS = ("status", "scheme", "amount", "reason")


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [0.0, 0.2])
def test_layers_and_screening_do_not_contradict_each_other(hidden: float) -> None:
    rules = pack("childcare").book.at(Month(2022, 9))
    plan, screening = rules.layers("support"), rules.screening("support")
    rng = random.Random(11)
    with duckdb.connect() as con:
        load(con, [plain_care(family(rng, i, hidden)) for i in range(120)])
        names = [name for name, *_ in con.execute("DESCRIBE person").fetchall()]
        source = Source("person", frozenset(names) - {"id"})
        columns = ", ".join(f"support__{part}" for part in PARTS)
        layers = layered_sql(plan, {"person": source}, entity="person")
        found = con.execute(f"SELECT id, {columns} FROM ({layers})").fetchall()
        said = {row[0]: row[1:] for row in found}
        compared = 0
        for person, *answer, _ in con.execute(screening.sql(available=names)).fetchall():
            told = said[person]
            if answer[0] != "open" and told[0] is not None:
                assert all(a == b for a, b in zip(answer, told, strict=True) if b is not None)
                compared += 1
            if answer[0] == "open":  # where the screening does not know, layers do not either
                assert told[0] != "not_due"
                assert None in told
    assert compared > 30
