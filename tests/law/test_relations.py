"""Siblings, households, guardians, moves, months: one case and a population say the same."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from law import kin_law
from law.kin import families, load, situation
from law.kin_law import PERSONAL, VOCABULARY
from minben.base.month import Month
from minben.law.errors import RuleError
from minben.law.expression import Unknown
from minben.law.layered_sql import Source, layered_sql
from minben.law.layers import GroupColumn, layered
from minben.law.parameter_tree import ParameterNode
from minben.law.rulebook import RuleBook

BOOK = RuleBook.of(kin_law, vocabulary=VOCABULARY, parameters=ParameterNode("", {}))
MONTHS = ("2021-06", "2022-02", "2022-09")


def by_sql(everybody: dict[str, Any], month: Month) -> dict[str, dict[str, Any]]:
    plan = layered(BOOK, month, PERSONAL)
    with duckdb.connect() as con:
        sources = load(con, everybody)
        found = con.execute(layered_sql(plan, sources, entity="person"))
        names = [d[0] for d in found.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def by_case(everybody: dict[str, Any], subject: str, month: Month, rule: str) -> Any:
    finding = BOOK.at(month).decide(situation(everybody, subject), subject=subject, variable=rule)
    return None if isinstance(finding.value, Unknown) else finding.value


def compare(month: str, seed: int, hidden: float, how_many: int) -> None:
    everybody = families(random.Random(seed), how_many, hidden)
    decided = Month.parse(month)
    rows = by_sql(everybody, decided)
    for person, row in rows.items():
        for rule in PERSONAL:
            one = by_case(everybody, person, decided, rule)
            if row[rule] is None and hidden:
                continue  # SQL may know less, never something else
            assert row[rule] == one, (person, rule, situation(everybody, person).facts)


@pytest.mark.parametrize("month", MONTHS)
@settings(max_examples=1, deadline=None, phases=(Phase.generate,), derandomize=True)
@given(seed=st.integers(0, 10**9), hidden=st.just(0.0))
def test_ugly_families_and_a_population_get_the_same_answer(
    month: str, seed: int, hidden: float
) -> None:
    compare(month, seed, hidden, 6)


@settings(max_examples=1, deadline=None, phases=(Phase.generate,), derandomize=True)
@given(seed=st.integers(0, 10**9), hidden=st.just(0.1))
def test_what_a_population_says_of_people_half_known_is_true(seed: int, hidden: float) -> None:
    compare("2022-09", seed, hidden, 6)


@pytest.mark.slow
@pytest.mark.parametrize("month", MONTHS)
@settings(max_examples=3, deadline=None, phases=(Phase.generate,))
@given(seed=st.integers(0, 10**9), hidden=st.sampled_from((0.0, 0.05, 0.3)))
def test_many_ugly_families_and_a_population_get_the_same_answer(
    month: str, seed: int, hidden: float
) -> None:
    compare(month, seed, hidden, 10)


def test_a_column_for_everybody_is_named_like_its_rule_and_period() -> None:
    plan = layered(BOOK, Month(2022, 9), ["raised"])
    names = {name for _, name in plan.columns}
    assert names == {"salary", "salary__2022_08", "salary__2021_09", "raised"}


def test_a_group_is_counted_once_however_many_rules_use_it() -> None:
    plan = layered(BOOK, Month(2022, 9), ["spouse_pay", "child_count", "grant"])
    counted = [c.name for c in plan.columns.values() if isinstance(c.content, GroupColumn)]
    assert sorted(counted) == [
        "children_count_among_minor",
        "children_total_child_count",
        "spouse_child_count",
        "spouse_count",
        "spouse_salary",
        "wards_count_among_minor",
    ]


def test_a_screening_says_what_it_does_not_reach() -> None:
    rules = BOOK.at(Month(2022, 9))
    with pytest.raises(RuleError, match="has no outcome"):
        rules.screening("share")
    plan = layered(BOOK, Month(2022, 9), ["share"])
    with pytest.raises(RuleError, match="no table of household is given"):
        layered_sql(plan, {"person": Source("person", frozenset())}, entity="person")
