"""Cases in OpenFisca's YAML format are read exactly as they are written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from minben.base.month import Month
from minben.law import Year
from minben.law.openfisca_cases import Given, GroupEntity, WrittenCase, read_cases
from minben.law.parameter_file import ParameterError

HOUSEHOLD = GroupEntity("household", "households", {"adults": "adult", "children": "child"})
JANUARY = Month(2017, 1)


def read(text: str) -> list[WrittenCase]:
    return read_cases(
        text,
        file="cases.yaml",
        person="person",
        groups=(HOUSEHOLD,),
        entity_of=lambda v: "household" if v in ("rent", "tax") else "person",
    )


def test_a_case_of_one_person_puts_its_variables_where_they_belong() -> None:
    (case,) = read(
        "- {name: one, period: 2017-01, keywords: [rent, tax],\n"
        "   input: {salary: 2000, rent: {2016-12: 300}, birth: 1980-02-15},\n"
        "   output: {tax: 600 - 200 / 12, poor: true, kind: tenant}}"
    )
    assert case.rows == {"person": ("person_0",), "household": ("household_0",)}
    assert case.members == (("person_0", "household", "household_0", "adult"),)
    assert case.given == (
        Given("person_0", "salary", JANUARY, Fraction(2000)),
        Given("household_0", "rent", Month(2016, 12), Fraction(300)),
        Given("person_0", "birth", JANUARY, date(1980, 2, 15)),
    )
    assert [e.value for e in case.expected] == [600 - Fraction(200, 12), True, "tenant"]
    assert case.keywords == ("rent", "tax")


def test_lists_give_a_row_for_each_value() -> None:
    (case,) = read("- {period: 2017, input: {rent: [1, 2.5]}, output: {tax: [0, 100*0.1]}}")
    assert case.rows["household"] == ("household_0", "household_1")
    assert [(g.row, g.value) for g in case.expected] == [("household_0", 0), ("household_1", 10)]
    assert case.expected[0].period == Year(2017)


def test_persons_and_households_go_by_their_names() -> None:
    (case,) = read(
        """
period: 2017-01
absolute_error_margin: 0.01
input:
  household: {adults: [示例甲, 示例乙], children: [示例丙], rent: 400}
  persons: {示例甲: {salary: {2016: 12}}, 示例乙: {}, 示例丙: {birth: 2010-01-01}}
output:
  persons: {示例甲: {salary: 1}}
  household: {tax: {2017: 7}}
"""
    )
    assert case.rows == {"person": ("示例甲", "示例乙", "示例丙"), "household": ("household",)}
    assert case.members[2] == ("示例丙", "household", "household", "child")
    assert Given("household", "tax", Year(2017), Fraction(7)) in case.expected
    assert Given("household", "rent", JANUARY, Fraction(400)) in case.given


def test_margins_say_how_near_is_near_enough() -> None:
    expected = Given("h", "tax", JANUARY, Fraction(100))

    def meets(words: str, value: str) -> bool:
        (case,) = read(f"- {{period: 2017-01, output: {{tax: 100}}{words}}}")
        return case.meets(expected, Fraction(value))

    assert meets("", "100")
    assert not meets("", "100.001")
    assert meets(", absolute_error_margin: 0.01", "100.01")
    assert not meets(", absolute_error_margin: 0.01", "100.011")
    assert meets(", relative_error_margin: 0.01", "99")
    assert not meets(", relative_error_margin: 0.01", "98.9")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {period: 2017-01, input: {}}", "at least `period` and `output`"),
        ("- {period: soon, output: {tax: 1}}", "is no period: write 2017 or 2017-01"),
        ("- {period: 2017, outputs: 1, output: {tax: 1}}", "'outputs' is not known here"),
        ("- {period: 2017, input: {rent: [1, 2]}, output: {tax: [1]}}", "1 values for 2 rows"),
        ("- {period: 2017, period: 2018, output: {tax: 1}}", "duplicate key"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        read(text)
