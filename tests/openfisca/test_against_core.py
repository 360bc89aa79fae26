"""Random families: OpenFisca-core and the law written here say the same, to the cent."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from minben.base.month import Month
from minben.law import Year
from minben.law.openfisca_cases import Given, WrittenCase
from minben.law.periods import Period
from minben.law.vocabulary import Spell
from openfisca.country.jurisdiction import Country, by_case, by_population
from openfisca.environment import calculated

pytestmark = pytest.mark.slow
FAMILIES = 80
PERSONAL = ("age", "pension", "income_tax", "social_security_contribution", "basic_income")
COMMON = (
    "household_income", "housing_allowance", "parenting_allowance", "total_benefits",
    "total_taxes", "disposable_income",
)  # fmt: skip
BY_INCOME = ("meal_price", "swimming_pool_access")  # in force from 2017
TENURES = ("owner", "free_lodger", "homeless")  # a tenant where nothing is said


class Family:
    """Three generations under one roof or two, with twins, and spells that end on the first."""

    def __init__(self, rng: random.Random, number: int) -> None:
        self.period = rng.choice([Month(y, m) for y in (2016, 2017, 2018) for m in (1, 11, 12)])
        names = [f"f{number}p{i}" for i in range(rng.choice((1, 2, 4, 6)))]
        homes = [f"f{number}h{i}" for i in range(rng.choice((1, 2)))]
        self.born, born = {}, date(1945, 3, 1)
        for name in names:
            if rng.random() < 0.7:  # else a twin of the one before
                born = date(
                    rng.randrange(1940, 2019), rng.randrange(1, 13), rng.choice((1, 15, 28))
                )
            self.born[name] = born
        self.home = {name: rng.choice(homes) for name in names}
        self.role = {
            name: "adult" if self.period.year - born.year > 17 else "child"
            for name, born in self.born.items()
        }
        self.homes = sorted(set(self.home.values()))
        self.dated: dict[str, dict[str, list[Spell]]] = {}
        for name in names:
            self.dated[name] = {
                "salary": self._spells(rng, (250, 500, 1_234, 13_000)),
                "capital_returns": self._spells(rng, (100, 999)),
            }
        for home in self.homes:
            self.dated[home] = {
                "rent": self._spells(rng, (400, 777)),
                "accommodation_size": self._spells(rng, (10, 55, 120)),
                "housing_occupancy_status": self._spells(rng, TENURES),
            }

    def _spells(self, rng: random.Random, values: tuple[Any, ...]) -> list[Spell]:
        found, on = [], date(self.period.year - 1, rng.randrange(1, 13), rng.choice((1, 20)))
        for _ in range(rng.randrange(4)):
            until = on + timedelta(days=rng.randrange(250))
            if rng.random() < 0.5:
                until = max(on, until.replace(day=1))
            found.append(Spell(rng.choice(values), on, until))
            on = until + timedelta(days=rng.randrange(1, 40))
        return found

    def asked(self) -> list[tuple[str, str, Period]]:
        """(row, variable, period) of all that is compared."""
        found: list[tuple[str, str, Period]] = [
            (n, v, self.period) for n in self.born for v in PERSONAL
        ]
        common = COMMON + (BY_INCOME if self.period.year >= 2017 else ())
        found += [(h, v, self.period) for h in self.homes for v in common]
        return found + [(h, "housing_tax", Year.of(self.period)) for h in self.homes]

    def told(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Persons and households as OpenFisca reads them: month by month."""
        persons: dict[str, Any] = {
            n: {"birth": {"ETERNITY": born.isoformat()}} for n, born in self.born.items()
        }
        households: dict[str, Any] = {
            h: {
                "adults": [n for n in self.born if (self.home[n], self.role[n]) == (h, "adult")],
                "children": [n for n in self.born if (self.home[n], self.role[n]) == (h, "child")],
            }
            for h in self.homes
        }
        for row, facts in self.dated.items():
            for fact, spells in facts.items():
                (persons if row in persons else households)[row][fact] = _by_month(spells)
        return persons, households


@dataclass(frozen=True)
class Town:
    """All families that are decided for one month."""

    families: list[Family]

    def theirs(self) -> dict[str, Any]:
        """One question to OpenFisca."""
        persons: dict[str, Any] = {}
        households: dict[str, Any] = {}
        for family in self.families:
            mine, homes = family.told()
            persons, households = persons | mine, households | homes
        outputs = sorted({(v, str(p)) for f in self.families for _, v, p in f.asked()})
        return {"situation": {"persons": persons, "households": households}, "outputs": outputs}

    def ours(self, answer: dict[str, list[float]]) -> WrittenCase:
        """The same as one of our cases, with what OpenFisca said."""
        order = {
            "person": [n for f in self.families for n in f.born],
            "household": [h for f in self.families for h in f.homes],
        }
        expected = []
        for row, variable, period in (asked for f in self.families for asked in f.asked()):
            rows = order["person" if row in order["person"] else "household"]
            said = answer[f"{variable}@{period}"][rows.index(row)]
            expected.append(Given(row, variable, period, Fraction(said)))
        return WrittenCase(
            name=str(self.families[0].period),
            rows={entity: tuple(names) for entity, names in order.items()},
            members=tuple(
                (n, "household", f.home[n], f.role[n]) for f in self.families for n in f.born
            ),
            given=(),
            expected=tuple(expected),
        )


def _by_month(spells: list[Spell]) -> dict[str, Any]:
    """Day by day, so that it does not rest on the code under test."""
    found = {}
    for spell in spells:
        day = spell.on
        while spell.until is not None and day <= spell.until:
            found[str(Month.of(day))] = spell.value
            day += timedelta(days=1)
    return found


class Told(Country):
    """The country, reading spells with days instead of months."""

    town: Town

    def situation(self, case: WrittenCase) -> dict[str, dict[str, Any]]:
        rows = super().situation(case)
        for family in self.town.families:
            for row, facts in family.dated.items():
                for fact, spells in facts.items():
                    scale = self.scale(fact)
                    rows[row][fact] = tuple(
                        Spell(s.value * scale if scale > 1 else s.value, s.on, s.until)
                        for s in spells
                    )
            for name, born in family.born.items():
                rows[name]["birth"] = born
        return rows


def near(expected: Any, value: Any) -> bool:
    """Within the cents that are rounded here and the digits that are lost there (float32)."""
    return abs(Fraction(value) - expected) <= Fraction(4, 100) + abs(expected) / 1_000_000


@pytest.fixture(scope="module")
def towns() -> list[tuple[Town, WrittenCase]]:
    rng = random.Random(20_220_915)
    by_month: dict[Month, list[Family]] = {}
    for number in range(FAMILIES):
        family = Family(rng, number)
        by_month.setdefault(family.period, []).append(family)
    found = [Town(families) for families in by_month.values()]
    answers = calculated([town.theirs() for town in found])
    return [(town, town.ours(a)) for town, a in zip(found, answers, strict=True)]


@pytest.mark.parametrize("decide", [by_case, by_population])
def test_random_families_get_what_openfisca_gives_them(
    towns: list[tuple[Town, WrittenCase]], decide: Any
) -> None:
    country, compared = Told(), 0
    for town, case in towns:
        country.town = town
        for expected, value in zip(case.expected, decide(country, case), strict=True):
            assert near(expected.value, value), (expected, float(value))
            compared += 1
    assert compared > 20 * FAMILIES
