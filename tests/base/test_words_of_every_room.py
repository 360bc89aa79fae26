"""Months, bilingual text, refusals: the words that every room shares."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text

MONTHS = st.builds(Month, st.integers(1912, 2200), st.integers(1, 12))


@given(MONTHS, st.integers(-500, 500))
def test_moving_a_month_and_back_changes_nothing(month, by):
    assert (month + by) - by == month
    assert (month + by).index - month.index == by


@given(st.dates(date(1912, 1, 1), date(2200, 12, 31)))
def test_a_day_lies_in_its_month(day):
    month = Month.of(day)
    assert month.first_day <= day <= month.last_day
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("written", ["2022", "2022-13", "2022-9", "22-09", "2022-09-01", ""])
def test_a_month_written_otherwise_is_named(written):
    with pytest.raises(ValueError, match="YYYY-MM"):
        Month.parse(written)


def test_a_text_has_both_languages_or_none():
    with pytest.raises(ValueError, match="both languages"):
        Text("只有中文", "")


def test_a_text_inside_a_text_is_read_in_the_same_tongue():
    said = Text("{who}，您好", "Hello, {who}").filled(who=Text("民本", "minben"))
    assert (said.read("zh"), said.read("en")) == ("民本，您好", "Hello, minben")


def test_a_refusal_is_named_after_its_room_and_reason():
    assert str(Refused("consent.already_given")) == "consent.already_given"
    with pytest.raises(ValueError, match=r"room\.reason"):
        Refused("no")


def test_assurance_is_ordered_and_survives_a_token():
    assert AssuranceLevel.LOW < AssuranceLevel.MEDIUM < AssuranceLevel.HIGH
    assert all(AssuranceLevel.from_acr(level.acr) is level for level in AssuranceLevel)
    with pytest.raises(ValueError, match="not an assurance level"):
        AssuranceLevel.from_acr("urn:else")
