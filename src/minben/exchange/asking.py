"""One call to a provider: what is sent, and what its outcome means. Runs outside transactions."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.exchange import clients, queries
from minben.exchange.types import TransferState, TransferView
from minben.identity import queries as identity
from minben.jobs.types import RetryLater
from minben.kit.transfer import Basis, SubjectClaim, TransferRequest
from minben.kit.types import FactRequest
from minben.registry import queries as registry

Waiting = Literal["busy", "later", "down", "bad_signature"]
MOST_UNSIGNED = 5
_LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeepWaiting(Exception):
    """Nothing usable yet; the same transfer is tried again after a pause."""

    why: Waiting
    after: timedelta


def call(view: TransferView, client: clients.Client) -> dict[str, Any]:
    """Ask the provider once. Returns an outcome for `completing`, or raises KeepWaiting.

    Outcomes: `{"outcome": "answered", "evidence": {…}}`, `{"outcome": "ended", "why": key,
    "details": {…}}`, `{"outcome": "nothing"}` when the transfer is over already.
    """
    if view.state is not TransferState.WAITING:
        return {"outcome": "nothing"}
    if (ended := _basis_ended(view)) is not None:
        return _ended(ended)
    try:
        provider = registry.provider_of(view.data_set)
        request = _request(view)
    except Refused:
        return _ended("gave_up")
    pause = min(timedelta(seconds=2) * 2 ** min(view.attempts, 12), _LONGEST)
    try:
        moved = client.transfer(
            request,
            url=provider.base_url,
            key=clients.recipient_key(queries.recipient_of(view.uuid)),
            answers=provider.public_key,
        )
    except clients.Unreachable as error:
        raise KeepWaiting("down", pause) from error
    except clients.NotSigned as error:
        if view.attempts + 1 >= MOST_UNSIGNED:
            return _ended("not_signed")
        raise KeepWaiting("bad_signature", pause) from error
    return _outcome(moved, pause)


def _outcome(moved: clients.Moved, pause: timedelta) -> dict[str, Any]:
    reply = moved.answered
    wait = timedelta(seconds=reply.retry_after)
    if reply.status == 200:
        evidence = {
            "status": reply.status,
            "headers": dict(reply.headers),
            "body": base64.b64encode(reply.body).decode(),
            "request_headers": dict(reply.request_headers),
        }
        if moved.opened_with:
            evidence["opened"] = base64.b64encode(moved.body).decode()
            evidence |= {"opened_with": moved.opened_with, "logged": moved.logged}
        return {"outcome": "answered", "evidence": evidence}
    if reply.status == 202:
        raise KeepWaiting("later", wait)
    if reply.status in (429, 503):
        raise KeepWaiting("busy", wait)
    if reply.status >= 500:
        raise KeepWaiting("down", pause)
    return _refusal(reply.body)


def _refusal(body: bytes) -> dict[str, Any]:
    """The provider's own words, as far as they are words in both languages."""
    try:
        error: Mapping[str, Any] = json.loads(body)["error"]
        key = str(error["key"])
        said = {
            name: {tongue: str(error[name][tongue]) for tongue in ("zh", "en")}
            for name in ("mistake", "mend")
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return _ended("gave_up")
    if key in ("revoked", "expired"):
        return _ended(key)
    return _ended("refused", said)


def _ended(why: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"outcome": "ended", "why": why, "details": dict(details or {})}


def _basis_ended(view: TransferView) -> str | None:
    told = consent.status_for_provider(basis_id(view), at=timezone.now())["state"]
    if told in ("revoked", "rejected", "withdrawn"):
        return "revoked"
    return "expired" if told == "expired" else None


def basis_id(view: TransferView) -> str:
    """The agreement's or mandate's id as providers know it."""
    return view.basis.removeprefix("mandate:")


def _request(view: TransferView) -> TransferRequest:
    subject = view.subject
    return TransferRequest(
        transfer=str(view.uuid),
        recipient=queries.recipient_of(view.uuid),
        data_set=view.data_set,
        subject=SubjectClaim(
            f"person:{subject}", identity.number_of(subject), identity.number_salt(subject)
        ),
        basis=_basis(view),
        requests=tuple(_one(predicate.to_json(), view.month) for predicate in view.predicates),
    )


def _basis(view: TransferView) -> Basis:
    if view.basis.startswith("mandate:"):
        mandate = consent.mandate(basis_id(view))
        return Basis("mandate", mandate.document, (mandate.signature,))
    signatures = [_without_salt(s.to_json()) for s in consent.evidence_for(view.basis)]
    return Basis("agreement", consent.document(view.basis).to_json(), tuple(signatures))


def _without_salt(signature: dict[str, Any]) -> dict[str, Any]:
    """Other parties' salts stay here: with one, a number could be found by trying all."""
    evidence = {k: v for k, v in signature["evidence"].items() if k != "salt"}
    return {**signature, "evidence": evidence}


def _one(predicate: dict[str, Any], month: Month) -> FactRequest:
    return FactRequest(predicate["fact"], predicate["op"], predicate["value"], month)


def retry(wait: KeepWaiting) -> RetryLater:
    """The wait as the worker understands it."""
    return RetryLater(wait.after, f"exchange.{wait.why}")


def transfer_of(payload: Mapping[str, Any]) -> UUID:
    """The transfer that a job is about."""
    return UUID(str(payload["transfer"]))
