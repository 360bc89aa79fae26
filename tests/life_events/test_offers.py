"""An offer names what is open and of whom; accepted, it becomes money or a reasoned no."""

from __future__ import annotations

from life_events.town import ACCOUNT, Town
from minben.jobs.models import Job
from minben.ledger.types import BankAccount
from minben.life_events import actions, queries

MINE = BankAccount("812", "001122334455")


def test_the_story_family_is_asked_for_both_tax_comparisons_and_nothing_else(town: Town) -> None:
    town.found("child")
    offer = town.offer()
    assert [a.key for a in offer.asks] == ["mother.tax_rate>=20", "father.tax_rate>=20"]
    assert all(a.only_yes_no for a in offer.asks)
    assert offer.amount == 5000
    assert offer.headline.en.startswith("NT$ 5,000 a month if")
    assert not Job.objects.exclude(dead_at=None).exists()


def test_both_parents_sign_and_the_family_is_paid(town: Town, bank: object) -> None:
    town.tell("mother", owns_account=[ACCOUNT])
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid, account=MINE)
    assert taken.state == "waiting"
    town.sign(str(taken.agreement), "mother")
    town.work()
    assert queries.my_cases(town.actor("mother"))[0].case.decisions == ()
    town.sign(str(taken.agreement), "father")
    town.work()
    (mine,) = queries.my_cases(town.actor("mother"))
    assert mine.case.current is not None
    assert (mine.case.current.status, mine.case.current.amount) == ("due", 5000)
    assert [str(p.month) for p in mine.payments] == ["2022-09", "2022-08", "2022-07"]
    assert not Job.objects.exclude(dead_at=None).exists()
