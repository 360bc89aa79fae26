"""Verbs of the ledger: reserve, post, void, expire. Each key counts once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from minben.base.money import NTD
from minben.base.refusal import Refused
from minben.ledger.models import Account, Posting
from minben.ledger.types import PostingKind
from minben.trail import actions as trail


@transaction.atomic
def transfer(*, key: str, debit: str, credit: str, amount: NTD, on: date) -> Posting:
    """Move money at once from `credit` to `debit`."""
    return _write(PostingKind.DIRECT, key=key, debit=debit, credit=credit, amount=amount, on=on)


@transaction.atomic
def reserve(
    *,
    key: str,
    debit: str,
    credit: str,
    amount: NTD,
    on: date,
    expires_on: date | None = None,
) -> Posting:
    """Set money aside until it is posted, voided or has expired.

    The same key again is the same reservation; with other values Refused `ledger.key_reused`.
    """
    return _write(
        PostingKind.PENDING,
        key=key,
        debit=debit,
        credit=credit,
        amount=amount,
        on=on,
        expires_on=expires_on,
    )


@transaction.atomic
def post(*, pending: Posting, on: date) -> Posting:
    """Let a reservation move. Refused `ledger.already_resolved` after void or expire."""
    return _resolve(PostingKind.POST, pending, on)


@transaction.atomic
def void(*, pending: Posting, on: date) -> Posting:
    """Give a reservation back. Refused `ledger.already_resolved` after post or expire."""
    return _resolve(PostingKind.VOID, pending, on)


@transaction.atomic
def expire(*, on: date) -> int:
    """End every reservation whose last day has passed; answers how many."""
    late = Posting.objects.filter(
        kind=PostingKind.PENDING, resolutions=None, expires_on__lt=on
    ).order_by("id")
    ended = [_resolve(PostingKind.EXPIRE, pending, on) for pending in late]
    if ended:
        trail.record(
            verb="ledger.expired",
            subject=None,
            actor="platform",
            basis="reservation ran out",
            details={"postings": [str(p.uuid) for p in ended]},
        )
    return len(ended)


def _resolve(kind: PostingKind, pending: Posting, on: date) -> Posting:
    # The row lock makes two resolvers queue; the unique constraint decides if they still race.
    held = Posting.objects.select_for_update().get(pk=pending.pk)
    done = held.resolutions.first()
    if done is not None:
        if done.kind == kind:
            return done
        raise Refused("ledger.already_resolved", by=done.kind)
    if held.kind != PostingKind.PENDING:
        raise Refused("ledger.not_a_reservation")
    return Posting.objects.create(
        key=f"{held.key}/{kind.value}",
        kind=kind,
        debit_id=held.debit_id,
        credit_id=held.credit_id,
        amount=held.amount,
        pending=held,
        on=on,
    )


def _write(
    kind: PostingKind,
    *,
    key: str,
    debit: str,
    credit: str,
    amount: NTD,
    on: date,
    expires_on: date | None = None,
) -> Posting:
    if amount <= 0:
        raise Refused("ledger.nothing_to_move")
    if debit == credit:
        raise Refused("ledger.same_account", account=debit)
    sides = {k: Account.objects.get_or_create(key=k)[0] for k in sorted((debit, credit))}
    posting, fresh = Posting.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "debit": sides[debit],
            "credit": sides[credit],
            "amount": amount,
            "on": on,
            "expires_on": expires_on,
        },
    )
    same = (
        posting.kind == kind
        and posting.debit_id == sides[debit].pk
        and posting.credit_id == sides[credit].pk
        and posting.amount == amount
    )
    if not fresh and not same:
        raise Refused("ledger.key_reused", name=key)
    return posting
