"""With facts missing the engine says exactly what brute force over all completions says."""

import itertools
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from law.families import family
from minben.base.month import Month
from minben.facts.predicate import Predicate
from minben.facts.situation import Situation
from minben.law.deciding import Means
from minben.law.rulebook import RuleBook, Rules
from minben.law.vocabulary import Spell

RULES_MONTH = Month(2022, 9)
FOUND = (Phase.explicit, Phase.generate)
POSSIBLE = {
    "tax_rate": (0, 19, 20, 100),
    "care": ("none", "public", "quasi_public", "private"),
    "income_class": ("general", "mid_low", "low"),
    "kindergarten": ("none", "public", "non_profit", "quasi_public", "private"),
    "in_state_placement": (True, False),
    "disadvantaged": (True, False),
    "is_national": (True, False),
    "weekly_care_hours": (0, 29, 30, 168),
    "parental_leave_benefit": (True, False),
}
ASKED_OF = {
    "child": tuple(k for k in POSSIBLE if k not in ("tax_rate", "parental_leave_benefit")),
    "parent": ("tax_rate", "parental_leave_benefit"),
}


def known_family(rng: random.Random) -> Situation:
    situation = family(rng, 1, hidden=0.0)
    facts = {
        person: {k: v for k, v in known.items() if not isinstance(v, tuple)}
        for person, known in situation.facts.items()
    }
    for known in facts.values():
        if "kindergarten" in known:
            known["care"] = since_birth(known, rng.choice(POSSIBLE["care"]))
    return Situation(situation.subject, facts)


def since_birth(known: Mapping[str, Any], value: str) -> tuple[Spell, ...]:
    """Care that began with birth, so that its first day is known."""
    return (Spell(value, known["birth_date"]),)


def hide(rng: random.Random, situation: Situation, count: int) -> tuple[Situation, list]:
    child = situation.subject
    parents = [p for p in situation.persons if p.endswith(("m", "v"))]
    asked = [(child, f) for f in ASKED_OF["child"]]
    asked += [(p, f) for p in parents for f in ASKED_OF["parent"]]
    hidden = rng.sample(asked, count)
    for person, fact in hidden:
        situation = situation.without(person, fact)
    return situation, hidden


def completions(rules: Rules, situation: Situation, hidden: list) -> dict[tuple, tuple]:
    found = {}
    for values in itertools.product(*(POSSIBLE[fact] for _, fact in hidden)):
        whole = situation
        for (person, fact), value in zip(hidden, values, strict=True):
            known = since_birth(whole.facts[person], value) if fact == "care" else value
            whole = whole.with_fact(person, fact, known)
        finding = rules.decide(whole, subject=whole.subject, variable="allowance")
        assert finding.outcome is not None
        found[values] = finding.outcome.answer
    return found


def facts_that_matter(worlds: dict[tuple, tuple], hidden: list) -> set:
    found = set()
    for values, answer in worlds.items():
        for i, asked in enumerate(hidden):
            for other in POSSIBLE[asked[1]]:
                if worlds[(*values[:i], other, *values[i + 1 :])] != answer:
                    found.add(asked)
    return found


@settings(max_examples=4, deadline=None, phases=FOUND, derandomize=True)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 2))
def test_missing_facts_are_exactly_those_that_can_change_the_answer(
    book: RuleBook, seed: int, count: int
) -> None:
    brute_force(book, seed, count)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, phases=FOUND)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 3))
def test_missing_facts_are_exactly_right_in_many_families(
    book: RuleBook, seed: int, count: int
) -> None:
    brute_force(book, seed, count)


def brute_force(book: RuleBook, seed: int, count: int) -> None:
    rng = random.Random(seed)
    rules = book.at(RULES_MONTH)
    situation, hidden = hide(rng, known_family(rng), count)
    finding = rules.decide(situation, subject=situation.subject, variable="allowance")
    worlds = completions(rules, situation, hidden)
    if "care" in {fact for _, fact in hidden}:
        # value, days and first day of unknown spells count as independent: open too often, never
        # decided wrongly
        assert {o.answer for o in finding.outcomes} >= set(worlds.values())
        return
    assert {o.answer for o in finding.outcomes} == set(worlds.values())
    assert finding.is_open == (len(set(worlds.values())) > 1)
    if finding.is_open:
        assert set(finding.facts_needed) == facts_that_matter(worlds, hidden)


@pytest.mark.parametrize("by", ["rules", "tables"])
def test_a_yes_or_no_or_a_number_is_known_only_when_every_way_gives_the_same(
    book: RuleBook, by: Means
) -> None:
    """Two ways of one rule have one name: what counts is the value each led to."""
    child = {"birth_date": "2022-01-15", "birth_sequence": 1, "father": None}
    older = {"birth_date": "2020-01-15", "birth_sequence": 1, "mother": "mother", "father": None}
    persons: dict[str, Any] = {"child": child, "older": older, "mother": {}}
    rules = book.at(RULES_MONTH)

    def said(subject: str, variable: str) -> tuple[str, Any]:
        situation = Situation.from_json({"subject": subject, "persons": persons})
        found = rules.decide(situation, subject=subject, variable=variable, by=by)
        return found.status, found.value

    assert said("mother", "on_leave") == ("open", None)
    assert said("child", "birth_order") == ("open", None)
    persons["child"] = {**child, "mother": "mother"}
    persons["mother"] = {"parental_leave_benefit": True}
    assert said("mother", "on_leave") == ("known", True)
    assert said("child", "birth_order") == ("known", 2)


