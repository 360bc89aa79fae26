"""What a pack says beside one decision: the next review, a family's total, its tables."""

from datetime import date

import pytest

from minben.base.month import Month
from minben.bench.deciding import newborn
from minben.facts.situation import Situation
from minben.law.screening_plan import ScreeningPlan
from minben.packs.load import pack

CHILDCARE = pack("childcare")


def with_sibling(**facts):
    """The newborn's family with a brother born in 2020."""
    written = newborn().to_json()
    brother = dict(written["persons"]["child"])
    brother |= {"birth_date": "2020-03-05", "registered_on": "2020-03-10", **facts}
    written["persons"]["brother"] = brother
    return Situation.from_json(written)


def test_the_next_review_is_the_month_in_which_another_answer_follows():
    after = date(2022, 9, 15)
    review = CHILDCARE.next_review(newborn(), "child", after)
    assert review.on > after
    assert review.text.zh
    assert review.text.en

    def answer(month):
        decision = CHILDCARE.decide(newborn(), subject="child", month=month)
        return decision.answer, decision.reason.key

    found = Month.of(review.on)
    before = {answer(Month(2022, 9) + n) for n in range(found.index - Month(2022, 9).index)}
    assert before == {answer(Month(2022, 9))}
    assert answer(found) not in before


def test_a_phase_of_the_law_is_a_reason_to_review():
    rich = newborn().with_fact("mother", "tax_rate", 30)
    review = CHILDCARE.next_review(rich, "child", date(2023, 6, 1))
    assert (review.on, review.reason) == (date(2024, 1, 1), "law_changes")


def test_a_birthday_is_a_reason_to_review():
    review = CHILDCARE.next_review(newborn(), "child", date(2024, 2, 1))
    assert (review.on, review.reason) == (date(2024, 8, 1), "second_birthday")


def test_nothing_is_reviewed_of_who_has_grown_up():
    mother = newborn().with_fact("child", "birth_date", date(1990, 1, 1))
    assert CHILDCARE.next_review(mother, "child", date(2022, 9, 1)) is None


def test_a_familys_total_is_the_sum_over_its_children():
    total = CHILDCARE.family_total(with_sibling(), Month(2022, 9))
    assert set(total.decisions) == {"child", "brother"}
    assert total.amount == sum(d.amount for d in total.decisions.values())
    assert total.decisions["child"].amount > total.decisions["brother"].amount  # second child


def test_a_price_is_not_paid_to_the_family():
    kindergarten = [{"value": "public", "on": "2022-08-01", "until": None}]
    family = with_sibling(kindergarten=kindergarten, kindergarten_fee=4000)
    total = CHILDCARE.family_total(family, Month(2022, 9))
    assert total.decisions["brother"].pays == "price"
    assert total.amount == total.decisions["child"].amount


def test_there_is_no_total_while_one_child_is_open():
    family = with_sibling().without("brother", "care")
    total = CHILDCARE.family_total(family, Month(2022, 9))
    assert total.decisions["brother"].status == "open"
    assert total.amount is None


@pytest.mark.parametrize("month", CHILDCARE.phases, ids=str)
def test_every_rule_has_a_table_in_every_phase(month):
    tables = CHILDCARE.tables(month)
    assert list(tables) == list(CHILDCARE.book.variables)
    for table in tables.values():
        assert table.to_html_rows()
        assert table.to_mermaid().startswith("flowchart")
        assert "<decisionTable" in table.to_dmn()


def test_a_months_screening_is_planned_once():
    month = Month(2022, 9)
    plan = CHILDCARE.screening_sql(month)
    assert isinstance(plan, ScreeningPlan)
    assert CHILDCARE.screening_sql(month) is plan


def test_of_several_reasons_against_it_the_one_that_needs_no_missing_fact_is_said():
    rich = newborn().with_fact("mother", "tax_rate", 30).without("child", "in_state_placement")
    decision = CHILDCARE.decide(rich, subject="child", month=Month(2022, 9))
    assert (decision.status, decision.reason.key) == ("not_due", "income_too_high")
    assert decision.needed == ()  # being in state placement would only be another reason
    assert "child.in_state_placement" in decision.not_needed
