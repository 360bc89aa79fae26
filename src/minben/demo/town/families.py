"""The named residents: families that exist at any seed and size, each for one path of the law.

Their serials are fixed (letter Y, from 9,999,000), so a tutorial may name them. Days stand
relative to nothing: the town lives on 2022-09-15, and every one of them was born before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from minben.base.text import Text
from minben.demo.town.names import SYLLABLES
from minben.demo.town.numbers import kept_number

TOWNSHIP = "63000050"  # 臺北市中正區
MALE, FEMALE = 1, 2


@dataclass(frozen=True, slots=True)
class Named:
    """具名居民 One resident of the demo whom the story, the tests or a visitor knows by key."""

    key: str
    serial: int
    sex: int
    name: Text
    born: date
    mother: str | None = None
    father: str | None = None
    spouse: str | None = None
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The resident's national ID."""
        return kept_number(self.serial, sex=self.sex)


@dataclass(frozen=True, slots=True)
class Family:
    """具名家庭 Some named residents of one household and what their family shows."""

    key: str
    shows: Text
    members: tuple[Named, ...]


def household_of(person: Named) -> str:
    """The number of the household in which a named resident is registered."""
    return str(person.facts.get("household", f"Y{person.serial // 10:08d}"))


def _name(at: int) -> Text:
    (one, said), (two, read) = SYLLABLES[at % len(SYLLABLES)], SYLLABLES[(at * 7 + 3) % 32]
    return Text(f"示例{one}{two}", f"Demo {said.title()}-{read}")


def _person(key: str, serial: int, sex: int, born: date, **facts: object) -> Named:
    return Named(key, serial, sex, _name(serial), born, facts=facts)


def _child_of(child: Named, mother: Named | None, father: Named | None) -> Named:
    return replace(
        child, mother=mother.key if mother else None, father=father.key if father else None
    )


def _married(one: Named, other: Named) -> tuple[Named, Named]:
    return replace(one, spouse=other.key), replace(other, spouse=one.key)


def _couple(key: str, serial: int, rates: tuple[int, int], **facts: object) -> tuple[Named, Named]:
    """Mother and father, married, each with a bank account; rates as the tax office has."""
    mother = _person(
        f"{key}-mother", serial, FEMALE, date(1990, 4, 12), tax_rate=rates[0], **facts
    )
    father = _person(
        f"{key}-father", serial + 1, MALE, date(1988, 11, 3), tax_rate=rates[1], **facts
    )
    return _married(mother, father)


def _baby(key: str, serial: int, sex: int, born: date, **facts: object) -> Named:
    told = {"registered_on": date.fromordinal(born.toordinal() + 7), **facts}
    return _person(key, serial, sex, born, **told)


def families() -> tuple[Family, ...]:
    """All named families, in the order in which a visitor should meet them."""
    return (
        _newborn(),
        _low_income(),
        _income_too_high(),
        _quasi_public(),
        _twins(),
        _single_mother(),
        _counter(),
        _half_siblings(),
        _kindergarten(),
    )


def _newborn() -> Family:
    mother, father = _couple("newborn", 1, (5, 12), filing="alone")
    child = _child_of(_baby("newborn-child", 3, FEMALE, date(2022, 7, 3)), mother, father)
    shows = Text(
        "第一個孩子剛出生，父母分開申報所得稅：兩人都要同意，才查稅率是否低於 20%。",
        "A first child is newborn; the parents file taxes separately, so both are asked.",
    )
    return Family("newborn", shows, (mother, father, child))


def _low_income() -> Family:
    told: dict[str, object] = {"income_class": "low", "class_from": date(2022, 1, 1)}
    mother, father = _couple("low-income", 11, (5, 5), benefit_account=True, **told)
    child = _baby("low-income-child", 13, MALE, date(2022, 5, 18), **told)
    shows = Text(
        "低收入戶，社會局已有給付帳戶：不必申請，直接撥款並通知。",
        "Low income and a benefit account on record: paid without a tap, with notice.",
    )
    return Family("low-income", shows, (mother, father, _child_of(child, mother, father)))


