"""What screening remembers: runs, and whom a run leaves out. No numbers, no names."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from minben.screening.types import RunState


class Run(models.Model):
    """篩選 One run of a law over a population under a mandate.

    Exports and results are Parquet files in a folder of their own; `results_digest` is the
    SHA-256 of the results, `root` the Merkle root over everyone whose facts were read. `secret`
    salts the leaves; destroying it makes the commitments unreadable for good.

    personal data: none by itself; the files hold pseudonyms of one purpose, `actions.retire`
    deletes them and the secret after a year.
    """

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    pack = models.CharField(max_length=60)
    mandate = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    actor = models.CharField(max_length=120)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RunState], default="fetching"
    )
    explanation = models.CharField(max_length=40, blank=True)
    explained_with = models.JSONField(default=dict)
    data_sets = models.JSONField(default=list)  # those that were exported
    persons = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    outcomes = models.JSONField(default=list)
    rules_hash = models.CharField(max_length=80, blank=True)
    results_digest = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64, blank=True)
    secret = models.BinaryField()
    screened_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "mandate", "month"], name="a_month_is_screened_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.month}"


class LeftOut(models.Model):
    """排除名單 A pseudonym that a run passes over: already paid, or objected.

    personal data: a pseudonym of the run's purpose; deleted with the run's files.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="left_out")
    pseudonym = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)  # "receipt" or "objection"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "pseudonym", "kind"], name="left_out_once")
        ]

    def __str__(self) -> str:
        return self.kind
