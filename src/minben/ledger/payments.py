"""Payments of cases: planned as reservations, sent once a month in one file, settled by answer.

Plan and stop are called by the life events; `run_month` prepares a file; the job
`ledger.send_run` sends it (module `sending`), and `settle` reads the bank's answer.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import transaction

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.ledger import actions, iso20022
from minben.ledger.models import Payment, PaymentRun
from minben.ledger.queries import payment_view
from minben.ledger.types import BankAccount, CreditTransfer, PaymentView
from minben.trail import actions as trail

TREASURY = "treasury"
DEBTOR = iso20022.Debtor("社會局兒少福利科 Child Welfare Division", "004", "036000123456")


@transaction.atomic
def plan(
    *,
    reference: str,
    person: UUID,
    month: Month,
    amount: NTD,
    purpose: str,
    to: BankAccount | None,
    due_on: date,
    basis: str,
) -> PaymentView:
    """Set one month's money aside. A living payment of this case and month is returned as is,
    unless its amount differs and it was not yet sent: then it is stopped and planned anew.

    `purpose` names the account it is charged to ("allowance:childcare").
    """
    living = _living(reference, month)
    if living is not None:
        if living.posting.amount == amount or living.run is not None:
            return payment_view(living)
        _stop(living, "corrected")
    attempt = Payment.objects.filter(reference=reference, month=str(month)).count() + 1
    key = f"{reference}-{str(month).replace('-', '')}-{attempt}"
    posting = actions.reserve(
        key=key, debit=purpose, credit=TREASURY, amount=amount, on=clock.today()
    )
    payment = Payment.objects.create(
        key=key,
        reference=reference,
        person=person,
        month=str(month),
        due_on=due_on,
        posting=posting,
        bank_code=to.bank_code if to else "",
        account=to.account if to else "",
    )
    _record("payment.planned", payment, basis)
    return payment_view(payment)


@transaction.atomic
def stop(
    *, reference: str, because: str, since: Month | None = None, until: Month | None = None
) -> tuple[PaymentView, ...]:
    """Give back whatever of a case has not been sent, in these months; answers what it was."""
    planned = Payment.objects.select_for_update().filter(
        reference=reference, run=None, returned="", stopped=""
    )
    if since is not None:
        planned = planned.filter(month__gte=str(since))
    if until is not None:
        planned = planned.filter(month__lte=str(until))
    stopped = []
    for payment in planned.order_by("month"):
        _stop(payment, because)
        stopped.append(payment_view(payment))
    return tuple(stopped)


@transaction.atomic
def send_to(*, reference: str, person: UUID, to: BankAccount) -> None:
    """Use this person's account for everything of a case that has not been sent."""
    Payment.objects.filter(reference=reference, run=None, returned="", stopped="").update(
        person=person, bank_code=to.bank_code, account=to.account
    )


@transaction.atomic
def run_month(*, month: Month, execute_on: date) -> UUID | None:
    """Prepare the file of everything due up to a month; None when nothing is to be sent.

    Payments without an account wait. Everything in the file is fixed here: sending it again
    after any accident sends the same bytes.
    """
    ready = list(
        Payment.objects.select_for_update()
        .filter(run=None, returned="", stopped="", month__lte=str(month))
        .exclude(account="")
        .order_by("key")
    )
    if not ready:
        return None
    number = PaymentRun.objects.filter(month=str(month)).count() + 1
    run = PaymentRun(
        message_id=f"MINBEN-{month.year:04d}{month.number:02d}-{number:04d}",
        month=str(month),
        execute_on=execute_on,
        prepared_at=datetime.now(UTC).replace(microsecond=0),
    )
    run.digest = _digest(_initiation(run, ready))
    run.save()
    Payment.objects.filter(pk__in=[p.pk for p in ready]).update(run=run)
    jobs.enqueue(
        kind="ledger.send_run",
        payload={"run": str(run.uuid)},
        key=f"ledger.send_run:{run.message_id}",
    )
    trail.record(
        verb="payment.run_prepared",
        subject=None,
        actor="platform",
        basis="monthly payment run",
        details={"message": run.message_id, "lines": len(ready), "digest": run.digest},
    )
    return run.uuid


