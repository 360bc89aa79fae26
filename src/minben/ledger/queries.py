"""What may be asked of the ledger."""

from __future__ import annotations

from minben.ledger.types import Balance, PaymentView, RunView


def balance(account: str) -> Balance:
    """The balance of an account, summed from its postings."""
    raise NotImplementedError


def payments_of(reference: str) -> tuple[PaymentView, ...]:
    """The payments of a case, newest month first."""
    raise NotImplementedError


def runs() -> tuple[RunView, ...]:
    """The monthly runs, newest first."""
    raise NotImplementedError
