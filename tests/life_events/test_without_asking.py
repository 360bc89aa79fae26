"""Where statute and registers suffice, money comes by itself; and can be objected to."""

from __future__ import annotations

import pytest

from life_events.town import ACCOUNT, Town
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.types import Channel
from minben.jobs.models import Job
from minben.ledger.types import BankAccount
from minben.life_events import actions, queries
from minben.life_events.models import Offer
from minben.life_events.types import MyCaseView

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow


def paid(town: Town) -> MyCaseView:
    """A low-income family with an account on record is found."""
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    return queries.my_cases(town.actor("mother"))[0]


def test_a_low_income_family_is_paid_without_a_tap(town: Town) -> None:
    mine = paid(town)
    assert mine.case.channel is Channel.MANDATE
    assert mine.case.current is not None
    assert mine.case.current.amount == 5000
    assert mine.account == "812 ••••••••4455"
    assert town.offer().state == "paid_without_asking"
    assert mine.can_object
    assert not any(provider == "tax" for provider, _ in town.calls)
    told = {n.key for n in queries.home(town.actor("father")).notices}
    assert "paid.without_asking" in told
    town.until(mine.payments[0].due_on)
    assert queries.my_cases(town.actor("mother"))[0].payments[0].state == "paid"
    assert not Job.objects.exclude(dead_at=None).exists()


def test_an_account_that_the_bank_does_not_confirm_is_not_paid_to(town: Town) -> None:
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[])
    town.found("child")
    assert queries.my_cases(town.actor("mother")) == ()
    offer = town.offer()
    assert (offer.state, offer.asks) == ("open", ())
    assert "if" not in offer.headline.en


def test_finding_the_same_child_again_changes_nothing(town: Town) -> None:
    paid(town)
    before = len(town.calls)
    town.found("child")
    assert len(town.calls) == before
    assert Offer.objects.count() == 1


def test_an_objection_holds_back_what_was_not_sent(town: Town) -> None:
    reference = paid(town).case.reference
    for wrong in ("stranger", "officer"):
        with pytest.raises(Refused, match="not_yours"):
            actions.object_to(actor=town.actor(wrong), reference=reference)
        with pytest.raises(Refused, match="not_yours"):
            queries.case(town.actor(wrong), reference)
    actions.object_to(actor=town.actor("father"), reference=reference, words="不需要")
    mine = queries.case(town.actor("mother"), reference)
    assert [p.state for p in mine.payments] == ["stopped"]
    cases.settle_objection(actor=town.actor("officer"), reference=reference, stop=False)
    town.work()
    assert queries.case(town.actor("mother"), reference).payments[0].state == "planned"


def test_an_override_changes_what_is_paid_only_after_a_second_officer(town: Town) -> None:
    mine = paid(town)
    uuid = cases.propose_override(
        actor=town.actor("officer"),
        reference=mine.case.reference,
        status="due",
        amount=7000,  # type: ignore[arg-type]
        since=mine.case.since,
        reason="胎次更正",
    )
    town.work()
    assert queries.my_cases(town.actor("mother"))[0].payments[0].amount == 5000
    cases.approve_override(actor=town.actor("second"), override=uuid)
    town.work()
    after = queries.my_cases(town.actor("mother"))[0]
    assert {p.amount for p in after.payments if p.state == "planned"} == {7000}


@pytest.mark.parametrize("since", ["0000-01", "2018-07", "2023-10", "9999-12"])
def test_an_override_begins_in_a_month_that_the_law_and_the_books_know(
    town: Town, since: str
) -> None:
    mine = paid(town)
    with pytest.raises(Refused, match="month_out_of_reach"):
        cases.propose_override(
            actor=town.actor("officer"),
            reference=mine.case.reference,
            status="not_due",
            amount=None,
            since=Month.parse(since),
            reason="胎次更正",
        )


def test_a_refused_account_becomes_the_persons_task_and_a_new_one_is_paid(town: Town) -> None:
    closed = "812-009999999999"
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=closed, owns_account=[closed, ACCOUNT])
    town.found("child")
    mine = queries.my_cases(town.actor("mother"))[0]
    town.until(mine.payments[0].due_on)
    mine = queries.my_cases(town.actor("mother"))[0]
    assert "returned" in [p.state for p in mine.payments]
    assert [t.kind.value for t in mine.tasks] == ["new_account"]
    account = BankAccount("812", "001122334455")
    with pytest.raises(Refused, match="not_yours"):
        actions.name_account(
            actor=town.actor("stranger"), reference=mine.case.reference, account=account
        )
    view = actions.name_account(
        actor=town.actor("mother"), reference=mine.case.reference, account=account
    )
    town.sign(view.id, "mother")
    town.work()
    mine = queries.my_cases(town.actor("mother"))[0]
    assert mine.account == account.masked
    assert mine.tasks == ()
    assert case_queries.account_tasks(mine.case.reference) == ()
