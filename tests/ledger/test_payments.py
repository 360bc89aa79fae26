"""Payments: planned, sent in one file, paid once or returned, stopped before they leave."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings

from minben.base.money import NTD
from minben.base.month import Month
from minben.jobs import worker
from minben.jobs.models import Job
from minben.ledger import clients, payments, queries, retention
from minben.ledger.models import Payment, PaymentRun
from minben.ledger.types import BankAccount, PaymentView

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2022, 9)
ACCOUNT = BankAccount("812", "001122334455")
CLOSED = BankAccount("812", "009999999999")
MOTHER = UUID(int=7)


def plan(
    reference: str = "MB-2022-000001-5",
    month: Month = SEPTEMBER,
    amount: int = 5000,
    to: BankAccount | None = ACCOUNT,
) -> PaymentView:
    return payments.plan(
        reference=reference,
        person=MOTHER,
        month=month,
        amount=NTD(amount),
        purpose="allowance:childcare",
        to=to,
        due_on=month.last_day,
        basis="decision",
    )


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> clients.FakeBank:
    """A bank that knows one closed account."""
    fake = clients.FakeBank(frozenset({CLOSED.account}))
    monkeypatch.setattr(clients, "bank", lambda: fake)
    return fake


def run() -> PaymentRun:
    uuid = payments.run_month(month=SEPTEMBER, execute_on=SEPTEMBER.last_day)
    return PaymentRun.objects.get(uuid=uuid)


def test_a_month_is_planned_once() -> None:
    assert plan().uuid == plan().uuid
    assert queries.balance("allowance:childcare").pending_debits == 5000


def test_a_corrected_amount_replaces_what_was_not_sent() -> None:
    plan()
    again = plan(amount=6000)
    assert again.amount == 6000
    assert [p.state for p in queries.payments_of(again.reference)] == ["planned", "stopped"]
    assert queries.balance("allowance:childcare").pending_debits == 6000


def test_the_account_is_shown_masked() -> None:
    assert plan().account == "812 ••••••••4455"


def test_a_run_takes_everything_due_that_has_an_account() -> None:
    plan()
    plan("MB-2022-000002-0", Month(2022, 8))
    plan("MB-2022-000003-7", to=None)
    plan("MB-2022-000004-3", Month(2022, 10))
    made = run()
    assert made.payments.count() == 2
    assert made.message_id == "MINBEN-202209-0001"


def test_nothing_due_makes_no_run() -> None:
    assert payments.run_month(month=SEPTEMBER, execute_on=SEPTEMBER.last_day) is None


def test_the_bank_pays_and_the_ledger_says_so(bank: clients.FakeBank) -> None:
    key = plan()
    run()
    worker.run_due()
    (paid,) = queries.payments_of(key.reference)
    assert paid.state == "paid"
    assert queries.balance("allowance:childcare").debits == 5000
    assert queries.runs()[0].state == "acknowledged"
    assert sum(bank.moved.values()) == 5000


def test_a_refused_account_is_returned_and_told(bank: clients.FakeBank) -> None:
    key = plan(to=CLOSED)
    run()
    worker.run_due()
    (back,) = queries.payments_of(key.reference)
    assert (back.state, back.reason) == ("returned", "AC04")
    assert queries.balance("allowance:childcare").debits == 0
    assert queries.balance("allowance:childcare").pending_debits == 0
    told = Job.objects.get(kind="ledger.settled")
    assert told.payload == {"payment": str(back.uuid)}


def test_a_returned_month_is_planned_anew_under_another_id(bank: clients.FakeBank) -> None:
    first = plan(to=CLOSED)
    run()
    worker.run_due()
    second = plan()
    assert second.uuid != first.uuid
    run()
    worker.run_due()
    assert list(bank.moved) == ["MB-2022-000001-5-202209-2"]


def test_the_same_report_twice_changes_nothing(bank: clients.FakeBank) -> None:
    plan()
    made = run()
    report = bank.send(payments.file_of(made))
    payments.settle(run=made.uuid, report=report)
    payments.settle(run=made.uuid, report=report)
    assert queries.balance("allowance:childcare").debits == 5000
    assert Job.objects.filter(kind="ledger.settled").count() == 1


def test_a_report_on_another_message_is_a_fault(bank: clients.FakeBank) -> None:
    plan()
    first = run()
    plan("MB-2022-000002-0")
    second = run()
    with pytest.raises(ValueError, match="answers"):
        payments.settle(run=second.uuid, report=bank.send(payments.file_of(first)))


def test_a_run_whose_payments_were_tampered_with_is_not_sent() -> None:
    plan()
    made = run()
    Payment.objects.update(account="000000000001")
    with pytest.raises(ValueError, match="no longer those prepared"):
        payments.file_of(made)


def test_what_is_not_sent_can_be_stopped_and_what_is_sent_cannot(bank: clients.FakeBank) -> None:
    sent = plan()
    run()
    planned = plan(month=Month(2022, 10))
    stopped = payments.stop(reference=sent.reference, because="revoked")
    assert [p.month for p in stopped] == [planned.month]
    worker.run_due()
    states = {p.month: p.state for p in queries.payments_of(sent.reference)}
    assert states == {Month(2022, 10): "stopped", SEPTEMBER: "paid"}


def test_a_new_account_reaches_what_is_not_sent() -> None:
    first = plan(to=None)
    payments.send_to(reference=first.reference, person=MOTHER, to=ACCOUNT)
    assert run().payments.count() == 1


def test_ten_years_after_it_was_paid_nobody_can_tell_whom_a_payment_reached(
    bank: clients.FakeBank,
) -> None:
    plan()
    run()
    worker.run_due()
    paid = Payment.objects.get()
    assert paid.paid_on is not None
    tenth = paid.paid_on.replace(year=paid.paid_on.year + 10)
    assert retention.payments(tenth) == 0  # ten whole years, leap days and all
    assert retention.payments(tenth + timedelta(days=16)) == 1
    paid.refresh_from_db()
    assert (paid.person, paid.bank_code, paid.account) == (retention.NOBODY, "", "")


def test_money_still_owed_keeps_its_person_and_account_however_old() -> None:
    plan()
    waiting = plan(month=Month(2022, 10), to=None)
    assert retention.payments(date(2040, 1, 1)) == 0
    assert Payment.objects.get(uuid=waiting.uuid).person == MOTHER
    payments.stop(reference=waiting.reference, because="revoked")
    assert retention.payments(date(2040, 1, 1)) == 2


def test_the_public_counts_hold_no_person(bank: clients.FakeBank) -> None:
    plan()
    run()
    worker.run_due()
    assert queries.counts() == {"payments": 1, "paid_ntd": 5000, "returned": 0}


def test_what_is_missing_before_money_can_move_is_named(tmp_path: Path) -> None:
    with override_settings(AGENCIES=tmp_path):
        assert len(clients.check_config()) == 2
