"""The example country's own cases pass here, one by one and for all rows at once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from minben.law.openfisca_cases import WrittenCase
from openfisca.country.jurisdiction import Country, by_case, by_population, stated
from openfisca.country.reforms import REFORMS
from openfisca.environment import test_files as files

pytestmark = pytest.mark.slow
HOW_MANY = 38  # cases that the package brings


@cache
def every() -> tuple[tuple[WrittenCase, Country], ...]:
    reader, found = Country(reformed=REFORMS), []  # knows the words of the reforms too
    for file in files():
        for case in reader.cases(file):
            found.append((case, _country(case)))
    return tuple(found)


def _country(case: WrittenCase) -> Country:
    rules = Country().rules
    return Country(reformed=case.reforms, parameters=case.parameters, stated=stated([case], rules))


def failures(decide: Any) -> list[Any]:
    found = []
    for case, country in every():
        for expected, value in zip(case.expected, decide(country, case), strict=True):
            if not case.meets(expected, value):
                found.append((case.name, expected, value))
    return found


def test_every_case_of_the_package_is_read() -> None:
    assert len(every()) == HOW_MANY
    assert all(case.expected for case, _ in every())


def test_every_case_passes_in_the_interpreter() -> None:
    assert failures(by_case) == []


def test_every_case_passes_in_duckdb() -> None:
    assert failures(by_population) == []
