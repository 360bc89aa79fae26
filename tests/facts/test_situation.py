"""A situation is read strictly, written back alike, and its mistakes say how to mend them."""

from datetime import date
from typing import Any

import pytest

from minben.facts.person import NEVER
from minben.facts.predicate import Predicate
from minben.facts.situation import NOBODY, Situation, SituationError
from minben.law.vocabulary import Answers, Spell

FILE: dict[str, Any] = {
    "subject": "child",
    "persons": {
        "child": {
            "birth_date": "2022-07-03",
            "is_national": True,
            "mother": "mother",
            "father": None,
            "died_on": None,
            "care": [{"value": "none", "on": "2022-07-03", "until": None}],
            "kindergarten": {"is": {"public": False}},
        },
        "mother": {"tax_rate": {"at_least": {"20": False}}},
    },
}


def test_what_is_written_is_what_was_read() -> None:
    situation = Situation.from_json(FILE)
    assert situation.to_json() == FILE
    assert situation.knowledge("child", "father") is NOBODY
    assert situation.knowledge("child", "died_on") == NEVER
    assert situation.knowledge("child", "sex") is None
    assert situation.knowledge("child", "care") == (Spell("none", date(2022, 7, 3)),)
    assert situation.knowledge("mother", "tax_rate") == Answers({20: False})
    assert situation.knowledge("nobody", "sex") is None


def changed(person: str, fact: str, value: object) -> dict[str, Any]:
    persons = {k: dict(v) for k, v in FILE["persons"].items()}
    persons[person][fact] = value
    return {"subject": "child", "persons": persons}


@pytest.mark.parametrize(
    ("file", "field", "mend"),
    [
        ([], "persons", "give"),
        ({"persons": {"child": {}}}, "subject", "name one of: child"),
        ({"subject": "x", "persons": {"child": {}}}, "subject", "name one of: child"),
        (changed("child", "birthdate", "2022-07-03"), "persons.child.birthdate", "birth_date"),
        (changed("child", "birth_date", "3.7.2022"), "persons.child.birth_date", "2022-07-03"),
        (changed("mother", "tax_rate", 101), "persons.mother.tax_rate", "from 0 to 100"),
        (changed("mother", "tax_rate", True), "persons.mother.tax_rate", "whole number"),
        (changed("child", "care", "home"), "persons.child.care", "none, public"),
        (changed("child", "care", [{"value": "none"}]), "persons.child.care[0]", '"on"'),
        (changed("child", "sex", [{"value": "male", "on": "2022-01-01"}]), "persons.child.sex",
         "female, male"),
        (changed("child", "care", [{"value": "none", "on": "2022-02-01", "until": "2022-01-01"}]),
         "persons.child.care[0].until", "swap"),
        (changed("mother", "tax_rate", {"above": {"20": True}}), "persons.mother.tax_rate", "100"),
        (changed("mother", "tax_rate", {"at_least": {"x": True}}),
         "persons.mother.tax_rate.at_least.x", "whole number"),
        (changed("mother", "tax_rate", {"at_least": {"20": "no"}}), "persons.mother.tax_rate", ""),
        (changed("child", "children", ["x"]), "persons.child.children", "list each child"),
    ],
)  # fmt: skip
def test_a_mistake_names_field_and_mend_in_both_languages(
    file: object, field: str, mend: str
) -> None:
    with pytest.raises(SituationError) as error:
        Situation.from_json(file)
    assert error.value.field == field
    assert mend in error.value.mend.en
    assert error.value.to_json()["mend"]["zh"]


def test_a_predicate_names_itself_without_the_answer() -> None:
    rate = Predicate("mother", "tax_rate", "at_least", 20)
    assert rate.key == "mother.tax_rate>=20"
    assert rate.data_set == "tax/income/rate/v1"
    assert rate.text.en == "income tax rate is 20 % or more (yes/no)"
    assert rate.text.zh == "綜合所得稅適用稅率 達 20% 以上（是／否）"
    assert Predicate("child", "care", "is", "public").key == "child.care==public"
    assert Predicate("child", "is_national", "is", True).key == "child.is_national==true"
    assert Predicate("child", "mother", "value").key == "child.mother"
    assert Predicate("mother", "children", "value").text.en == "children"


@pytest.mark.parametrize(
    "predicate",
    [
        Predicate("mother", "tax_rate", "at_least", 20),
        Predicate("child", "care", "is", "public"),
        Predicate("child", "birth_date", "at_least", date(2020, 9, 1)),
        Predicate("child", "mother", "value"),
    ],
)
def test_a_predicate_is_written_and_read(predicate: Predicate) -> None:
    assert Predicate.from_json(predicate.to_json()) == predicate


def test_a_provider_computes_the_answer() -> None:
    assert Predicate("m", "tax_rate", "at_least", 20).answered_by(20)
    assert not Predicate("m", "tax_rate", "at_least", 20).answered_by(19)
    assert Predicate("c", "birth_date", "at_least", date(2020, 9, 1)).answered_by(date(2021, 1, 1))
    with pytest.raises(ValueError, match="not a yes/no question"):
        Predicate("c", "mother", "value").answered_by("x")


def test_answers_add_up_and_never_replace_a_value() -> None:
    below = Predicate("mother", "tax_rate", "at_least", 20)
    above = Predicate("mother", "tax_rate", "at_least", 5)
    situation = Situation("child", {"child": {}, "mother": {}})
    known = situation.answered([(below, False), (above, True)])
    assert known.knowledge("mother", "tax_rate") == Answers({20: False, 5: True})
    whole = situation.with_fact("mother", "tax_rate", 12).answered([(below, False)])
    assert whole.knowledge("mother", "tax_rate") == 12
