"""The end of a transfer: answer, trail entry and state in one transaction, exactly once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from minben.base.refusal import Refused
from minben.consent import actions as consent
from minben.consent import queries as agreements
from minben.exchange import answers, listeners, models, queries, sealing
from minben.exchange.answers import Asked, Told, UnusableAnswer
from minben.exchange.types import JSON, TransferState
from minben.facts.catalogue import HOUSEHOLD
from minben.identity import actions as identity
from minben.jobs.actions import enqueue
from minben.jobs.clock import today
from minben.trail.actions import record

# How soon an agency's answer is promised to the person; later ones are counted in public.
PROMISED = timedelta(hours=1)


def complete(uuid: UUID, outcome: Mapping[str, Any]) -> None:
    """Take the outcome of a call. Inside the caller's transaction; a second time changes nothing.

    An answer is used only if it is exactly what was asked and the basis still stands; its entry
    on the trail is written in the same transaction, before anybody can read it.
    """
    row = models.Transfer.objects.select_for_update().filter(uuid=uuid).first()
    if row is None or row.state != TransferState.WAITING or outcome["outcome"] == "nothing":
        return
    note_late(row)
    if outcome["outcome"] == "answered":
        _answered(row, outcome["evidence"])
    else:
        end(row, outcome["why"], outcome.get("details", {}))


def end(row: models.Transfer, why: str, details: Mapping[str, Any]) -> None:
    """Give a transfer up, saying why in words for the person, and write that on the trail."""
    row.state = TransferState.REFUSED
    row.explanation, row.explained_with = why, dict(details)
    row.next_attempt_at = None
    row.save()
    _entry(row, "exchange.not_received", {"why": why})
    _tell(row)


def _answered(row: models.Transfer, evidence: Mapping[str, Any]) -> None:
    body = base64.b64decode(evidence.get("opened", evidence["body"]))
    view = queries.view_of(row)
    asked = Asked(
        transfer=str(row.uuid),
        provider=row.provider,
        data_set=row.data_set,
        subject=f"person:{row.subject}",
        basis=row.basis,
        month=row.month,
        predicates=view.predicates,
    )
    try:
        told, released_at = answers.read(body, asked)
    except UnusableAnswer as unusable:
        return end(row, unusable.key, {})
    try:
        _spend(row)
    except Refused:
        return end(row, "late", {})
    row.state = TransferState.ANSWERED
    row.explanation, row.explained_with = "", {}
    row.next_attempt_at = None
    row.answered_at = timezone.now()
    row.evidence = sealing.seal(dict(evidence))
    row.save()
    for one in told:
        models.Answer.objects.create(
            transfer=row,
            predicate=one.predicate.to_json(),
            known=one.known,
            value=_without_numbers(one, on=today()),
            signed_at=released_at,
            known_on=today(),
        )
    if row.data_set == HOUSEHOLD:
        _remember(row, told)
    digest = hashlib.sha256(body).hexdigest()
    place = {"logged": evidence["logged"]} if "logged" in evidence else {}
    _entry(row, "exchange.received", {"answer": f"sha-256:{digest}", **place})
    return _tell(row)


def note_late(row: models.Transfer) -> None:
    """Write once on the trail that an agency takes longer than promised; the caller saves."""
    if not row.late and timezone.now() - row.created_at > PROMISED:
        row.late = True
        _entry(row, "exchange.late", {"promised_minutes": PROMISED // timedelta(minutes=1)})


def _spend(row: models.Transfer) -> None:
    if row.basis_kind == "agreement":
        consent.spend(
            agreement_id=row.basis,
            data_set=row.data_set,
            subject=f"person:{row.subject}",
            transfer=row.uuid,
        )
    else:
        told = agreements.status_for_provider(row.basis)["state"]
        if told != "active":
            raise Refused("exchange.no_basis")


def _without_numbers(told: Told, *, on: date) -> JSON:
    """People become known by a register's answer; from here on they are references."""
    if not told.known or not answers.names_people(told.predicate.fact):
        return told.value
    if isinstance(told.value, list):
        return [_person(str(number), on) for number in told.value]
    return None if told.value is None else _person(str(told.value), on)


def _person(number: str, on: date) -> str:
    return identity.find_or_create_person(number=number, on=on).ref


def _remember(row: models.Transfer, told: list[Told]) -> None:
    """Name, birth date and family of the subject, as the household register says today."""
    known = {
        one.predicate.fact: one.value for one in told if one.known and one.predicate.op == "value"
    }
    name, born = known.get("name"), known.get("birth_date")
    if name or born:
        identity.record_person(
            person=row.subject,
            name=str(name) if name else None,
            birth_date=date.fromisoformat(str(born)) if born else None,
        )
    if {"mother", "father"} <= set(known):
        identity.record_family(
            person=row.subject,
            mother=_relative(known["mother"]),
            father=_relative(known["father"]),
            spouse=_relative(known.get("spouse")),
            source=row.data_set,
            on=today(),
        )


def _relative(number: JSON) -> UUID | None:
    if number is None:
        return None
    return identity.find_or_create_person(number=str(number), on=today()).uuid


def _entry(row: models.Transfer, verb: str, more: Mapping[str, Any]) -> None:
    record(
        verb=verb,
        subject=row.subject,
        actor=f"agency:{row.recipient}",
        basis=row.basis if row.basis_kind == "agreement" else f"mandate:{row.basis}",
        details={
            "transfer": str(row.uuid),
            "provider": row.provider,
            "data_set": row.data_set,
            "month": row.month,
            "case": row.case_ref,
            "asked": [
                {"fact": p["fact"], "op": p["op"], "value": p["value"]} for p in row.predicates
            ],
            **more,
        },
    )


def _tell(row: models.Transfer) -> None:
    payload = {"transfer": str(row.uuid), "case_ref": row.case_ref, "status": str(row.state)}
    enqueue(kind="exchange.completed", payload=payload, key=f"exchange.completed:{row.uuid}")
    listeners.tell_completed(queries.view_of(row))
