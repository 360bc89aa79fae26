"""What is known of a family ends with its reason; the books keep amounts without names."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from life_events.town import ACCOUNT, Town
from minben.cases.models import Case, CaseDecision, CaseEvent
from minben.consent.models import Agreement, AgreementSignature, ShownText
from minben.exchange.models import Answer, Transfer
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.jobs.models import Job
from minben.ledger.models import Payment, Posting
from minben.life_events import actions, queries
from minben.life_events.models import AccountClaim, Dossier, Offer

pytestmark = pytest.mark.slow


def pass_to(town: Town, day: date) -> None:
    """The day comes; only its housekeeping is done."""
    clock.advance_to(day)
    jobs.begin_day()
    Job.objects.exclude(kind="jobs.retire").filter(done_at=None).delete()
    town.work()


def test_a_family_of_whom_nothing_came_is_forgotten_after_a_year(town: Town) -> None:
    town.found("child")
    actions.decline_offer(actor=town.actor("mother"), offer=town.offer().uuid)
    day = clock.today()
    pass_to(town, day + timedelta(days=365))
    assert Dossier.objects.exists()
    pass_to(town, day + timedelta(days=366))
    assert not Dossier.objects.exists()
    assert not Offer.objects.exists()
    assert not Answer.objects.exists()
    assert set(Transfer.objects.values_list("evidence", flat=True)) == {None}


def test_a_case_ends_ten_years_after_it_stopped_and_the_books_stand(town: Town) -> None:
    town.spell("child", "income_class", "low", "2021-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    reference = queries.my_cases(town.actor("mother"))[0].case.reference
    actions.withdraw(actor=town.actor("mother"), reference=reference)
    amounts = list(Posting.objects.values_list("amount", flat=True))
    pass_to(town, clock.today() + timedelta(days=3650))
    assert Case.objects.exists()
    pass_to(town, clock.today() + timedelta(days=30))
    pass_to(town, clock.today() + timedelta(days=1))
    assert not any(t.objects.exists() for t in (Case, CaseDecision, CaseEvent))  # type: ignore[attr-defined]
    assert not Dossier.objects.exists()
    assert not AccountClaim.objects.exists()
    payment = Payment.objects.get()
    assert (payment.person, payment.account) == (UUID(int=0), "")
    assert list(Posting.objects.values_list("amount", flat=True)) == amounts


def test_an_agreement_is_proof_for_five_years_after_its_end(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid)
    town.sign(str(taken.agreement), "mother")
    pass_to(town, clock.today())
    assert Agreement.objects.exists()
    Agreement.objects.update(
        proposed_at="2019-01-01T00:00Z",
        document={**Agreement.objects.get().document, "valid_until": "2019-02-01T00:00:00Z"},
    )
    pass_to(town, clock.today() + timedelta(days=1))
    tables = (Agreement, AgreementSignature, ShownText)
    assert not any(table.objects.exists() for table in tables)  # type: ignore[attr-defined]
