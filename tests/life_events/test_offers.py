"""An offer names what is open and of whom; accepted, it becomes money or a reasoned no."""

from __future__ import annotations

import pytest

from life_events.town import ACCOUNT, Town
from minben.base.refusal import Refused
from minben.consent import queries as consents
from minben.jobs.models import Job
from minben.ledger.types import BankAccount
from minben.life_events import actions, queries
from minben.life_events.types import MyCaseView
from minben.trail import queries as trail

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow

MINE = BankAccount("812", "001122334455")
NAMES = "示例內政部戶政司財資訊中心勞動保險局社會兒少福利科托育系統金融"  # of people and agencies


def all_done() -> bool:
    return not Job.objects.exclude(dead_at=None).exists()


def mine(town: Town, who: str = "mother") -> MyCaseView:
    (found,) = queries.my_cases(town.actor(who))
    return found


def accepted(town: Town, *signers: str) -> MyCaseView:
    """The mother takes the offer up; then these people sign, and the worker works."""
    town.tell("mother", owns_account=[ACCOUNT])
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid, account=MINE)
    for signer in signers:
        town.sign(str(taken.agreement), signer)
    town.work()
    return mine(town)


def test_the_story_family_is_asked_for_both_tax_comparisons_and_nothing_else(town: Town) -> None:
    town.tell("child", birth_date="2022-08-20", registered_on="2022-08-25")
    town.found("child")
    offer = town.offer()
    assert [a.key for a in offer.asks] == ["mother.tax_rate>=20", "father.tax_rate>=20"]
    assert all(a.only_yes_no and a.never_sent for a in offer.asks)
    assert {a.about for a in offer.asks} == {town.named["mother"], town.named["father"]}
    assert offer.amount == 5000
    assert offer.headline.en.startswith("NT$ 5,000 a month if 2 things are confirmed")
    assert str(offer.since) == "2022-08"
    assert str(offer.last_day_without_loss) == "2022-10-19"
    assert {k.article.zh for k in offer.known} == {"幼兒教育及照顧法第7條"}
    assert not any(provider == "tax" for provider, _ in town.calls)
    assert all_done()


def test_the_signed_text_has_its_articles_in_both_languages_and_no_whole_account(
    town: Town,
) -> None:
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid, account=MINE)
    text = consents.agreement(str(taken.agreement)).text
    assert "法律依據：個人資料保護法第15條第2款（經當事人同意）\n" in text.zh
    assert "Legal basis: Personal Data Protection Act, art. 15(2)\n" in text.en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.en if letter not in NAMES)
    assert "812 ••••••••4455" in text.zh
    assert "001122334455" not in text.zh + text.en


def test_what_is_known_is_dated_by_the_civil_day(town: Town) -> None:
    current = accepted(town, "mother", "father").case.current
    assert current is not None
    assert str(current.facts_known_on) == "2022-09-15"
    assert {str(fact.known_on) for fact in current.rests_on} == {"2022-09-15"}


def test_both_parents_sign_and_the_family_is_paid(town: Town) -> None:
    before = accepted(town, "mother")
    assert before.case.decisions == ()
    assert before.case.state == "waiting"
    town.sign(before.case.agreements[0], "father")
    town.work()
    after = mine(town)
    assert after.case.current is not None
    assert (after.case.current.status, after.case.current.amount) == ("due", 5000)
    assert after.account == "812 ••••••••4455"
    assert [(str(p.month), p.state) for p in after.payments] == [("2022-09", "planned")]
    town.until(after.payments[0].due_on)
    assert mine(town).payments[0].state == "paid"
    told = {n.key for n in queries.home(town.actor("mother")).notices}
    assert {"offer.open", "decision.due", "payment.paid"} <= told
    assert all_done()


def test_one_parent_does_not_read_what_was_answered_about_the_other(town: Town) -> None:
    accepted(town, "mother", "father")
    decision = mine(town).case.current
    assert decision is not None
    hidden = {f.key: f.answer.en for f in decision.rests_on}
    assert hidden["mother.tax_rate>=20"] == "no"
    assert "only" in hidden["father.tax_rate>=20"]


def test_an_income_too_high_is_a_reasoned_no_with_a_way_to_appeal(town: Town) -> None:
    town.tell("father", tax_rate=30)
    after = accepted(town, "mother", "father")
    assert after.case.current is not None
    assert after.case.current.status == "not_due"
    assert "tax" in after.case.current.reason.en
    assert after.payments == ()
    assert after.can_appeal


def test_a_parent_who_revokes_stops_the_payment(town: Town) -> None:
    before = accepted(town, "mother", "father")
    town.sign(before.case.agreements[0], "father", "revoke")
    town.work()
    after = mine(town)
    assert after.case.state == "stopped"
    assert [p.state for p in after.payments] == ["stopped"]
    assert "payment.stopped" in {n.key for n in queries.home(town.actor("mother")).notices}


def test_a_parent_who_rejects_ends_the_case_and_nothing_is_asked(town: Town) -> None:
    before = accepted(town, "mother")
    town.sign(before.case.agreements[0], "father", "reject")
    town.work()
    assert mine(town).case.state == "stopped"
    assert town.offer().state == "declined"
    assert not any(provider == "tax" for provider, _ in town.calls)


def test_an_agency_that_will_not_answer_is_explained_and_an_officer_takes_over(
    town: Town,
) -> None:
    town.refuses.add("tax")
    after = accepted(town, "mother", "father")
    assert after.case.decisions == ()
    told = {n.key for n in queries.home(town.actor("mother")).notices}
    assert "facts.refused" in told


@pytest.mark.parametrize("who", ["stranger", "child", "officer"])
def test_nobody_else_sees_or_takes_an_offer(town: Town, who: str) -> None:
    town.found("child")
    offer = town.offer().uuid
    assert queries.for_you(town.actor(who)) == ()
    for act in (
        lambda: queries.offer(town.actor(who), offer),
        lambda: actions.accept_offer(actor=town.actor(who), offer=offer),
        lambda: actions.decline_offer(actor=town.actor(who), offer=offer),
    ):
        with pytest.raises(Refused, match="not_yours"):
            act()


def test_a_declined_offer_is_closed_and_says_so_on_the_trail(town: Town) -> None:
    town.found("child")
    offer = town.offer().uuid
    actions.decline_offer(actor=town.actor("father"), offer=offer)
    with pytest.raises(Refused, match="offer_closed"):
        actions.accept_offer(actor=town.actor("mother"), offer=offer)
    verbs = {e.verb for e in trail.entries_of(town.named["mother"])}
    assert "life_events.offer_declined" in verbs
