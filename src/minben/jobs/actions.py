"""Verbs on jobs for other rooms: enqueue, begin a day, revive a dead one, tidy up."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.jobs import clock
from minben.jobs.models import Job
from minben.jobs.registry import kinds

KEPT = timedelta(days=90)


@transaction.atomic
def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    due_on: date | None = None,
    key: str | None = None,
    background: bool = False,
) -> UUID:
    """Put a job into the table, in the caller's transaction when there is one. Returns its uuid.

    `due_on` is the civil day before which it is not done (None: at once). The same `kind` and
    `key` a second time changes nothing and returns the first one's uuid. Whether this process
    has a handler for the kind does not matter. The payload names people by uuid only. A
    `background` job is done when nothing else is due: nobody who waits at a screen waits for it.
    """
    now = timezone.now()
    job = Job(
        uuid=uuid4(),
        kind=kind,
        payload=payload,
        key=key,
        due_on=due_on,
        background=background,
        not_before=now,
        enqueued_at=now,
    )
    if key is None:
        job.save(force_insert=True)
        return job.uuid
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.values_list("uuid", flat=True).get(kind=kind, key=key)


@transaction.atomic
def begin_day() -> date:
    """Put what comes every day into the table for the civil day, once; returns the day.

    Workers call it whenever they see a new day; a day on which none ran is passed over, so a
    daily job looks at the present state and never counts its own calls.
    """
    day = clock.today()
    for kind in kinds().values():
        if kind.daily:
            enqueue(kind=kind.name, payload={"day": str(day)}, due_on=day, key=str(day))
    return day


@transaction.atomic
def hasten(*, kind: str, key: str) -> bool:
    """Do a waiting job now instead of at its next attempt; whether there was one that waited."""
    found = Job.objects.filter(kind=kind, key=key, done_at=None, dead_at=None, leased_until=None)
    return bool(found.update(not_before=timezone.now()))


@transaction.atomic
def revive(*, uuid: UUID) -> None:
    """Try a dead job again from its first attempt. Refused("jobs.not_dead") for any other."""
    revived = Job.objects.filter(uuid=uuid, dead_at__isnull=False).update(
        dead_at=None, attempt=0, leased_until=None, reason="", not_before=timezone.now()
    )
    if not revived:
        raise Refused("jobs.not_dead")


@transaction.atomic
def tidy() -> int:
    """Delete jobs done more than 90 days ago; how many. Dead ones stay until someone acts."""
    deleted, _ = Job.objects.filter(done_at__lt=timezone.now() - KEPT).delete()
    return deleted
