"""What may be asked about jobs."""

from collections.abc import Iterable
from uuid import UUID

from minben.jobs.models import Job
from minben.jobs.types import JobView


def job(uuid: UUID) -> JobView:
    """One job; Job.DoesNotExist when there is none."""
    return _view(Job.objects.get(uuid=uuid))


def open_jobs(*, kind: str | None = None) -> list[JobView]:
    """Jobs neither done nor dead, oldest first; of one kind, or all."""
    jobs = Job.objects.filter(done_at=None, dead_at=None).order_by("id")
    return _views(jobs if kind is None else jobs.filter(kind=kind))


def dead_jobs() -> list[JobView]:
    """The dead-letter box: jobs given up, newest first, each with its reason."""
    return _views(Job.objects.filter(dead_at__isnull=False).order_by("-dead_at"))


def _views(jobs: Iterable[Job]) -> list[JobView]:
    return [_view(job) for job in jobs]


def _view(job: Job) -> JobView:
    return JobView(
        uuid=job.uuid,
        kind=job.kind,
        payload=job.payload,
        key=job.key,
        due_on=job.due_on,
        attempt=job.attempt,
        reason=job.reason,
        done_at=job.done_at,
        dead_at=job.dead_at,
    )
