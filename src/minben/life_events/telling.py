"""What people are told, and when: one function for each message of a life event."""

from __future__ import annotations

from uuid import UUID

from minben.base.text import Text
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.types import TaskKind
from minben.cases.words import texts as case_texts
from minben.exchange.types import TransferView
from minben.identity import queries as identity
from minben.ledger.types import PaymentView
from minben.life_events import family
from minben.life_events.models import Dossier, Offer
from minben.notices import actions as notices
from minben.packs.load import pack

NEW_ACCOUNT_DAYS = 14
ANOTHERS_ACCOUNT = Text("另一位家長經銀行確認的帳戶", "the other parent's account")


def offered(offer: Offer) -> None:
    """Each parent learns of an offer."""
    last = offer.last_day.isoformat() if offer.last_day else None
    for person in family.parents_of(offer.dossier).values():
        notices.notify(
            person=person,
            key="offer.open" if last else "offer.open_undated",
            details={
                **_child(offer.dossier),
                "scheme": Text.from_json(offer.scheme_name),
                "amount": offer.amount or 0,
                "asks": len(offer.asks),
                **({"last_day": last} if last else {}),
            },
            source=f"offer:{offer.uuid}",
            reference=str(offer.uuid),
        )


def to_sign(offer: Offer, persons: list[UUID]) -> None:
    """Those whose word is needed are asked for it."""
    for person in persons:
        notices.notify(
            person=person,
            key="agreement.to_sign",
            details={
                **_child(offer.dossier),
                "scheme": Text.from_json(offer.scheme_name),
                "asks": len(offer.asks),
            },
            source=f"agreement:{offer.agreement}",
            reference=offer.reference,
        )


def reminded_to_sign(hand: str, agreement: str, due_at: str, last_day: str) -> None:
    """Somebody who has not signed yet is reminded; not of what, or of whom: that is inside."""
    if hand.startswith("person:"):
        notices.notify(
            person=UUID(hand.removeprefix("person:")),
            key="agreement.reminder",
            details={"last_day": last_day},
            source=f"{due_at}:agreement:{agreement}",
        )


def decided(dossier: Dossier, reference: str, uuid: UUID, *, by_officer: bool = False) -> None:
    """Every applicant learns of a decision, why, and until when to appeal."""
    view = case_queries.overview(reference)
    decision = next(d for d in view.decisions if d.uuid == uuid)
    if decision.awaits_confirmation:
        key = "decision.awaits_confirmation"
    else:
        key = "decision.due" if decision.status == "due" else "decision.not_due"
    for person in view.applicants:
        notices.notify(
            person=person,
            key=key,
            details={
                **_child(dossier),
                "scheme": decision.scheme_name or view.pack_name,
                "since": str(decision.since),
                "amount": decision.amount or 0,
                "reason": decision.reason,
                "appeal_until": decision.appeal_until.isoformat(),
            },
            source=f"decision:{uuid}:{'officer' if by_officer else 'rules'}",
            reference=reference,
        )


def appeal_answered(reference: str, uuid: UUID) -> bool:
    """Whoever appealed learns the outcome; answers whether it was upheld."""
    appeal = case_queries.appeal(uuid)
    outcome = appeal.outcome or "rejected"
    notices.notify(
        person=appeal.person,
        key="appeal.answered",
        details={"outcome": case_texts()[f"outcome.{outcome}"], "answer": appeal.answer},
        source=f"appeal:{uuid}",
        reference=reference,
    )
    return outcome == "upheld"


def paid_without_asking(dossier: Dossier, reference: str, account: str, payee: UUID) -> None:
    """Everything was known by statute: the family is told, and may object.

    The account is named to nobody but its holder.
    """
    view = case_queries.overview(reference)
    decision = view.current
    if decision is None or decision.scheme_name is None:
        return
    for person in view.applicants:
        notices.notify(
            person=person,
            key="paid.without_asking",
            details={
                **_child(dossier),
                "scheme": decision.scheme_name,
                "since": str(decision.since),
                "amount": decision.amount or 0,
                "account": account if person == payee else ANOTHERS_ACCOUNT,
            },
            source=f"case:{reference}",
            reference=reference,
        )


def account_needed(dossier: Dossier, reference: str, person: UUID) -> None:
    """Granted, but nobody knows where to send it: a task for the person."""
    if case_queries.account_tasks(reference):
        return
    view = case_queries.overview(reference)
    name = view.current.scheme_name if view.current else None
    cases.open_task(
        source=f"account:{reference}",
        kind=TaskKind.NEW_ACCOUNT,
        reference=reference,
        within_days=NEW_ACCOUNT_DAYS,
        person=person,
    )
    notices.notify(
        person=person,
        key="account.needed",
        details={**_child(dossier), "scheme": name or pack(dossier.pack).name},
        source=f"account:{reference}",
        reference=reference,
    )


def returned(payment: PaymentView, person: UUID) -> None:
    """The bank refused the account: a task for the person, and why."""
    cases.open_task(
        source=f"account:{payment.uuid}",
        kind=TaskKind.NEW_ACCOUNT,
        reference=payment.reference,
        within_days=NEW_ACCOUNT_DAYS,
        person=person,
    )
    notices.notify(
        person=person,
        key="payment.returned",
        details={"month": str(payment.month), "amount": payment.amount},
        source=f"account:{payment.uuid}",
        reference=payment.reference,
    )


def paid(payment: PaymentView, person: UUID) -> None:
    """The money has left."""
    notices.notify(
        person=person,
        key="payment.paid",
        details={
            "month": str(payment.month),
            "amount": payment.amount,
            "account": payment.account or "",
        },
        source=f"payment:{payment.uuid}",
        reference=payment.reference,
    )


def stopped(dossier: Dossier, reference: str, why: Text, since: str) -> None:
    """Payment has ended, with the reason."""
    view = case_queries.overview(reference)
    until = view.current.appeal_until.isoformat() if view.current else ""
    for person in view.applicants:
        notices.notify(
            person=person,
            key="payment.stopped",
            details={**_child(dossier), "since": since, "reason": why, "appeal_until": until},
            source=f"stopped:{reference}",
            reference=reference,
        )


def provider_refused(reference: str, transfer: TransferView) -> None:
    """An agency could not answer: the family is told, an officer takes it up."""
    cases.open_task(
        source=f"transfer:{transfer.uuid}",
        kind=TaskKind.FACTS_MISSING,
        reference=reference,
        within_days=7,
    )
    for person in case_queries.people(reference):
        notices.notify(
            person=person,
            key="facts.refused",
            details={
                "provider": transfer.provider_name,
                "why": transfer.explanation or case_texts()["answer.unknown"],
            },
            source=f"transfer:{transfer.uuid}",
            reference=reference,
        )


def _child(dossier: Dossier) -> dict[str, object]:
    return {"child": identity.display_name(dossier.subject)}
