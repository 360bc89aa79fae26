"""One decision: outcome, the condition that decided, articles, numbers of the law."""

from datetime import date

import pytest

from law.test_unknown_facts import newborn
from minben.base.month import Month
from minben.facts.situation import Situation
from minben.law import RuleError
from minben.law.finding import Finding
from minben.law.rulebook import RuleBook
from minben.law.spells import days_in, in_period
from minben.law.vocabulary import NOBODY, Spell


def decide(book: RuleBook, situation: Situation, month: str = "2022-09") -> Finding:
    return book.at(Month.parse(month)).decide(situation, subject="child", variable="allowance")


def test_the_answer_comes_with_article_condition_and_numbers(book: RuleBook) -> None:
    finding = decide(book, newborn().with_fact("mother", "tax_rate", 20))
    assert finding.status == "not_due"
    assert finding.outcome is not None
    assert finding.outcome.reason == "income_too_high"
    assert finding.trace.deciding == "mother.tax_rate >= 20"
    assert finding.citations[:2] == ("§ 2", "§ 1")
    uses = {u.path: (u.value, u.since, u.references) for u in finding.parameters}
    assert uses["tax_rate_ceiling"] == (20, date(2018, 8, 1), ("§ 2",))


def test_the_trace_names_facts_rules_and_their_values(book: RuleBook) -> None:
    finding = decide(book, newborn())
    assert finding.outcome is not None
    assert finding.outcome.settled_amount == 5000
    steps = {s.variable: s for s in finding.trace.steps}
    assert set(steps) == {"subsidy", "on_leave", "birth_order"}
    assert steps["birth_order"].value == 1
    assert finding.trace.facts["father.tax_rate"] is None, "decided without its value"
    assert finding.trace.to_json()["steps"][0]["value"]["reason"] == "not_in_care"


@pytest.mark.parametrize(
    ("month", "amount"), [("2022-07", 2500), ("2022-08", 5000), ("2024-07", 5000)]
)
def test_each_phase_has_its_own_numbers(book: RuleBook, month: str, amount: int) -> None:
    outcome = decide(book, newborn(), month).outcome
    assert outcome is not None
    assert outcome.settled_amount == amount


def test_the_month_of_the_second_birthday_is_the_last(book: RuleBook) -> None:
    assert decide(book, newborn(), "2024-07").status == "due"
    after = decide(book, newborn(), "2024-08")
    assert after.outcome is not None
    assert after.outcome.reason == "child_too_old"


def test_a_disputed_number_is_named_with_its_alternatives(book: RuleBook) -> None:
    sister = {"birth_date": date(2015, 1, 1), "birth_sequence": 1, "mother": "mother",
              "father": NOBODY}  # fmt: skip
    situation = newborn().with_fact("child", "income_class", "low")
    situation = Situation("child", {**situation.facts, "sister": sister})
    finding = decide(book, situation, "2022-07")
    assert [(u.path, u.value, u.alternatives) for u in finding.disputed] == [
        ("amount.low.2", 5000, (6000,))
    ]


def test_twins_take_their_places_by_order_of_birth(book: RuleBook) -> None:
    twin = {**newborn().facts["child"], "birth_sequence": 2}
    situation = Situation("child", {**newborn().facts, "twin": twin})
    rules = book.at(Month(2022, 9))
    amounts = [
        rules.decide(situation, subject=c, variable="allowance").outcome.settled_amount  # type: ignore[union-attr]
        for c in ("child", "twin")
    ]
    assert amounts == [5000, 6000]


def test_a_child_without_registered_parents_is_decided(book: RuleBook) -> None:
    situation = newborn().with_fact("child", "mother", NOBODY).with_fact("child", "father", NOBODY)
    assert decide(book, situation).status == "due"


def test_a_rule_without_an_outcome_has_a_value(book: RuleBook) -> None:
    rules = book.at(Month(2022, 9))
    finding = rules.decide(newborn(), subject="child", variable="birth_order")
    assert (finding.status, finding.value) == ("known", 1)


def test_an_unknown_rule_is_named(book: RuleBook) -> None:
    with pytest.raises(RuleError, match="no rule called 'alowance'"):
        book.at(Month(2022, 9)).decide(newborn(), subject="child", variable="alowance")


def test_of_the_spells_in_a_month_the_one_that_began_last_counts() -> None:
    month = Month(2022, 9)
    spells = (
        Spell("private", date(2022, 1, 1), date(2022, 9, 10)),
        Spell("public", date(2022, 9, 11), date(2022, 9, 20)),
        Spell("none", date(2022, 9, 21)),
    )
    counted = in_period(spells, month, "none")
    assert counted is not None
    assert counted.value == "public"
    assert days_in(spells, "private", month) == 10
    assert days_in(spells, "public", month) == 10
    assert days_in(spells, "none", month) == 10
    assert in_period(spells, Month(2023, 1), "none") is None
