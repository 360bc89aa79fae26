"""What may be asked of the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.exchange import models, sealing, words
from minben.exchange.types import (
    AnswerView,
    PushView,
    SignedAnswer,
    TransferState,
    TransferView,
)
from minben.facts.predicate import Predicate
from minben.protocol.canonical import canonical_json
from minben.protocol.keys import SigningKey
from minben.protocol.message import MessageError, sign_response, verify_request
from minben.registry import queries as registry


def transfer(uuid: UUID) -> TransferView:
    """One transfer; Refused `exchange.no_such_transfer`."""
    return view_of(row_of(uuid))


def transfers_of(case_ref: str) -> list[TransferView]:
    """All transfers of a case, oldest first."""
    rows = models.Transfer.objects.filter(case_ref=case_ref).order_by("id")
    return [view_of(row) for row in rows]


def states_of(case_ref: str) -> dict[UUID, tuple[TransferState, str]]:
    """Where each transfer of a case stands, with its data set: one light question."""
    rows = models.Transfer.objects.filter(case_ref=case_ref)
    found = rows.values_list("uuid", "state", "data_set")
    return {uuid: (TransferState(state), data_set) for uuid, state, data_set in found}


def waiting(*, limit: int = 200) -> list[TransferView]:
    """Transfers that still wait for a provider, oldest first, for officers' dashboards."""
    rows = models.Transfer.objects.filter(state=TransferState.WAITING).order_by("created_at")
    return [view_of(row) for row in rows[:limit]]


def answers_for(case_ref: str) -> list[AnswerView]:
    """The signed answers that a case rests on, oldest first.

    For deciding; showing a value to anyone but its subject is `actions.view_values`.
    """
    rows = models.Answer.objects.filter(transfer__case_ref=case_ref).select_related("transfer")
    return [answer_view(row) for row in rows.order_by("id")]


def evidence(uuid: UUID) -> dict[str, Any]:
    """The provider's signed response as it came: `status`, `headers`, `body` (base64) and the
    `request_headers` it is bound to. Refused `exchange.no_evidence` when there is none (any more).
    """
    row = row_of(uuid)
    if row.evidence is None:
        raise Refused("exchange.no_evidence")
    return sealing.unseal(bytes(row.evidence))


def agreement_status(agreement_id: str, *, url: str, headers: Mapping[str, str]) -> SignedAnswer:
    """What a provider is told when it asks whether a basis still stands, signed.

    `url` is the address as the provider called it. Only agencies that take part are answered
    (401 otherwise); an unknown id is 404.
    """
    keys = {agency.public_key.key_id: agency.public_key for agency in registry.agencies()}
    now = datetime.now(UTC)
    status, told = 200, {}
    try:
        verify_request(method="GET", url=url, headers=headers, body=b"", key_of=keys.get, now=now)
        told = consent.status_for_provider(agreement_id)
    except MessageError as error:
        status, told = 401, {"error": error.broken}
    except Refused as refused:
        status, told = 404, {"error": refused.key}
    body = canonical_json(told)
    signed = sign_response(
        status=status,
        headers={},
        body=body,
        key=_owner_key(),
        created=now,
        request_headers=headers,
    )
    return SignedAnswer(status, signed, body)


def _owner_key() -> SigningKey:
    """The consent owner's key: made once in the demo; elsewhere it must be there."""
    path = settings.VAR / "keys" / "consent"
    return SigningKey.load_or_make(path) if settings.DEMO else SigningKey.load(path)


def push(uuid: UUID) -> PushView:
    """One change told by an agency; Refused `exchange.no_such_push`."""
    row = models.Push.objects.filter(uuid=uuid).first()
    if row is None:
        raise Refused("exchange.no_such_push")
    return push_view(row)


def recipient_of(uuid: UUID) -> str:
    """The agency in whose name a transfer asks."""
    return row_of(uuid).recipient


def row_of(uuid: UUID) -> models.Transfer:
    """The row behind a transfer; Refused `exchange.no_such_transfer`."""
    row = models.Transfer.objects.filter(uuid=uuid).first()
    if row is None:
        raise Refused("exchange.no_such_transfer")
    return row


def view_of(row: models.Transfer) -> TransferView:
    """A row as other rooms see it."""
    name = registry.agency_name(row.provider)
    return TransferView(
        uuid=row.uuid,
        provider=row.provider,
        provider_name=name,
        data_set=row.data_set,
        subject=row.subject,
        case_ref=row.case_ref,
        month=Month.parse(row.month),
        predicates=tuple(predicate_of(one) for one in row.predicates),
        basis=row.basis if row.basis_kind == "agreement" else f"mandate:{row.basis}",
        state=TransferState(row.state),
        explanation=words.explain(row.explanation, row.explained_with, name),
        explanation_key=row.explanation,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        created_at=row.created_at,
        answered_at=row.answered_at,
    )


def answer_view(row: models.Answer) -> AnswerView:
    """An answer as cases see it."""
    return AnswerView(
        predicate=predicate_of(row.predicate),
        month=Month.parse(row.transfer.month),
        known=row.known,
        value=row.value,
        provider=row.transfer.provider,
        subject=row.transfer.subject,
        signed_at=row.signed_at,
        known_on=row.known_on or timezone.localdate(row.signed_at),
        transfer=row.transfer.uuid,
    )


def push_view(row: models.Push) -> PushView:
    """A change as other rooms see it."""
    return PushView(
        uuid=row.uuid,
        provider=row.provider,
        kind=row.kind,
        data_set=row.data_set,
        persons=tuple(UUID(person) for person in row.persons),
        happened_on=row.happened_on,
        received_at=row.received_at,
    )


def predicate_of(written: Mapping[str, Any]) -> Predicate:
    """A predicate as it was stored; facts beyond the catalogue keep their plain form."""
    try:
        return Predicate.from_json(written)
    except ValueError:
        return Predicate(written["person"], written["fact"], written["op"], written["value"])
