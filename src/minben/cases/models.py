"""What the cases remember. Decisions are never changed: a correction is a new one.

Facts themselves stay where they were signed (room `exchange`); a case keeps which answers it
rests on. Do not copy a value here.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q

from minben.cases.types import Channel, Happening, TaskKind


class Case(models.Model):
    """案件 One service for one subject, from the first question to the last payment.

    personal data: which family asks for what; kept ten years after it stopped (the payments'
    audit), then deleted with all that was said and decided in it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=36, unique=True, default=uuid4)  # until numbered
    pack = models.CharField(max_length=40)
    agency = models.CharField(max_length=60)
    subject = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    since = models.CharField(max_length=7)  # first month asked for
    opened_on = models.DateField()
    opened_at = models.DateTimeField(auto_now_add=True)
    clerk = models.UUIDField(null=True, blank=True)  # who helped at the counter
    stopped_on = models.DateField(null=True, blank=True)
    stopped_because = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "subject"],
                condition=Q(stopped_on__isnull=True),
                name="one_living_case_of_a_service",
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)


class Applicant(models.Model):
    """申請人 A person whose case it is besides its subject: they see it and may act in it.

    personal data: who applied; goes with the case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="applicants")
    person = models.UUIDField(db_index=True)
    role = models.CharField(max_length=20)  # mother, father, …

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="an_applicant_counts_once")
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.case_id}"


class Basis(models.Model):
    """查詢依據 An agreement or mandate under which facts of a case were asked.

    personal data: none beyond the link; goes with the case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bases")
    agreement = models.CharField(max_length=80, db_index=True)  # "sha-256:…" | "mandate:…"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "agreement"], name="a_basis_counts_once")
        ]

    def __str__(self) -> str:
        return self.agreement


class CaseEvent(models.Model):
    """案件事件 One line of the timeline, in both languages.

    personal data: what happened in a family's case; goes with it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20, choices=[(h.value, h.value) for h in Happening])
    text = models.JSONField()
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.what} in {self.case_id}"


class CaseDecision(models.Model):
    """決定 What the law said of a case on a day, with everything needed to say it again.

    personal data: the outcome and its trace; kept with the case. Never updated.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    # What made it be decided ("opened", "review:2023-07", "override:<uuid>"): once each.
    cause = models.CharField(max_length=120)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    since = models.CharField(max_length=7)
    status = models.CharField(max_length=8)
    scheme = models.CharField(max_length=60, blank=True)
    scheme_name = models.JSONField(null=True, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)  # NTD a month
    reason_key = models.CharField(max_length=80)
    reason = models.JSONField()
    citations = models.JSONField(default=list)
    trace = models.JSONField(default=dict)
    disputed = models.JSONField(default=list)
    needs_confirmation = models.BooleanField(default=False)
    rules_hash = models.CharField(max_length=80)
    facts_known_on = models.DateField()
    rests_on = models.JSONField(default=list)  # transfer uuids
    decided_on = models.DateField()
    appeal_until = models.DateField()
    override = models.OneToOneField(
        "Override", null=True, blank=True, on_delete=models.PROTECT, related_name="decision"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "cause"], name="a_cause_decides_once")
        ]

    def __str__(self) -> str:
        return f"{self.status} in {self.case_id} from {self.since}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if self.pk is not None:
            raise TypeError("a decision is never changed: make a new one")
        super().save(*args, **kwargs)


class Confirmation(models.Model):
    """確認 An officer's word that a decision on a disputed figure may be paid.

    personal data: which officer; goes with the case.
    """

    decision = models.OneToOneField(
        CaseDecision, on_delete=models.PROTECT, related_name="confirmation"
    )
    officer = models.UUIDField()
    on = models.DateField()

    def __str__(self) -> str:
        return f"confirmation of {self.decision_id}"


class Appeal(models.Model):
    """訴願 What a person holds to be wrong, and the answer.

    personal data: the person's own words and the answer; kept with the case.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    decision = models.ForeignKey(CaseDecision, on_delete=models.PROTECT, related_name="appeals")
    person = models.UUIDField()
    fact = models.CharField(max_length=120, blank=True)  # key of the fact; "" = the decision
    goes_to = models.JSONField()
    grounds = models.TextField(max_length=4000)
    filed_on = models.DateField()
    answer_by = models.DateField()
    outcome = models.CharField(max_length=8, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"appeal {self.uuid}"


class Override(models.Model):
    """人工改判 Another decision that an officer proposes; a second officer decides on it.

    personal data: the officers and their reason; kept with the case.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="overrides")
    status = models.CharField(max_length=8)
    amount = models.PositiveIntegerField(null=True, blank=True)
    since = models.CharField(max_length=7)
    reason = models.TextField(max_length=4000)
    proposed_by = models.UUIDField()
    proposed_on = models.DateField()
    second = models.UUIDField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    approved = models.BooleanField(null=True)
    refusal = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("proposed_by")),
                name="nobody_approves_their_own_override",
            )
        ]

    def __str__(self) -> str:
        return f"override {self.uuid}"


class Objection(models.Model):
    """異議 A person's no to what was paid without asking.

    personal data: the person's own words; kept with the case.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    person = models.UUIDField()
    words = models.TextField(max_length=4000, blank=True)
    on = models.DateField()
    settled_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"objection in {self.case_id}"


class Task(models.Model):
    """待辦 Something that waits for an officer, a clerk or the person.

    personal data: links to a case or person; kept with the case.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.CharField(max_length=160, unique=True)  # the same cause, one task
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in TaskKind])
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    agency = models.CharField(max_length=60)
    person = models.UUIDField(null=True, blank=True, db_index=True)  # set: the person's own task
    text = models.JSONField()
    created_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