def _income_too_high() -> Family:
    mother, father = _couple("income-too-high", 21, (20, 30), filing="alone")
    child = _baby("income-too-high-child", 23, MALE, date(2022, 6, 9))
    shows = Text(
        "父母稅率達 20%：2022 年不符資格；2024 年取消排富後符合。",
        "Tax rate of 20 % or more: not due in 2022, due from 2024 when the test ended.",
    )
    return Family("income-too-high", shows, (mother, father, _child_of(child, mother, father)))


def _quasi_public() -> Family:
    mother, father = _couple("quasi-public", 31, (12, 12))
    child = _baby(
        "quasi-public-child",
        33,
        FEMALE,
        date(2021, 3, 22),
        care="quasi_public",
        weekly_care_hours=45,
        care_from=date(2021, 9, 1),
    )
    shows = Text(
        "孩子送準公共保母：不領育兒津貼，改領托育補助。",
        "The child is in quasi-public care: the subsidy instead of the allowance.",
    )
    return Family("quasi-public", shows, (mother, father, _child_of(child, mother, father)))


def _twins() -> Family:
    mother, father = _couple("twins", 41, (5, 5))
    first = _baby("twins-first", 43, FEMALE, date(2022, 6, 20))
    second = _baby("twins-second", 44, MALE, date(2022, 6, 20), birth_sequence=2)
    shows = Text(
        "雙胞胎：第一名與第二名子女，金額不同。",
        "Twins: the first and the second child, with different amounts.",
    )
    children = (_child_of(first, mother, father), _child_of(second, mother, father))
    return Family("twins", shows, (mother, father, *children))


def _single_mother() -> Family:
    mother = _person("single-mother", 51, FEMALE, date(1994, 2, 27), tax_rate=5)
    child = _child_of(_baby("single-mother-child", 53, FEMALE, date(2022, 4, 11)), mother, None)
    shows = Text(
        "單親，未登記父親：只需母親一人同意。",
        "A mother alone, no father registered: one consent suffices.",
    )
    return Family("single-mother", shows, (mother, child))


def _counter() -> Family:
    mother, father = _couple("counter", 61, (5, 5))
    child = _child_of(_baby("counter-child", 63, MALE, date(2022, 8, 2)), mother, father)
    shows = Text(
        "沒有手機：到區公所櫃檯由人員協助，用健保卡辦理。",
        "No phone: served at the counter by a clerk, with the NHI card.",
    )
    return Family("counter", shows, (mother, father, child))


def _half_siblings() -> Family:
    mother, father = _couple("half-siblings", 71, (12, 12))
    apart = {"filing": "alone", "household": "Y00000075"}
    former = _person("half-siblings-former", 75, MALE, date(1987, 1, 15), tax_rate=5, **apart)
    older = _baby("half-siblings-older", 73, MALE, date(2014, 10, 8))
    younger = _baby("half-siblings-younger", 74, FEMALE, date(2022, 3, 30))
    shows = Text(
        "母親前一段婚姻已有一子：新生兒在母親這邊是第二名。",
        "The mother has a son from an earlier marriage: the baby is her second child.",
    )
    members = (
        mother,
        father,
        former,
        _child_of(older, mother, former),
        _child_of(younger, mother, father),
    )
    return Family("half-siblings", shows, members)


def _kindergarten() -> Family:
    mother, father = _couple("kindergarten", 81, (5, 5))
    child = _baby(
        "kindergarten-child",
        83,
        FEMALE,
        date(2019, 1, 17),
        kindergarten="public",
        kindergarten_fee=4500,
        kindergarten_from=date(2022, 8, 30),
        kindergarten_until=date(2025, 7, 31),
    )
    shows = Text(
        "三歲孩子讀公立幼兒園：家長每月最多繳 1,000 元。",
        "A three-year-old in a public kindergarten: parents pay 1,000 a month at most.",
    )
    return Family("kindergarten", shows, (mother, father, _child_of(child, mother, father)))
