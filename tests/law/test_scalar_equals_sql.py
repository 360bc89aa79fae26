"""One case and a population say the same: due, not due and open, with amount and reason."""

import random
import re

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from law.families import family, load
from minben.base.month import Month
from minben.facts.situation import Situation
from minben.law.outcome import Outcome
from minben.law.rulebook import RuleBook, Rules

FOUND = (Phase.explicit, Phase.generate)  # a batch of families does not shrink
MONTHS = ("2018-09", "2021-12", "2022-09", "2024-02")


def plain_care(situation: Situation) -> Situation:
    """Care without spells, as a monthly snapshot has it."""
    return Situation(
        situation.subject,
        {
            person: {k: "none" if isinstance(v, tuple) else v for k, v in facts.items()}
            for person, facts in situation.facts.items()
        },
    )


def only_spells(situation: Situation) -> Situation:
    """Care as spells or unknown."""
    return Situation(
        situation.subject,
        {
            person: {k: v for k, v in facts.items() if k != "care" or isinstance(v, tuple)}
            for person, facts in situation.facts.items()
        },
    )


def by_sql(rules: Rules, variable: str, situations: list[Situation], spells: bool) -> dict:
    plan = rules.screening(variable)
    with duckdb.connect() as con:
        load(con, situations)
        rows = con.execute(plan.sql(spells={"care": "care_spell"} if spells else None)).fetchall()
    subjects = {s.subject for s in situations}
    found = {}
    for number, status, scheme, amount, reason, outcomes in rows:
        if number in subjects:
            answers = {written(plan.outcomes[int(n)]) for n in (outcomes or "").split(",") if n}
            found[number] = (status, scheme, amount, reason, answers)
    return found


def written(outcome: Outcome) -> tuple:
    """An answer with its amount as it is computed, which is the same for everybody."""
    return outcome.status, outcome.scheme, outcome.written_amount


def by_case(rules: Rules, variable: str, situation: Situation) -> tuple:
    finding = rules.decide(situation, subject=situation.subject, variable=variable)
    if finding.outcome is None:
        answers = {
            (s, k, a and a.replace(f"{situation.subject}.", ""))
            for s, k, a in map(written, finding.outcomes)
        }
        return ("open", None, None, None, answers)
    o = finding.outcome
    return (o.status, o.scheme, o.settled_amount, o.reason, set())


def differences(rules: Rules, variable: str, situations: list[Situation], spells: bool) -> list:
    sql = by_sql(rules, variable, situations, spells)
    found = []
    for situation in situations:
        one = by_case(rules, variable, situation)
        row = sql.get(situation.subject)
        if row is None:
            if one[0] != "not_due":
                found.append((situation.to_json(), one, "filtered out"))
        elif row != one:
            found.append((situation.to_json(), one, row))
    return found


HIDDEN = st.sampled_from((0.0, 0.05, 0.2, 0.6))
SEEDS = st.integers(0, 10**9)


def compare(book: RuleBook, month: str, variable: str, seed: int, hidden: float, n: int) -> None:
    rng = random.Random(seed)
    rules = book.at(Month.parse(month))
    dated = variable in ("allowance", "subsidy")
    families = [family(rng, i, hidden) for i in range(n)]
    situations = [only_spells(f) if dated else plain_care(f) for f in families]
    assert differences(rules, variable, situations, spells=dated) == []


@pytest.mark.parametrize("month", ["2021-12", "2022-09"])
@settings(max_examples=1, deadline=None, phases=FOUND, derandomize=True)
@given(seed=SEEDS, hidden=st.just(0.15))
def test_a_family_and_a_population_get_the_same_answer(
    book: RuleBook, month: str, seed: int, hidden: float
) -> None:
    compare(book, month, "allowance", seed, hidden, 30)


@pytest.mark.parametrize("variable", ["fee", "family"])
@settings(max_examples=1, deadline=None, phases=FOUND, derandomize=True)
@given(seed=SEEDS, hidden=st.just(0.15))
def test_groups_and_computed_amounts_agree(
    book: RuleBook, variable: str, seed: int, hidden: float
) -> None:
    compare(book, "2022-09", variable, seed, hidden, 40)


@pytest.mark.slow
@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("variable", ["allowance", "subsidy", "fee", "family"])
@settings(max_examples=6, deadline=None, phases=FOUND)
@given(seed=SEEDS, hidden=HIDDEN)
def test_many_families_and_a_population_get_the_same_answer(
    book: RuleBook, month: str, variable: str, seed: int, hidden: float
) -> None:
    compare(book, month, variable, seed, hidden, 150)


def test_the_sql_leaves_no_arithmetic_to_the_engines_taste(book: RuleBook) -> None:
    for month in MONTHS:
        for variable in ("allowance", "subsidy", "fee", "family"):
            sql = book.at(Month.parse(month)).screening(variable).sql()
            assert not re.search(r"(?<!/)/(?!/)", sql), "true division"
            assert not re.search(
                r"\b(round|ceil|floor|cast(?!\(NULL AS))\b|::", sql, re.IGNORECASE
            )


@pytest.mark.slow
def test_slices_of_families_add_up_to_the_whole(book: RuleBook) -> None:
    rules = book.at(Month.parse("2022-09"))
    plan = rules.screening("allowance")
    rng = random.Random(5)
    with duckdb.connect() as con:
        load(con, [only_spells(family(rng, i)) for i in range(200)])
        spells = {"care": "care_spell"}
        whole = con.execute(plan.sql(spells=spells) + " ORDER BY id").fetchall()
        sliced = []
        for k in range(4):
            only = f"ascii(substr(p.id, 5, 1)) % 4 = {k}"
            sliced += con.execute(plan.sql(spells=spells, only=only)).fetchall()
    assert sorted(sliced) == whole
    assert len(whole) > 50
