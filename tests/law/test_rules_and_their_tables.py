"""A rule run as it is written and its table decide every family alike, with the same trace."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from law.families import family
from minben.base.month import Month
from minben.facts.situation import Situation
from minben.law.finding import Finding
from minben.law.rulebook import RuleBook, Rules
from minben.law.trace import Step

FOUND = (Phase.explicit, Phase.generate)
VARIABLES = ("allowance", "subsidy", "fee", "family", "birth_order")
SEEDS = st.integers(0, 10**9)


def said(finding: Finding) -> dict[str, Any]:
    outcomes = [getattr(o, "answer", None) for o in finding.outcomes]
    return {
        "status": finding.status,
        "value": finding.value,
        "answers": {str(o) for o in outcomes},
        "reason": finding.outcome and (finding.outcome.reason, finding.outcome.cite),
        "facts": set(finding.facts_needed),
    }


def told(step: Step) -> dict[str, Any]:
    """A step without what tables tell more: conditions on another rule's outcome, and facts and
    numbers of adjustments that were not made.
    """
    conditions = [c.text for c in step.conditions if ".status" not in c.text]
    return {
        "variable": step.variable,
        "value": step.value,
        "conditions": conditions,
        "deciding": conditions[-1] if conditions else None,
        "steps": [told(s) for s in step.steps],
    }


def facts(step: Step) -> dict[str, Any]:
    """Every fact that a decision rests on."""
    found = dict(step.facts)
    for below in step.steps:
        found.update(facts(below))
    return found


def both_ways(rules: Rules, situation: Situation, variable: str) -> tuple[Finding, Finding]:
    by_rules, by_tables = (
        rules.decide(situation, subject=situation.subject, variable=variable, by=means)
        for means in ("rules", "tables")
    )
    return by_rules, by_tables


def compare(book: RuleBook, seed: int, hidden: float, families: int) -> None:
    rng = random.Random(seed)
    rules = book.at(Month(2022, 9))
    for number in range(families):
        situation = family(rng, number, hidden)
        for variable in VARIABLES:
            by_rules, by_tables = both_ways(rules, situation, variable)
            assert said(by_tables) == said(by_rules), situation.to_json()
            if hidden == 0 and variable != "family":  # sums are told by their name in tables
                assert told(by_tables.trace) == told(by_rules.trace)
                assert facts(by_tables.trace).items() >= facts(by_rules.trace).items()
                assert set(by_tables.parameters) >= set(by_rules.parameters)
                assert set(by_tables.citations) >= set(by_rules.citations)
            else:
                assert by_tables.trace.to_json()["variable"] == variable


@settings(max_examples=2, deadline=None, phases=FOUND, derandomize=True)
@given(seed=SEEDS, hidden=st.sampled_from((0.0, 0.15)))
def test_a_family_is_decided_alike_by_rules_and_by_tables(
    book: RuleBook, seed: int, hidden: float
) -> None:
    compare(book, seed, hidden, 6)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, phases=FOUND)
@given(seed=SEEDS, hidden=st.sampled_from((0.0, 0.05, 0.2)))
def test_many_families_are_decided_alike(book: RuleBook, seed: int, hidden: float) -> None:
    compare(book, seed, hidden, 20)


def test_requests_that_arrive_together_draw_one_table(book: RuleBook) -> None:
    """Drawing is no request's own: what another is drawing is no circle of rules."""
    situation = family(random.Random(3), 0, 0.0)
    paused = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            parts = {"vocabulary": book.vocabulary, "parameters": book.parameters}
            rules = RuleBook(book.variables.values(), **parts).at(Month(2022, 9))
            with ThreadPoolExecutor(6) as pool:
                decided = [
                    pool.submit(
                        rules.decide,
                        situation,
                        subject=situation.subject,
                        variable="allowance",
                        by="tables",
                    )
                    for _ in range(6)
                ]
            assert len({str(said(one.result())) for one in decided}) == 1
            assert rules._deciding._undrawn == set()
    finally:
        sys.setswitchinterval(paused)
