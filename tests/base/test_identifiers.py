"""Numbers of people and companies, by the rule of the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.tw import ubn

from minben.base import identifiers

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BEFORE, AFTER = date(2023, 3, 31), date(2023, 4, 1)


def test_the_example_of_the_published_rule_is_valid():
    assert identifiers.is_national_id("A123456789")


@given(st.sampled_from(LETTERS), st.sampled_from([1, 2]), st.integers(0, 9_999_999))
def test_a_made_number_is_valid_and_no_other_check_digit_is(letter, sex, serial):
    number = identifiers.national_id(letter=letter, sex=sex, serial=serial)
    others = [number[:-1] + d for d in "0123456789" if d != number[-1]]
    assert identifiers.is_national_id(number)
    assert not any(map(identifiers.is_national_id, others))


@given(st.text(max_size=12))
def test_garbage_is_no_number_and_no_fault(text):
    for day in (BEFORE, AFTER):
        assert identifiers.is_resident_number(text, on=day) in (True, False)
        assert identifiers.is_tax_id(text, on=day) in (True, False)
    assert identifiers.is_national_id(text) in (True, False)


def test_full_width_digits_are_not_digits():
    assert not identifiers.is_national_id("A12345678９")
    assert not identifiers.is_tax_id("2209913１", on=AFTER)


def test_a_new_resident_number_has_the_checksum_of_a_national_id():
    # A8 0000001x: 1·1+0·9+8·8+1·1 = 66 → check digit 4 (facts on identity, section 2)
    assert identifiers.is_resident_number("A800000014", on=date(2021, 1, 2))
    assert not identifiers.is_resident_number("A800000014", on=date(2021, 1, 1))


def test_an_old_resident_number_is_accepted_until_the_end_of_2030():
    # AA 0000000x: 1·1+0·9+0·8 = 1 → check digit 9
    last = date(2030, 12, 31)
    assert identifiers.is_resident_number("AA00000009", on=last)
    assert not identifiers.is_resident_number("AA00000009", on=last + timedelta(days=1))


def test_an_example_tax_id_is_valid_under_both_rules():
    assert identifiers.is_tax_id("22099131", on=BEFORE)
    assert identifiers.is_tax_id("22099131", on=AFTER)


def test_from_april_2023_a_tax_id_may_be_divisible_by_five_only():
    # 22099136 adds 5 to the total of 22099131: 35 (facts on identity, section 3)
    assert not identifiers.is_tax_id("22099136", on=BEFORE)
    assert identifiers.is_tax_id("22099136", on=AFTER)


@given(st.integers(0, 99_999_999).map("{:08d}".format))
def test_tax_ids_of_the_old_rule_agree_with_an_independent_library(number):
    # python-stdnum still divides by ten: right before April 2023, wrong since.
    assert identifiers.is_tax_id(number, on=BEFORE) == ubn.is_valid(number)


@given(st.integers(0, 99_999_999).map("{:08d}".format))
def test_every_tax_id_of_the_old_rule_stays_valid(number):
    if identifiers.is_tax_id(number, on=BEFORE):
        assert identifiers.is_tax_id(number, on=AFTER)


def test_a_masked_number_shows_its_ends_only():
    assert identifiers.mask("L212345678") == "L2••••••78"


@pytest.mark.parametrize("number", ["", "L", "L2"])
def test_masking_never_fails(number):
    assert len(identifiers.mask(number)) >= len(number)
