"""What people do in a life event: accept, apply, object, appeal, save and return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from minben.base.month import Month
from minben.identity.types import Actor
from minben.ledger.types import BankAccount
from minben.life_events.types import DraftView, OfferView


def accept_offer(*, actor: Actor, offer: UUID, account: BankAccount | None = None) -> OfferView:
    """Take an offer up: opens the case and proposes the agreement to exactly its subjects."""
    raise NotImplementedError


def decline_offer(*, actor: Actor, offer: UUID) -> None:
    """Say no to an offer. The right to apply later stays."""
    raise NotImplementedError


def apply(*, actor: Actor, pack: str, child: UUID, account: BankAccount | None = None) -> str:
    """Apply without an offer, by certificate on line or (with `assisted_by`) at the counter.

    Answers the reference number.
    """
    raise NotImplementedError


def object_to(*, actor: Actor, reference: str, words: str) -> None:
    """Object to a payment that came without asking: what is not yet sent is held back."""
    raise NotImplementedError


def appeal(
    *, actor: Actor, reference: str, decision: UUID, grounds: str, fact: str | None = None
) -> UUID:
    """Appeal a decision, or a fact under it (it goes to the fact's provider)."""
    raise NotImplementedError


def name_account(*, actor: Actor, reference: str, account: BankAccount) -> None:
    """Name the account for a case's money; it is checked with the bank, yes or no."""
    raise NotImplementedError


def save_draft(*, actor: Actor, key: str, step: str, answers: Mapping[str, Any]) -> DraftView:
    """Keep half-filled answers for thirty days."""
    raise NotImplementedError


def drop_draft(*, actor: Actor, key: str) -> None:
    """Forget a draft."""
    raise NotImplementedError


def start_screening(*, pack: str, month: Month, by: str) -> UUID:
    """Look through the registers under the pack's mandate and make offers of what is found."""
    raise NotImplementedError