def file_of(run: PaymentRun) -> bytes:
    """The run's pain.001, rebuilt from its rows; ValueError if it is not the one prepared."""
    document = _initiation(run, list(run.payments.order_by("key")))
    if _digest(document) != run.digest:
        raise ValueError(f"{run.message_id}: the payments are no longer those prepared")
    return document


@transaction.atomic
def settle(*, run: UUID, report: bytes) -> None:
    """Read the bank's answer: post what was paid, void what came back, tell who must mend it.

    The same report again changes nothing. ValueError for a report on another message or with
    a payment that is not in the run.
    """
    held = PaymentRun.objects.select_for_update().get(uuid=run)
    told = iso20022.report(report)
    if told.message_id != held.message_id:
        raise ValueError(f"the report answers {told.message_id}, not {held.message_id}")
    payments = {p.key: p for p in held.payments.select_related("posting")}
    now, today = datetime.now(UTC), clock.today()
    for status in told.statuses:
        payment = payments.get(status.end_to_end_id)
        if payment is None:
            raise ValueError(f"{held.message_id} has no payment {status.end_to_end_id}")
        if payment.paid_on is not None or payment.returned:
            continue
        if status.accepted:
            actions.post(pending=payment.posting, on=today)
            payment.paid_on = today
            payment.save(update_fields=["paid_on"])
            _record("payment.paid", payment, held.message_id)
        else:
            actions.void(pending=payment.posting, on=today)
            payment.returned = (status.reason or "NARR")[:8]
            payment.save(update_fields=["returned"])
            _record("payment.returned", payment, held.message_id)
        jobs.enqueue(
            kind="ledger.settled",
            payload={"payment": str(payment.uuid)},
            key=f"ledger.settled:{payment.key}",
        )
    held.sent_at = held.sent_at or now
    open_lines = held.payments.filter(paid_on=None, returned="").exists()
    held.acknowledged_at = held.acknowledged_at or (None if open_lines else now)
    held.save(update_fields=["sent_at", "acknowledged_at"])


def payment(uuid: UUID) -> PaymentView:
    """One payment; Refused `ledger.no_such_payment`."""
    found = Payment.objects.select_related("posting", "run").filter(uuid=uuid).first()
    if found is None:
        raise Refused("ledger.no_such_payment")
    return payment_view(found)


def payee(uuid: UUID) -> UUID:
    """Whose money a payment is."""
    return Payment.objects.values_list("person", flat=True).get(uuid=uuid)


def is_covered(*, reference: str, month: Month, amount: NTD) -> bool:
    """Whether a month already has its money: planned at this amount, or sent at any.

    What was sent at another amount is settled by an officer, not by sending twice.
    """
    living = _living(reference, month)
    return living is not None and (living.posting.amount == amount or living.run is not None)


def _initiation(run: PaymentRun, payments: list[Payment]) -> bytes:
    return iso20022.initiation(
        message_id=run.message_id,
        created_at=run.prepared_at,
        execute_on=run.execute_on,
        debtor=DEBTOR,
        transfers=[
            CreditTransfer(p.key, NTD(p.posting.amount), BankAccount(p.bank_code, p.account))
            for p in payments
        ],
    )


def _living(reference: str, month: Month) -> Payment | None:
    return (
        Payment.objects.select_for_update()
        .filter(reference=reference, month=str(month), returned="", stopped="")
        .first()
    )


def _stop(payment: Payment, because: str) -> None:
    actions.void(pending=payment.posting, on=clock.today())
    payment.stopped = because
    payment.save(update_fields=["stopped"])
    _record("payment.stopped", payment, because)


def _record(verb: str, payment: Payment, basis: str) -> None:
    trail.record(
        verb=verb,
        subject=payment.person,
        actor="agency:child-welfare",
        basis=basis,
        details={
            "reference": payment.reference,
            "month": payment.month,
            "amount": payment.posting.amount,
        },
    )


def _digest(document: bytes) -> str:
    return f"sha-256:{hashlib.sha256(document).hexdigest()}"
