"""Shares of heirs: they sum to one, nobody excluded holds one, and no order of input matters."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings

from minben.facts.reading import SituationError
from minben.packs import case_check, case_load
from minben.packs.load import FOLDER
from packs.trees import families

SHARES = case_load.decision("inheritance.shares")
ON = date(2025, 12, 1)


def shares_of(facts, on=ON):
    return SHARES.answer(facts, on)[0].core


def fraction(written):
    return Fraction(written["numerator"], written["denominator"])


@settings(max_examples=40, deadline=None)
@given(families())
def test_shares_sum_to_one_or_the_estate_falls_to_the_treasury_with_a_reason(facts):
    answer, _ = SHARES.answer(facts, ON)
    if answer.status == "due":
        assert sum(answer.core.values()) == 1
        assert all(share > 0 for share in answer.core.values())
    else:
        assert (answer.status, answer.reason, answer.core) == ("not_due", "no_heirs", {})


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(families())
def test_nobody_who_is_excluded_holds_a_share_and_everybody_is_one_or_the_other(facts):
    answer, _ = SHARES.answer(facts, ON)
    excluded = {one["person"] for one in answer.result["excluded"]}
    assert excluded | set(answer.core) == set(facts["persons"]) - {"d"}
    assert excluded & set(answer.core) == set()
    for key in answer.core:
        person = facts["persons"][key]
        assert "renounced_on" not in person
        assert "disqualified" not in person
        assert person.get("died_on", "9999") > "2025-01-15"


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(families())
def test_the_order_in_which_persons_are_listed_does_not_matter(facts):
    turned = {**facts, "persons": dict(reversed(facts["persons"].items()))}
    assert SHARES.answer(facts, ON)[0] == SHARES.answer(turned, ON)[0]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(families())
def test_each_compulsory_portion_is_the_fraction_of_the_share_that_the_article_names(facts):
    parts = {"sibling": Fraction(1, 3), "grandparent": Fraction(1, 3)}
    for share in SHARES.answer(facts, ON)[0].result["shares"]:
        part = parts.get(share["standing"], Fraction(1, 2))
        assert share["compulsory"] == share["share"] * part


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(families())
def test_every_share_and_every_exclusion_says_why_in_both_languages_with_an_article(facts):
    answer = SHARES.decide(facts, ON)
    told = [
        *(line for share in answer["shares"] for line in share["derivation"]),
        *(one["reason"] for one in answer["excluded"]),
    ]
    for line in told:
        assert line["citations"]
        assert line["text"]["zh"]
        assert "{" not in line["text"]["zh"] + line["text"]["en"]
    assert not re.search(r"\d\.\d", str(answer["shares"])), "a fraction was rounded"


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(families())
def test_a_renunciation_never_lessens_the_share_of_the_other_heirs_of_the_same_line_of_heirs(
    facts,
):
    """Art. 1176: what one gives up goes to the others who inherit, while any of them is left."""
    before = SHARES.answer(facts, ON)[0].result
    children = [s["person"] for s in before.get("shares", ()) if s["standing"] == "sibling"]
    if len(children) < 2:
        return
    facts["persons"][children[0]]["renounced_on"] = "2025-02-01"
    after = shares_of(facts)
    old = {s["person"]: s["share"] for s in before["shares"]}
    assert all(after[key] >= old[key] for key in children[1:])


def test_the_tree_is_a_picture_that_can_be_read_out():
    facts = {
        "subject": "d",
        "persons": {
            "d": {"died_on": "2025-01-15", "spouse": "w", "name": "示例<甲> & Co"},
            "w": {"name": "示例乙"},
            "a": {"father": "d", "mother": "w"},
        },
    }
    tree = ET.fromstring(SHARES.decide(facts, ON)["tree"])
    space = {"s": "http://www.w3.org/2000/svg"}
    title, description = tree.find("s:title", space), tree.find("s:desc", space)
    assert title is not None
    assert description is not None
    assert title.text == "示例<甲> & Co之繼承系統表 Family tree of 示例<甲> & Co"
    assert "示例乙 1/2" in (description.text or "")
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "tree-title tree-desc"


@pytest.mark.parametrize(
    ("persons", "field"),
    [
        ({"d": {"died_on": "2025-01-15", "spouse": "x"}}, "persons.d.spouse"),
        ({"d": {"died_on": "2025-01-15", "mother": "d"}}, "persons.d.mother"),
        ({"d": {"died_on": "2026-01-15"}}, "persons.d.died_on"),
        ({"d": {"died_on": "1980-01-15"}}, "persons.d.died_on"),
        ({"d": {"died_on": "9999-08-15"}}, "persons.d.died_on"),
        ({"d": {"died_on": "2025-01-15", "birth_date": "2025-01-16"}}, "persons.d.died_on"),
        ({"d": {"died_on": "2025-01-15", "disqualified": {"is": {"true": True}}}},
         "persons.d.disqualified"),
        ({"d": {"died_on": "2025-01-15", "mother": "a"}, "a": {"mother": "d"}},
         "persons.d.mother"),
        ({"d": {"died_on": "2025-01-15", "spouse": "a"}, "a": {}, "b": {"spouse": "d"}},
         "persons.d.spouse"),
        ({"d": {"died_on": "2025-01-15"}, "": {}}, "persons"),
        ({"d": {"died_on": "2025-01-15"}, **{f"p{n}": {} for n in range(500)}}, "persons"),
    ],
)  # fmt: skip
def test_a_family_that_cannot_be_is_refused_by_field(persons, field):
    with pytest.raises(SituationError) as refused:
        SHARES.decide({"subject": "d", "persons": persons}, ON)
    assert refused.value.field == field


def test_a_tree_in_which_every_line_crosses_is_divided_without_walking_every_path():
    persons = {"d": {"died_on": "2025-01-15"}, "z": {"father": "d"}, "a0": {"father": "d"}}
    persons |= {"b0": {"father": "d"}}
    for n in range(1, 200):
        ties = {"father": f"a{n - 1}", "mother": f"b{n - 1}"}
        persons |= {f"a{n}": dict(ties), f"b{n}": dict(ties)}
    for n in range(199):
        persons[f"a{n}"]["died_on"] = persons[f"b{n}"]["died_on"] = "2020-01-01"
    found = shares_of({"subject": "d", "persons": persons})
    assert found == {key: Fraction(1, 3) for key in ("z", "a199", "b199")}


@pytest.mark.slow
def test_the_pack_has_no_gap():
    assert case_check.check(FOLDER / "inheritance") == []
