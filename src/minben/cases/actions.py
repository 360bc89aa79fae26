"""What officers do with a case. Each sees a case only by an act that is on the trail."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from minben.base.money import NTD
from minben.base.month import Month
from minben.cases.types import CaseView
from minben.identity.types import Actor


def view_case(*, actor: Actor, reference: str, reason: str) -> CaseView:
    """Show a case to an officer of its agency, after the entry was written."""
    raise NotImplementedError


def confirm_decision(*, actor: Actor, decision: UUID) -> None:
    """Confirm a decision that rests on a disputed figure; only then is it paid."""
    raise NotImplementedError


def propose_override(
    *,
    actor: Actor,
    reference: str,
    status: Literal["due", "not_due"],
    amount: NTD | None,
    since: Month,
    reason: str,
) -> UUID:
    """Propose another decision. It counts when a second officer approves it."""
    raise NotImplementedError


def approve_override(*, actor: Actor, override: UUID) -> None:
    """Approve somebody else's override; a new decision is made."""
    raise NotImplementedError


def refuse_override(*, actor: Actor, override: UUID, reason: str) -> None:
    """Refuse somebody else's override."""
    raise NotImplementedError


def answer_appeal(
    *, actor: Actor, appeal: UUID, outcome: Literal["upheld", "rejected"], answer: str
) -> None:
    """Answer an appeal with reasons."""
    raise NotImplementedError


def complete_task(*, actor: Actor, task: UUID) -> None:
    """Say that a task is done."""
    raise NotImplementedError
