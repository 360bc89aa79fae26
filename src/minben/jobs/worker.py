"""The worker: claims what is due, does it, and completes it in the same transaction.

Exactly once in our tables: a handler's effect and the job's completion commit together, and a
worker whose lease ran out finds a higher attempt number and stops. Calls to the outside happen at
least once, always under the same idempotency key.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from minben.base.refusal import Refused
from minben.jobs import clock
from minben.jobs.faults import fault
from minben.jobs.models import Job
from minben.jobs.registry import kinds
from minben.jobs.types import GiveUp, Kind, Payload, RetryLater

_log = logging.getLogger(__name__)
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class _Claim:
    id: int
    uuid: str
    kind: Kind
    payload: Payload
    attempt: int


def run_due(limit: int | None = None) -> int:
    """Do every job that is due now, or at most `limit`; returns how many attempts were made.

    Jobs enqueued on the way are done too when they are due. A failed job waits for its back-off
    and is not tried twice in one call.
    """
    tried = 0
    while limit is None or tried < limit:
        claim = _claim(kinds())
        if claim is None:
            break
        tried += 1
        fault(f"job:{claim.kind.name}:claimed")
        _attempt(claim)
        fault(f"job:{claim.kind.name}:done")
    return tried


def _due(known: dict[str, Kind]) -> QuerySet[Job]:
    now = timezone.now()
    return Job.objects.filter(
        Q(due_on=None) | Q(due_on__lte=clock.today()),
        Q(leased_until=None) | Q(leased_until__lt=now),
        done_at=None,
        dead_at=None,
        not_before__lte=now,
        kind__in=list(known),
    ).order_by("background", F("due_on").asc(nulls_first=True), "id")


def _claim(known: dict[str, Kind]) -> _Claim | None:
    """Take the oldest due job under a lease, skipping those that other workers are taking."""
    if not _due(known).exists():  # an idle worker takes no lock
        return None
    with transaction.atomic():
        due = _due(known)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        if job is None:
            return None
        kind = known[job.kind]
        job.attempt += 1
        job.leased_until = timezone.now() + kind.lease
        job.save(update_fields=["attempt", "leased_until"])
        return _Claim(job.id, str(job.uuid), kind, job.payload, job.attempt)


def _attempt(claim: _Claim) -> None:
    kind = claim.kind
    try:
        if claim.attempt > kind.attempts:
            raise GiveUp(f"not finished in {kind.attempts} attempts")
        answer: tuple[Any, ...] = ()
        if kind.outside is not None:
            answer = (kind.outside(claim.payload, claim.uuid),)
            fault(f"job:{kind.name}:called")
        _complete(claim, answer)
    except _LeaseLost:
        _log.warning("job %s: another worker has taken attempt %s over", claim.uuid, claim.attempt)
    except RetryLater as later:
        _postpone(claim, later.after, later.reason)
    except GiveUp as end:
        _bury(claim, end.reason)
    except Refused as refused:
        _bury(claim, refused.key)
    except Exception as failure:
        reason = type(failure).__name__  # the name only: a message could hold personal data
        _log.error("job %s of kind %s: %s at %s", claim.uuid, kind.name, reason, _place(failure))
        if claim.attempt >= kind.attempts:
            _bury(claim, f"{reason}, {kind.attempts} attempts")
        else:
            _postpone(claim, min(_FIRST_PAUSE * 2**claim.attempt, _LONGEST_PAUSE), reason)


@transaction.atomic
def _complete(claim: _Claim, answer: tuple[Any, ...]) -> None:
    job = _held(claim)
    claim.kind.handle(claim.payload, *answer)
    job.done_at = timezone.now()
    job.leased_until = None
    job.reason = ""
    job.save(update_fields=["done_at", "leased_until", "reason"])
    fault(f"job:{claim.kind.name}:handled")


@transaction.atomic
def _postpone(claim: _Claim, pause: timedelta, reason: str) -> None:
    Job.objects.filter(id=claim.id, attempt=claim.attempt, done_at=None).update(
        not_before=timezone.now() + pause, leased_until=None, reason=reason[:500]
    )


def _bury(claim: _Claim, reason: str) -> None:
    """Put a job into the dead-letter box, and tell whoever asked to be told."""
    try:
        _die(claim, reason, tell=claim.kind.dead is not None)
    except _LeaseLost:
        _log.warning("job %s: another worker has taken attempt %s over", claim.uuid, claim.attempt)
    except Exception as failure:
        _log.error("job %s: telling of its end failed at %s", claim.uuid, _place(failure))
        _die(claim, f"{reason}; and telling of it failed: {type(failure).__name__}", tell=False)


@transaction.atomic
def _die(claim: _Claim, reason: str, *, tell: bool) -> None:
    job = _held(claim)
    job.dead_at = timezone.now()
    job.leased_until = None
    job.reason = reason[:500]
    job.save(update_fields=["dead_at", "leased_until", "reason"])
    if tell and claim.kind.dead is not None:
        claim.kind.dead(claim.payload, reason)


def _place(failure: Exception) -> str:
    """Where an exception was raised: file and line."""
    frame = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


class _LeaseLost(Exception):
    """Another worker took the job over; what this one did is rolled back."""


def _held(claim: _Claim) -> Job:
    """The claimed job's row, locked; _LeaseLost when a later attempt owns it."""
    job = Job.objects.select_for_update().get(id=claim.id)
    if job.attempt != claim.attempt or job.done_at or job.dead_at:
        raise _LeaseLost
    return job
