"""Every verb of a life event refuses whoever it does not concern."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from life_events.town import ACCOUNT, SEPTEMBER, Town
from minben.base.refusal import Refused
from minben.identity.types import Actor
from minben.jobs.models import Job
from minben.ledger.types import BankAccount
from minben.life_events import actions, queries

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow

MINE = BankAccount("812", "001122334455")
Deed = Callable[[Actor, str], object]

DEEDS: dict[str, Deed] = {
    "withdraw": lambda who, case: actions.withdraw(actor=who, reference=case),
    "object": lambda who, case: actions.object_to(actor=who, reference=case),
    "appeal": lambda who, case: actions.appeal(
        actor=who, reference=case, decision=uuid4(), grounds="不對"
    ),
    "name_account": lambda who, case: actions.name_account(
        actor=who, reference=case, account=MINE
    ),
}


def test_strangers_and_the_office_do_nothing_in_a_familys_case(town: Town) -> None:
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    mine = queries.my_cases(town.actor("mother"))[0]
    waiting = Job.objects.count()
    for deed in DEEDS.values():
        for who in ("stranger", "officer", "clerk", "dpo", "elsewhere"):
            with pytest.raises(Refused, match="not_yours"):
                deed(town.actor(who), mine.case.reference)
    after = queries.my_cases(town.actor("mother"))[0]
    assert (after.case.state, after.case.appeals, after.payments) == (
        mine.case.state,
        (),
        mine.payments,
    )
    assert Job.objects.count() == waiting


@pytest.mark.parametrize("who", ["mother", "stranger", "clerk", "dpo", "elsewhere"])
def test_only_an_officer_of_the_packs_office_starts_a_screening(town: Town, who: str) -> None:
    with pytest.raises(Refused, match="only_the_office"):
        actions.start_screening(actor=town.actor(who), pack="childcare", month=SEPTEMBER)
    assert queries.screenings() == ()


def test_a_screening_says_on_the_trail_who_started_it_and_starts_once(town: Town) -> None:
    officer = town.actor("officer")
    run = actions.start_screening(actor=officer, pack="childcare", month=SEPTEMBER)
    assert actions.start_screening(actor=officer, pack="childcare", month=SEPTEMBER) == run
    assert [s.run for s in queries.screenings()] == [run]
    with pytest.raises(Refused, match="no_such_service"):
        actions.start_screening(actor=officer, pack="nothing", month=SEPTEMBER)
