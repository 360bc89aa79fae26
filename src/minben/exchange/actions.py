"""Verbs of the exchange."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.exchange import models, queries
from minben.exchange.answers import data_set_of
from minben.exchange.inbox import accept_push
from minben.exchange.resolving import pseudonyms_of, resolve_people
from minben.exchange.types import AnswerView
from minben.facts.predicate import Predicate
from minben.identity.types import Actor, Role
from minben.jobs.actions import enqueue
from minben.protocol.canonical import digest
from minben.registry import queries as registry
from minben.trail.actions import record

__all__ = [
    "accept_push",
    "pseudonyms_of",
    "request_facts",
    "resolve_people",
    "retire",
    "tidy",
    "view_values",
]


@transaction.atomic
def request_facts(
    *,
    subject: UUID,
    predicates: Sequence[Predicate],
    month: Month,
    case_ref: str,
    agreement_id: str | None = None,
    mandate: str | None = None,
    occasion: str = "",
) -> tuple[UUID, ...]:
    """Ask for facts of one person under an agreement or a mandate: one transfer per data set.

    In the caller's transaction; the worker calls the providers afterwards. Asking the same
    (case, subject, data set, predicates, month, basis, occasion) again returns the same
    transfers; another `occasion` ("push:<uuid>", "appeal:…") asks afresh.
    Refused `exchange.no_basis` (neither or both given, not in force, or it does not name one of
    the predicates), `exchange.no_provider` (a fact that nobody offers).
    """
    if not predicates or (agreement_id is None) == (mandate is None):
        raise Refused("exchange.no_basis", why="neither")
    by_data_set: dict[str, list[Predicate]] = {}
    for predicate in dict.fromkeys(predicates):
        try:
            by_data_set.setdefault(data_set_of(predicate), []).append(predicate)
        except KeyError:
            raise Refused("exchange.no_provider", fact=predicate.fact) from None
    found = []
    for data_set, asked in by_data_set.items():
        kind, basis, recipient = (
            _agreement(agreement_id, subject, data_set, asked)
            if agreement_id is not None
            else _mandate(str(mandate), data_set, asked)
        )
        row = models.Transfer(
            data_set=data_set,
            recipient=recipient,
            subject=subject,
            case_ref=case_ref,
            month=str(month),
            predicates=[predicate.to_json() for predicate in asked],
            basis_kind=kind,
            basis=basis,
            created_at=timezone.now(),
        )
        found.append(_ask(row, occasion))
    return tuple(found)


@transaction.atomic
def view_values(*, case_ref: str, by: Actor, reason: str) -> list[AnswerView]:
    """Show a case's answers to someone other than their subject; each subject's trail says so.

    For a case officer of the recipient agency who gives a reason. Refused
    `exchange.not_your_case`, `exchange.reason_needed`.
    """
    rows = models.Transfer.objects.filter(case_ref=case_ref, state="answered")
    recipients = set(rows.values_list("recipient", flat=True))
    if not by.has(Role.CASE_OFFICER) or by.agency not in recipients:
        raise Refused("exchange.not_your_case")
    if not reason.strip():
        raise Refused("exchange.reason_needed")
    for row in rows.order_by("id"):
        record(
            verb="exchange.viewed",
            subject=row.subject,
            actor=by.on_trail,
            basis=row.basis if row.basis_kind == "agreement" else f"mandate:{row.basis}",
            details={"case": case_ref, "data_set": row.data_set, "reason": reason.strip()[:500]},
        )
    return queries.answers_for(case_ref)


@transaction.atomic
def retire(*, case_ref: str, basis: str) -> int:
    """Destroy the answers and evidence of a case whose retention has ended; returns how many."""
    rows = list(models.Transfer.objects.filter(case_ref=case_ref).exclude(evidence=None))
    for row in rows:
        row.answers.all().delete()
        row.evidence = None
        row.save(update_fields=["evidence"])
        record(
            verb="exchange.retired",
            subject=row.subject,
            actor="system:exchange",
            basis=basis,
            details={"transfer": str(row.uuid), "case": case_ref},
        )
    return len(rows)


@transaction.atomic
def tidy() -> int:
    """Delete pushes older than 90 days and nonces older than ten minutes."""
    now = timezone.now()
    models.SeenNonce.objects.filter(seen_at__lt=now - timedelta(minutes=10)).delete()
    return models.Push.objects.filter(received_at__lt=now - timedelta(days=90)).delete()[0]


def _ask(row: models.Transfer, occasion: str) -> UUID:
    row.provider = registry.provider_of(row.data_set).key
    where = [row.case_ref, str(row.subject), row.data_set, row.month, row.basis, occasion]
    row.asked_key = digest([*where, row.predicates])
    known = models.Transfer.objects.filter(asked_key=row.asked_key).first()
    if known is not None:
        return known.uuid
    row.save(force_insert=True)
    key = str(row.uuid)
    enqueue(kind="exchange.transfer", payload={"transfer": key}, key=key)
    return row.uuid


def _agreement(
    agreement_id: str, subject: UUID, data_set: str, asked: Sequence[Predicate]
) -> tuple[str, str, str]:
    agreement = consent.document(agreement_id)
    ref = f"person:{subject}"
    agreed = {
        (fact.fact, fact.op, fact.value)
        for fact in agreement.facts
        if fact.subject == ref and fact.data_set == data_set and fact.mandate is None
    }
    for predicate in asked:
        written = predicate.to_json()
        if (written["fact"], written["op"], written["value"]) not in agreed:
            raise Refused("exchange.no_basis", why=predicate.fact)
    if not consent.state(agreement_id).is_active:
        raise Refused("exchange.no_basis", why="not_active")
    return "agreement", agreement_id, agreement.recipient


def _mandate(mandate_id: str, data_set: str, asked: Sequence[Predicate]) -> tuple[str, str, str]:
    mandate = consent.mandate(mandate_id)
    if mandate.state != "active":
        raise Refused("exchange.no_basis", why="not_active")
    for predicate in asked:
        if not mandate.covers(data_set, predicate.fact):
            raise Refused("exchange.no_basis", why=predicate.fact)
    return "mandate", mandate.id, str(mandate.document["recipient"])
