"""What has a case looked at again: birthdays, siblings, places, classes, phases of the law."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from life_events.town import ACCOUNT, Town
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.jobs.models import Job
from minben.life_events import actions, queries
from minben.life_events.models import Dossier
from minben.life_events.types import MyCaseView

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow


def case_of(town: Town, child: str = "child") -> MyCaseView:
    mine = queries.my_cases(town.actor("mother"))
    return next(one for one in mine if one.case.subject == town.named[child])


def paid(town: Town, child: str = "child") -> MyCaseView:
    """A low-income family with an account on record is found and paid."""
    town.spell(child, "income_class", "low", "2018-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found(child)
    return case_of(town, child)


def born(town: Town, *persons: UUID) -> None:
    """The household register tells of a birth, the child first."""
    jobs.enqueue(
        kind="exchange.pushed",
        payload={"push": str(uuid4()), "kind": "born", "persons": [str(p) for p in persons]},
    )
    town.work()


def newborn(town: Town, who: str = "baby") -> UUID:
    uuid = town.add(who, serial=80)
    town.tell(who, birth_date="2022-09-14", registered_on="2022-09-15")
    town.family(mother="mother", father="father", children=("child", who))
    return uuid


def amount(town: Town, child: str = "child") -> int | None:
    current = case_of(town, child).case.current
    assert current is not None
    return current.amount


def test_a_birth_finds_the_family_the_same_day(town: Town) -> None:
    child = town.named["child"]
    born(town, child, town.named["mother"], town.named["father"])
    offer = town.offer()
    assert (offer.child, offer.state, offer.amount) == (child, "open", 5000)
    assert Dossier.objects.count() == 1
    again = len(town.calls)
    born(town, child, town.named["mother"])
    assert len(town.calls) == again


def test_a_newborn_reopens_the_cases_of_its_siblings(town: Town) -> None:
    paid(town)
    baby = newborn(town)
    born(town, baby, town.named["mother"], town.named["father"])
    elder = Dossier.objects.get(subject=town.named["child"])
    assert str(baby) in elder.persons.values()
    told = [e.text.en for e in case_of(town).case.timeline]
    assert any("a child joined the family" in words for words in told)
    assert amount(town) == 5000  # the first child stays the first
    assert town.offer().child == baby
    assert town.offer().amount == 6000  # and the newborn is the second
    assert not Job.objects.exclude(dead_at=None).exists()


def test_an_adopted_elder_child_changes_the_place_and_the_money_of_the_younger(
    town: Town,
) -> None:
    paid(town)
    elder = town.add("elder", serial=81)
    town.tell("elder", birth_date="2021-01-01")
    town.family(mother="mother", father="father", children=("elder", "child"))
    born(town, elder, town.named["mother"], town.named["father"])
    assert amount(town) == 6000
    assert [p.amount for p in case_of(town).payments if p.state == "planned"] == [6000]


def test_a_birthday_brings_the_next_scheme(town: Town) -> None:
    town.tell("child", birth_date="2020-09-20", registered_on="2020-09-25")
    mine = paid(town)
    assert (mine.next_review_on, mine.case.current and mine.case.current.scheme) == (
        date(2022, 10, 1),
        "allowance",
    )
    town.until(date(2022, 10, 1))
    current = case_of(town).case.current
    assert current is not None
    assert (current.scheme, str(current.since)) == ("allowance_from_two", "2022-10")


def test_a_place_in_quasi_public_care_changes_the_scheme(town: Town) -> None:
    paid(town)
    town.spell("child", "care", "quasi_public", "2022-09-01")
    town.tell("child", weekly_care_hours=40)
    jobs.enqueue(
        kind="exchange.pushed",
        payload={
            "push": str(uuid4()), "kind": "enrolled", "persons": [str(town.named["child"])]
        },
    )  # fmt: skip
    town.work()
    current = case_of(town).case.current
    assert current is not None
    assert current.scheme == "subsidy"


def test_the_end_of_an_assistance_class_asks_what_then_is_open(town: Town) -> None:
    town.spell("child", "income_class", "low", "2018-01-01", "2022-09-30")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    assert case_of(town).case.current is not None
    town.until(date(2022, 10, 1))
    mine = case_of(town)
    offer = town.offer()
    assert {a.key for a in offer.asks} == {"mother.tax_rate>=20", "father.tax_rate>=20"}
    town.sign(mine.case.agreements[-1], "mother")
    town.sign(mine.case.agreements[-1], "father")
    town.work()
    assert amount(town) == 5000
    assert str(town.offer().since) == "2022-10"


def test_a_new_phase_of_the_law_decides_anew(town: Town) -> None:
    clock.advance_to(date(2023, 12, 10))
    town.tell("child", birth_date="2023-11-20", registered_on="2023-11-25")
    town.tell("father", tax_rate=30)
    town.tell("mother", owns_account=[ACCOUNT])
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid)
    for who in ("mother", "father"):
        town.sign(str(taken.agreement), who)
    town.work()
    mine = case_of(town)
    assert mine.case.current is not None
    assert mine.case.current.reason.en.startswith("A parent's income-tax rate")
    assert mine.next_review_on == date(2024, 1, 1)
    town.until(date(2024, 1, 1))
    current = case_of(town).case.current
    assert current is not None
    assert (current.status, str(current.since)) == ("due", "2024-01")
