"""What may be asked of the ledger."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet, Sum

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.ledger.models import Account, Payment, PaymentRun, Posting
from minben.ledger.types import (
    Balance,
    BankAccount,
    PaymentState,
    PaymentView,
    PostingKind,
    RunState,
    RunView,
)

MOVED = (PostingKind.DIRECT, PostingKind.POST)


def balance(account: str) -> Balance:
    """The balance of an account, summed from its postings; zeros when it has none."""
    held = Account.objects.filter(key=account).first()
    if held is None:
        return Balance(account, NTD(0), NTD(0), NTD(0), NTD(0))
    return Balance(
        account,
        _sum(held.debits.filter(kind__in=MOVED)),
        _sum(held.credits.filter(kind__in=MOVED)),
        _sum(held.debits.filter(kind=PostingKind.PENDING, resolutions=None)),
        _sum(held.credits.filter(kind=PostingKind.PENDING, resolutions=None)),
    )


def net_of_all_accounts() -> int:
    """Always 0: credits less debits over every account. Asked by the audit and by tests."""
    moved = Posting.objects.filter(kind__in=MOVED)
    by_credit = sum(r["t"] for r in moved.values("credit").annotate(t=Sum("amount")))
    by_debit = sum(r["t"] for r in moved.values("debit").annotate(t=Sum("amount")))
    return int(by_credit - by_debit)


def payments_of(
    reference: str, *, seen_by: frozenset[UUID] | None = None
) -> tuple[PaymentView, ...]:
    """The payments of a case, newest month first.

    An account is named to its payee only; `seen_by` None is the office, which sees it masked.
    """
    found = Payment.objects.filter(reference=reference).select_related("posting", "run")
    return tuple(
        payment_view(p, with_account=seen_by is None or p.person in seen_by)
        for p in found.order_by("-month", "-id")
    )


def covered_months(reference: str) -> frozenset[Month]:
    """Months of a case that have a living payment (planned, sent or paid)."""
    living = Payment.objects.filter(reference=reference, returned="", stopped="")
    return frozenset(Month.parse(m) for m in living.values_list("month", flat=True))


def runs() -> tuple[RunView, ...]:
    """The monthly runs, newest first."""
    return tuple(_run_view(r) for r in PaymentRun.objects.order_by("-id"))


def run(uuid: UUID) -> RunView:
    """One run; Refused `ledger.no_such_run`."""
    found = PaymentRun.objects.filter(uuid=uuid).first()
    if found is None:
        raise Refused("ledger.no_such_run")
    return _run_view(found)


def counts() -> dict[str, int]:
    """Payments and NTD paid so far, for the public page; no personal data."""
    paid = Payment.objects.filter(paid_on__isnull=False)
    total = paid.aggregate(t=Sum("posting__amount"))["t"] or 0
    returned = Payment.objects.exclude(returned="").count()
    return {"payments": paid.count(), "paid_ntd": int(total), "returned": returned}


def payment_view(payment: Payment, *, with_account: bool = True) -> PaymentView:
    """A payment as its payee sees it: the account masked; to others, without the account."""
    shown = with_account and payment.account
    to = BankAccount(payment.bank_code, payment.account) if shown else None
    return PaymentView(
        uuid=payment.uuid,
        reference=payment.reference,
        month=Month.parse(payment.month),
        amount=NTD(payment.posting.amount),
        state=_state(payment),
        due_on=payment.due_on,
        account=to.masked if to else None,
        paid_on=payment.paid_on,
        reason=payment.returned or payment.stopped or None,
    )


def _state(payment: Payment) -> PaymentState:
    if payment.stopped:
        return "stopped"
    if payment.returned:
        return "returned"
    if payment.paid_on is not None:
        return "paid"
    return "planned" if payment.run is None else "sent"


def _run_view(run: PaymentRun) -> RunView:
    payments = run.payments.all()
    state: RunState = "prepared"
    if run.acknowledged_at is not None:
        state = "acknowledged"
    elif run.sent_at is not None:
        state = "sent"
    return RunView(
        uuid=run.uuid,
        message_id=run.message_id,
        month=Month.parse(run.month),
        execute_on=run.execute_on,
        state=state,
        lines=payments.count(),
        total=NTD(payments.aggregate(t=Sum("posting__amount"))["t"] or 0),
        paid=payments.filter(paid_on__isnull=False).count(),
        returned=payments.exclude(returned="").count(),
        digest=run.digest,
        prepared_at=run.prepared_at,
        acknowledged_at=run.acknowledged_at,
    )


def _sum(postings: QuerySet[Posting]) -> NTD:
    return NTD(postings.aggregate(total=Sum("amount"))["total"] or 0)
