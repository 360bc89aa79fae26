"""Who is to be reminded to sign, and when: a pure function of terms, signatures and clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from minben.protocol.agreement import Agreement, RegisterEvent, Signature, state


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """簽署提醒 That a role is still silent; `due_at` tells one reminder from the next."""

    due_at: datetime
    role: str
    hand: str


def reminders_due(
    agreement: Agreement,
    signatures: Iterable[Signature],
    at: datetime,
    *,
    events: Iterable[RegisterEvent] = (),
) -> tuple[Reminder, ...]:
    """The reminders that are due by an instant, for those whose word is waited for now.

    Nobody is reminded of what no longer waits for them: whoever signed, refused, died, whose turn
    has not come, or whose agreement has ended. The same reminder is due until the role speaks, so
    send each (agreement, role, `due_at`) once.
    """
    if agreement.sign_by is None:
        return ()
    waiting = state(agreement, signatures, at, events=events).waiting_for
    hands = {party.role: party.signatory for party in agreement.parties}
    days = (agreement.sign_by - timedelta(days=before) for before in agreement.remind_days)
    due = [day for day in days if day <= at]
    return tuple(sorted(Reminder(day, role, hands[role]) for day in due for role in waiting))


def next_look(agreement: Agreement, at: datetime) -> datetime | None:
    """The next instant at which time alone changes something: a reminder, a deadline, an end."""
    instants = [agreement.valid_from, agreement.valid_until]
    if agreement.sign_by is not None:
        instants.append(agreement.sign_by)
        instants += [agreement.sign_by - timedelta(days=d) for d in agreement.remind_days]
    return min((i for i in instants if i > at), default=None)
