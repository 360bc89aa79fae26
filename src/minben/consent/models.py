"""What was agreed, who signed it, what was used up. An agreement never changes and has no status:
its state is computed from these rows (`protocol.agreement.state`). Never add a status column.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from minben.base.assurance import AssuranceLevel


class ShownText(models.Model):
    """出示文字 A text as it was shown in both languages, kept by its digest.

    personal data: names of those it speaks of; goes when no agreement refers to it.
    """

    digest = models.CharField(max_length=80, unique=True)
    zh = models.TextField()
    en = models.TextField()

    def __str__(self) -> str:
        return self.digest


class Agreement(models.Model):
    """同意書 The terms, exactly as they are signed; `key` is their digest.

    personal data: who agrees on what for which purpose; kept five years after its end (burden of
    proof, PDPA art. 7), then erased with its text.
    """

    key = models.CharField(max_length=80, unique=True)
    document = models.JSONField()
    text = models.ForeignKey(ShownText, on_delete=models.PROTECT)
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once; ValueError on a second time."""
        if self.pk is not None:
            raise ValueError("an agreement never changes: propose another one")
        super().save(*args, **kwargs)


class AgreementParty(models.Model):
    """當事人索引 An index of who has a part in an agreement; the document is the truth.

    personal data: a person's reference; goes with the agreement.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    ref = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "ref"], name="a_party_is_indexed_once")
        ]

    def __str__(self) -> str:
        return f"{self.ref} in {self.agreement_id}"


class AgreementSignature(models.Model):
    """簽署 Accept, reject or revoke, with the evidence that anyone can check.

    personal data: who signed what when and with which credential; kept with the agreement.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    verb = models.CharField(max_length=6, choices=[(v, v) for v in ("accept", "reject", "revoke")])
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    assurance = models.PositiveSmallIntegerField(
        choices=[(int(level), level.name.lower()) for level in AssuranceLevel]
    )
    text_digest = models.CharField(max_length=80)
    evidence = models.JSONField()
    method = models.CharField(max_length=24)
    assisted_by = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "by", "verb"], name="each_says_each_thing_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} of {self.agreement_id}"


class Witnessing(models.Model):
    """見證中 A signature at the counter that one official has witnessed and a second has yet to.

    personal data: who is about to say what, before whom; goes with the agreement.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="witnessings")
    presence = models.UUIDField()
    agency = models.CharField(max_length=60)
    statement = models.JSONField()  # what is signed, as `signing.to_json` writes it
    document = models.CharField(max_length=24)
    clerk = models.UUIDField()
    clerk_statement = models.TextField()  # the identity provider's, compact JWS
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"witnessing {self.uuid}"


class AgreementUse(models.Model):
    """已使用 That facts of one person moved from one data set: what spends a single use.

    personal data: when facts were used; kept with the agreement.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="uses")
    data_set = models.CharField(max_length=160)
    subject = models.CharField(max_length=60)
    transfer = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "transfer"], name="a_transfer_spends_once"
            )
        ]

    def __str__(self) -> str:
        return f"use of {self.agreement_id}"


class Mandate(models.Model):
    """法定授權 Article, purpose, approver, expiry, exactly which facts; signed by the office.

    personal data: none of citizens; the two officers who drafted and approved it. Kept for good:
    it is an act of the administration.
    """

    key = models.CharField(max_length=80, unique=True)
    document = models.JSONField()
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    purpose_zh = models.CharField(max_length=300)
    purpose_en = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField(default=timezone.now)
    approved_by = models.UUIDField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    signature = models.JSONField(default=dict)
    withdrawn_by = models.UUIDField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="nobody_approves_their_own_mandate",
            )
        ]

    def __str__(self) -> str:
        return self.key


class RegisterNotice(models.Model):
    """登記通知 That a person died or lost capacity, as the household register told it, for good.

    personal data: the fact itself; kept five years, and while an agreement with that person is.
    """

    kind = models.CharField(max_length=16, choices=[(k, k) for k in ("died", "lost_capacity")])
    ref = models.CharField(max_length=60, db_index=True)
    at = models.DateTimeField()
    source = models.CharField(max_length=60)
    evidence = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "at"], name="a_register_tells_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
