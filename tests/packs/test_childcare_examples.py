"""The examples of the pack, held against the hand-copied sheet."""

from datetime import date
from typing import Any

import pytest

from minben.facts.situation import Situation
from minben.packs.load import pack
from packs.childcare_sheet import Sheet

CHILDCARE = pack("childcare")
# Facts that an example leaves out cannot matter to it; the sheet's clerk wants some value.
ANY_CHILD: dict[str, Any] = {
    "birth_sequence": 1,
    "is_national": True,
    "in_state_placement": False,
    "disadvantaged": False,
    "income_class": "general",
    "care": [],
    "weekly_care_hours": 0,
    "kindergarten": [],
    "kindergarten_fee": 0,
}


def filled(situation: Situation) -> dict[str, Any]:
    """The file form with a value for every fact that the sheet reads."""
    written = situation.to_json()
    persons = written["persons"]
    child = persons[written["subject"]]
    persons[written["subject"]] = {**ANY_CHILD, "registered_on": child["birth_date"], **child}
    for parent in ("mother", "father"):
        if child.get(parent):
            persons[child[parent]] = {"tax_rate": 0, **persons[child[parent]]}
    return written


@pytest.mark.parametrize("example", CHILDCARE.examples, ids=lambda e: e.name)
def test_an_example_says_what_the_sheet_says(example):
    on = (example.month.year, example.month.number)
    sheet = Sheet(filled(example.situation), example.situation.subject, on)
    status, scheme, amount, reason = sheet.answer()
    assert example.output["status"] == status
    assert example.output.get("scheme") == scheme
    assert example.output.get("amount") == amount
    assert example.output["reason"] == reason


@pytest.mark.parametrize("example", CHILDCARE.examples, ids=lambda e: e.name)
def test_the_pack_says_what_an_example_says(example):
    decision = CHILDCARE.decide(example.situation, subject="child", month=example.month)
    output = example.output
    assert decision.status == output["status"]
    assert decision.scheme == output.get("scheme")
    assert decision.amount == output.get("amount")
    assert decision.reason.key == output["reason"]


def test_the_examples_stand_in_every_phase():
    months = {example.month for example in CHILDCARE.examples}
    assert set(CHILDCARE.phases) <= months
    assert [phase.first_day for phase in CHILDCARE.phases] == [
        date(2018, 8, 1),
        date(2019, 8, 1),
        date(2020, 1, 1),
        date(2021, 8, 1),
        date(2022, 8, 1),
        date(2024, 1, 1),
    ]
