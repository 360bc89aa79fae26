"""工作 One lease table: what is to be done, since when, by whom, how often it was tried."""

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """工作 One thing to do once. Claimed under a lease; the attempt number fences late workers.

    personal data: `payload` refers to people by uuid only; rows done are deleted by
    `jobs.actions.tidy` after 90 days.
    """

    uuid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    key = models.CharField(max_length=250, null=True)  # noqa: DJ001 - no key is not an empty key
    due_on = models.DateField(null=True)
    background = models.BooleanField(default=False)  # waits while anything else is due
    not_before = models.DateTimeField()
    attempt = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    enqueued_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_job_per_key")]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(done_at=None, dead_at=None),
                name="jobs_still_open",
            )
        ]


class CivilDay(models.Model):
    """民用日 The day on which the demo town lives: one row, moved by `jobs.clock.advance_to`.

    personal data: none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField()
