"""What the exchange remembers: every transfer, its signed answer, and changes told by agencies."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from minben.exchange.types import TransferState


class Transfer(models.Model):
    """傳輸 One movement of facts about one person, from one data set, under one basis.

    The uuid is the idempotency key that the provider sees: however often the call is repeated,
    it is the same transfer. Do not change a transfer once it is answered.

    personal data: who was asked about (uuid) and the sealed signed answer, which may hold values
    and numbers; `actions.retire` destroys both when the dossier's retention ends.
    """

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    asked_key = models.CharField(max_length=80, unique=True)  # digest of everything asked
    provider = models.CharField(max_length=60)
    data_set = models.CharField(max_length=120)
    recipient = models.CharField(max_length=60)
    subject = models.UUIDField()
    case_ref = models.CharField(max_length=60, db_index=True)
    month = models.CharField(max_length=7)
    predicates = models.JSONField()
    basis_kind = models.CharField(max_length=10)  # "agreement" or "mandate"
    basis = models.CharField(max_length=80)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in TransferState], default="waiting"
    )
    explanation = models.CharField(max_length=40, blank=True)
    explained_with = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    late = models.BooleanField(default=False)  # longer under way than agencies promise
    answered_at = models.DateTimeField(null=True)
    evidence = models.BinaryField(null=True)  # the signed response, sealed

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return f"{self.data_set} {self.state}"


class Answer(models.Model):
    """答覆 One signed answer of a transfer, as cases read it.

    personal data: the value or comparison; destroyed with its transfer's evidence.
    """

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="answers")
    predicate = models.JSONField()
    known = models.BooleanField()
    value = models.JSONField(null=True)
    signed_at = models.DateTimeField()
    known_on = models.DateField(null=True)  # the civil day on which it came; law counts in these

    def __str__(self) -> str:
        return f"answer of {self.transfer.data_set}"


class Push(models.Model):
    """異動通報 A signed change told by an agency, taken once.

    personal data: which people it concerns (uuids); deleted after 90 days by `actions.tidy`.
    """

    uuid = models.UUIDField()
    provider = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    data_set = models.CharField(max_length=120)
    persons = models.JSONField()
    happened_on = models.DateField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "uuid"], name="a_change_is_taken_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class SeenNonce(models.Model):
    """已用隨機值 A nonce of a signed message that was taken, so that it is not taken twice.

    personal data: none; deleted after ten minutes.
    """

    value = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "nonce"
