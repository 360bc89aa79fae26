"""The whole pack in SQL: a population gets what each family gets, also where facts are missing."""

from random import Random

import duckdb
import pytest

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.packs.load import pack
from packs.families import family
from packs.population import load, renamed

CHILDCARE = pack("childcare")
FAMILIES = 150


def families(on, hidden):
    random = Random(f"{on} {hidden}")
    found = []
    for number in range(FAMILIES):
        written = renamed(family(random, on), number)
        for facts in written["persons"].values():
            for fact in list(facts):
                if random.random() < hidden:
                    del facts[fact]
        found.append(Situation.from_json(written))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [0, 0.1])
@pytest.mark.parametrize("on", [(2019, 8), (2022, 9), (2024, 1)])
def test_a_population_gets_what_each_family_gets(on, hidden):
    month = Month(*on)
    plan = CHILDCARE.screening_sql(month)
    situations = families(on, hidden)
    with duckdb.connect() as con:
        load(con, situations, plan.columns, month)
        rows = {row[0]: row[1:5] for row in con.execute(plan.sql()).fetchall()}
    different = []
    for situation in situations:
        decision = CHILDCARE.decide(situation, subject=situation.subject, month=month)
        one = (decision.status, decision.scheme, decision.amount)
        row = rows.get(situation.subject, ("not_due", None, None, None))
        if one != row[:3]:
            different.append((situation.to_json(), one, row))
    assert different == []
