"""Estate tax: the worked examples of the tax offices, and what must hold for every estate."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minben.facts.reading import SituationError
from minben.packs import case_load
from minben.packs.inheritance.deductions import months_later, years_to_majority

TAX = case_load.decision("inheritance.estate_tax")
ON = date(2026, 6, 1)


def case(died, *, spouse="w", children=1, value=22_000_000, **estate) -> dict[str, Any]:
    persons: dict[str, Any] = {"d": {"died_on": died, "is_national": True, "spouse": spouse}}
    persons |= {"w": {}} if spouse else {}
    persons |= {f"c{n}": {"father": "d", "birth_date": "1990-01-01"} for n in range(children)}
    assets = [{"kind": "deposit", "value": value}]
    return {
        "subject": "d",
        "persons": persons,
        "estate": {"domiciled": True, "assets": assets, **estate},
    }


def amount(facts, on=ON) -> int:
    return TAX.answer(facts, on)[0].result["amount"]


def test_the_worked_examples_of_the_tax_offices():
    assert amount(case("2025-01-15")) == 120_000
    assert amount(case("2023-01-01", value=20_000_000)) == 1_000
    renounced = case("2025-01-15")
    renounced["persons"]["w"]["renounced_on"] = "2025-02-01"
    assert amount(renounced) == 673_000
    assert amount(renounced, date(2025, 1, 31)) == 120_000


estates = st.fixed_dictionaries(
    {
        "died": st.dates(date(2009, 1, 23), date(2026, 5, 31)),
        "value": st.integers(0, 400_000_000),
        "children": st.integers(0, 4),
        "spouse": st.sampled_from(["w", None]),
        "debts": st.integers(0, 5_000_000),
    }
)


@settings(max_examples=60, deadline=None)
@given(estates, st.integers(1, 50_000_000))
def test_more_property_never_lessens_the_tax_and_never_adds_more_than_the_highest_rate(kw, more):
    kw = {**kw, "died": kw["died"].isoformat()}
    less, most = amount(case(**kw)), amount(case(**{**kw, "value": kw["value"] + more}))
    assert 0 <= most - less <= (more + 4) // 5 + 1


@settings(max_examples=60, deadline=None)
@given(estates)
def test_the_lines_of_the_derivation_add_up_to_the_net_estate(kw):
    answer = TAX.answer(case(**{**kw, "died": kw["died"].isoformat()}), ON)[0]
    assert max(sum(line.amount or 0 for line in answer.lines), 0) == answer.result["net"]
    assert all(line.cite for line in answer.lines)


@settings(max_examples=40, deadline=None)
@given(estates)
def test_gross_estate_and_tax_are_whole_dollars_and_said_with_their_numbers_of_law(kw):
    written = TAX.decide(case(**{**kw, "died": kw["died"].isoformat()}), ON)
    assert all(type(written[key]) is int for key in ("amount", "gross", "net"))
    assert {"exemption.amount", "deductions.funeral"} <= {p["path"] for p in written["parameters"]}
    assert all(p["confidence"] and p["reference"] for p in written["parameters"])


@pytest.mark.parametrize("age", [20, 18])
def test_a_part_of_a_year_until_majority_counts_as_a_year(age):
    died = date(2022, 12, 31) if age == 20 else date(2023, 1, 1)
    law = TAX.answer(case(died.isoformat()), ON)[1]
    birthday = date(died.year - 10, died.month, died.day)
    assert years_to_majority(birthday, died, law) == age - 10
    assert years_to_majority(birthday + timedelta(days=1), died, law) == age - 9
    assert years_to_majority(birthday - timedelta(days=1), died, law) == age - 10


def test_the_time_to_file_ends_on_the_same_day_six_months_later_or_on_the_last_of_the_month():
    assert months_later(date(2025, 8, 31), 6) == date(2026, 2, 28)
    answer = TAX.answer(case("2025-01-15"), ON)[0].result
    assert (answer["file_by"], answer["extended_until"]) == ("2025-07-15", "2025-10-15")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"assets": [{"kind": "gold", "value": 1}]}, "estate.assets[0].kind"),
        ({"assets": [{"kind": "land", "value": -1}]}, "estate.assets[0].value"),
        ({"assets": [{"kind": "land", "value": 1.5}]}, "estate.assets[0].value"),
        ({"assets": [{"kind": "land", "value": True}]}, "estate.assets[0].value"),
        ({"assets": [{"kind": "land"}]}, "estate.assets[0].value"),
        ({"assets": {}}, "estate.assets"),
        ({"assets": [3]}, "estate.assets[0]"),
        ({"gifts": [{"to": "x", "on": "2024-01-01", "value": 1}]}, "estate.gifts[0].to"),
        ({"gifts": [{"to": "w", "on": "2024-13-01", "value": 1}]}, "estate.gifts[0].on"),
        ({"debt": 3}, "estate.debt"),
        ({"marital_property": {"claimed": "yes"}}, "estate.marital_property.claimed"),
        ({"applicant": "nobody"}, "estate.applicant"),
    ],
)
def test_an_estate_that_cannot_be_is_refused_by_field(change, field):
    facts = case("2025-01-15")
    facts["estate"] |= change
    with pytest.raises(SituationError) as refused:
        TAX.decide(facts, ON)
    assert refused.value.field == field
    assert refused.value.mend.zh


def test_a_death_before_the_first_rates_is_for_an_officer():
    with pytest.raises(SituationError) as refused:
        TAX.decide(case("2009-01-22"), ON)
    assert refused.value.field == "persons.d.died_on"
