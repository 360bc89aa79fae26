"""How the worker carries a transfer: the call outside, the completion inside a transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from minben.exchange import asking, clients, completing, models, queries
from minben.exchange.types import TransferState
from minben.jobs.registry import handler
from minben.jobs.types import Payload

KIND = "exchange.transfer"


def call(payload: Payload, key: str) -> dict[str, Any]:
    """Ask the provider; while it cannot answer, say so on the transfer and come back later."""
    uuid = asking.transfer_of(payload)
    try:
        return asking.call(queries.transfer(uuid), clients.HttpClient())
    except asking.KeepWaiting as wait:
        _note(str(uuid), wait)
        raise asking.retry(wait) from wait


def dead(payload: Payload, reason: str) -> None:
    """After the last attempt: the transfer ends, and whoever waits for it is told."""
    uuid = asking.transfer_of(payload)
    completing.complete(uuid, {"outcome": "ended", "why": "gave_up"})


@handler(KIND, outside=call, dead=dead, lease=timedelta(seconds=60), attempts=500)
def complete(payload: Payload, outcome: dict[str, Any]) -> None:
    """Take the outcome, in the same transaction in which the job is done."""
    completing.complete(asking.transfer_of(payload), outcome)


@transaction.atomic
def _note(uuid: str, wait: asking.KeepWaiting) -> None:
    row = models.Transfer.objects.select_for_update().get(uuid=uuid)
    if row.state == TransferState.WAITING:
        row.attempts += 1
        row.explanation, row.explained_with = wait.why, {}
        row.next_attempt_at = timezone.now() + wait.after
        completing.note_late(row)
        row.save()
