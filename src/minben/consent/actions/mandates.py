"""Mandates: one officer drafts, another approves, and the office's key signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import models, processing, queries, revocations
from minben.consent.office import office_key
from minben.consent.types import MandateState, MandateView
from minben.identity.types import Actor, Role
from minben.protocol.mandate import Mandate, MandatedFact, sign
from minben.trail.actions import record


@transaction.atomic
def draft_mandate(
    *,
    name: Text,
    article: str,
    approver: str,
    purpose_key: str,
    purpose: Text,
    recipient: str,
    facts: Sequence[tuple[str, str]],
    valid_from: datetime,
    valid_until: datetime,
    by: Actor,
) -> MandateView:
    """Draft a mandate: exactly these (data set, fact) pairs for this purpose, until that day.

    Only an officer of the recipient's own agency. Refused `consent.not_your_office`,
    `consent.mandate_empty`, `consent.mandate_period`.
    """
    _check_office(by, recipient, Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER)
    if not facts or not article:
        raise Refused("consent.mandate_empty")
    if not valid_from < valid_until:
        raise Refused("consent.mandate_period")
    terms = Mandate(
        article=article,
        approver=approver,
        purpose=purpose_key,
        recipient=recipient,
        facts=tuple(MandatedFact(data_set, fact) for data_set, fact in facts),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    row, made = models.Mandate.objects.get_or_create(
        key=terms.id,
        defaults={
            "document": terms.to_json(),
            "name_zh": name.zh,
            "name_en": name.en,
            "purpose_zh": purpose.zh,
            "purpose_en": purpose.en,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "drafted_by": by.person,
        },
    )
    if made:
        _entry("consent.mandate_drafted", row, by)
    return queries.mandate(row.key)


@transaction.atomic
def approve_mandate(*, mandate_id: str, by: Actor) -> MandateView:
    """Approve another officer's draft; the office's key signs, and from now on it holds.

    Refused `consent.not_your_office`, `consent.own_mandate` (nobody approves what they drafted),
    `consent.mandate_not_a_draft`.
    """
    row = _row(mandate_id)
    _check_office(by, row.document["recipient"], Role.DATA_PROTECTION_OFFICER)
    if row.drafted_by == by.person:
        raise Refused("consent.own_mandate")
    if row.approved_at is not None or row.withdrawn_at is not None:
        raise Refused("consent.mandate_not_a_draft")
    row.signature = sign(Mandate.from_json(row.document), office_key())
    row.approved_by, row.approved_at = by.person, timezone.now()
    row.save(update_fields=["signature", "approved_by", "approved_at"])
    _entry("consent.mandate_approved", row, by)
    view = queries.mandate(row.key)
    processing.note_mandate(view)
    return view


@transaction.atomic
def withdraw_mandate(*, mandate_id: str, by: Actor) -> MandateView:
    """End a mandate: the next request under it is refused.

    Refused `consent.not_your_office`, `consent.mandate_ended`.
    """
    row = _row(mandate_id)
    _check_office(by, row.document["recipient"], Role.DATA_PROTECTION_OFFICER)
    if queries.mandate(mandate_id).state in (MandateState.WITHDRAWN, MandateState.EXPIRED):
        raise Refused("consent.mandate_ended")
    row.withdrawn_by, row.withdrawn_at = by.person, timezone.now()
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    revocations.tell(row.key)
    _entry("consent.mandate_withdrawn", row, by)
    return queries.mandate(row.key)


def _row(mandate_id: str) -> models.Mandate:
    queries.mandate(mandate_id)
    return models.Mandate.objects.select_for_update().get(key=mandate_id)


def _check_office(by: Actor, agency: str, *roles: Role) -> None:
    if by.agency != agency or not by.has(*roles) or by.assisted_by is not None:
        raise Refused("consent.not_your_office")


def _entry(verb: str, row: models.Mandate, by: Actor) -> None:
    record(
        verb=verb,
        subject=None,
        actor=by.on_trail,
        basis=row.document["article"],
        details={"mandate": row.key, "recipient": row.document["recipient"]},
    )
