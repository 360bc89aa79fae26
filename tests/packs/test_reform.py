"""A reform lays other numbers, or another rule, over a pack; today's law stays as it is."""

from pathlib import Path

import pytest

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.packs.load import pack
from minben.packs.reading import PackError
from minben.packs.reform import reform

MONTH = Month(2022, 9)


def newborn(tax_rate: int) -> Situation:
    child = {
        "birth_date": "2022-07-03", "birth_sequence": 1, "is_national": True,
        "registered_on": "2022-07-10", "mother": "mother", "father": None,
        "income_class": "general", "disadvantaged": False, "in_state_placement": False,
        "care": [], "kindergarten": [],
    }  # fmt: skip
    mother = {"tax_rate": tax_rate, "parental_leave_benefit": []}
    return Situation.from_json({"subject": "child", "persons": {"child": child, "mother": mother}})


def amount(one: object, month: Month, tax_rate: int = 5) -> int | None:
    return one.decide(newborn(tax_rate), subject="child", month=month).amount  # type: ignore[attr-defined]


def test_other_numbers_hold_from_their_first_day() -> None:
    draft = reform("childcare/one-thousand-more")
    assert amount(draft.today, MONTH) == 5000
    assert amount(draft.then, MONTH) == 6000
    assert amount(draft.then, Month(2022, 8)) == amount(draft.today, Month(2022, 8)) == 5000
    assert draft.today is pack("childcare")
    assert draft.then.rules_hash != draft.today.rules_hash


def test_another_rule_takes_the_place_of_one_wherever_it_is_called() -> None:
    draft = reform("childcare/whatever-the-income")
    assert amount(draft.today, MONTH, tax_rate=40) is None
    assert amount(draft.then, MONTH, tax_rate=40) == 5000
    rules = draft.then.book.at(MONTH)
    for means in ("rules", "tables"):
        found = rules.decide(
            newborn(40),
            subject="child",
            variable="support",
            by=means,  # type: ignore[arg-type]
        )
        assert found.status == "due", means


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("parameters: {allowance: {amont: {values: {2022-09-01: 1}}}}", "no parameter allowance"),
        ("parameters: {}", "nothing is changed"),
        ("rules: absent", "missing"),
        ("numbers: {}", "this key is not known here"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_reform_is_named(tmp_path: Path, content: str, words: str) -> None:
    words_of = "{zh: 試算, en: a trial}"
    file = tmp_path / "draft.yaml"
    file.write_text(
        f"pack: childcare\nname: {words_of}\npurpose: {words_of}\n{content}\n", "utf-8"
    )
    with pytest.raises(PackError, match=words):
        reform(str(file))