@settings(max_examples=40, deadline=None, phases=FOUND)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 6))
def test_deciding_on_answers_equals_deciding_on_values(
    book: RuleBook, seed: int, count: int
) -> None:
    rng = random.Random(seed)
    rules = book.at(RULES_MONTH)
    whole = known_family(rng)
    known = rules.decide(whole, subject=whole.subject, variable="allowance")
    situation, _ = hide(rng, whole, count)
    for _ in range(30):
        finding = rules.decide(situation, subject=situation.subject, variable="allowance")
        if not finding.is_open:
            break
        first = Predicate.of(finding.needed[0])
        value = whole.facts[first.person][first.fact]
        if first.op == "value":
            situation = situation.with_fact(first.person, first.fact, value)
        else:
            now = value[0].value if isinstance(value, tuple) else value
            situation = situation.answered([(first, first.answered_by(now))])
    assert finding.status == known.status
    assert finding.outcome is None or finding.outcome.answer == known.outcome.answer


def test_the_comparison_suffices_and_the_rate_is_never_asked(book: RuleBook) -> None:
    situation = newborn().without("mother", "tax_rate")
    finding = book.at(RULES_MONTH).decide(situation, subject="child", variable="allowance")
    assert [c.key for c in finding.needed] == ["mother.tax_rate>=20"]
    assert finding.status == "open"
    assert [o.answer for o in finding.outcomes] == [
        ("not_due", None, None),
        ("due", "allowance", "5000"),
    ]


def test_a_fact_that_cannot_change_the_answer_is_named_as_not_needed(book: RuleBook) -> None:
    situation = newborn().with_fact("child", "income_class", "low").without("mother", "tax_rate")
    finding = book.at(RULES_MONTH).decide(situation, subject="child", variable="allowance")
    assert finding.status == "due"
    assert ("mother", "tax_rate") in finding.not_needed
    assert ("mother", "sex") not in finding.not_needed, "the rule never reads it"


def test_in_2024_tax_is_not_asked(book: RuleBook) -> None:
    situation = newborn().without("mother", "tax_rate").without("father", "tax_rate")
    rules = book.at(Month(2024, 2))
    assert rules.decide(situation, subject="child", variable="allowance").status == "due"


def test_an_unknown_sibling_leaves_the_place_open_between_bounds(book: RuleBook) -> None:
    situation = newborn()
    situation = situation.with_fact("sister", "mother", "mother")
    finding = book.at(RULES_MONTH).decide(situation, subject="child", variable="allowance")
    assert {o.answer[2] for o in finding.outcomes} == {"5000", "6000"}
    assert finding.facts_needed == (("sister", "birth_date"), ("sister", "birth_sequence"))


def test_shares_of_the_town_put_the_dividing_question_first(book: RuleBook) -> None:
    situation = newborn().without("mother", "tax_rate").without("child", "in_state_placement")
    shares = {"child.in_state_placement==true": 1, "mother.tax_rate>=20": 300}
    rules = book.at(RULES_MONTH)
    plain = rules.decide(situation, subject="child", variable="allowance")
    ranked = rules.decide(situation, subject="child", variable="allowance", shares=shares)
    assert plain.needed[0].fact == "in_state_placement"
    assert ranked.needed[0].fact == "tax_rate"


@pytest.mark.parametrize("fact", ["birth_date", "care", "mother"])
def test_nothing_known_of_one_fact_is_open_never_wrong(book: RuleBook, fact: str) -> None:
    finding = book.at(RULES_MONTH).decide(
        newborn().without("child", fact), subject="child", variable="allowance"
    )
    assert finding.is_open
    assert fact in {f for _, f in finding.facts_needed}


def newborn() -> Situation:
    return Situation.from_json(
        {
            "subject": "child",
            "persons": {
                "child": {
                    "birth_date": "2022-07-03",
                    "birth_sequence": 1,
                    "is_national": True,
                    "registered_on": "2022-07-10",
                    "mother": "mother",
                    "father": "father",
                    "income_class": "general",
                    "in_state_placement": False,
                    "disadvantaged": False,
                    "care": [{"value": "none", "on": "2022-07-03", "until": None}],
                    "kindergarten": [],
                },
                "mother": {"tax_rate": 12, "parental_leave_benefit": False},
                "father": {
                    "tax_rate": {"at_least": {"20": False}},
                    "parental_leave_benefit": {"is": {"true": False}},
                },
            },
        }
    )
