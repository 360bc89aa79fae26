"""What the ledger remembers: accounts, postings, payments and the runs that sent them.

A posting is never updated or deleted: what changes is said by one more row. The database
itself refuses an update (migration `postings_never_change`).
"""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from minben.ledger.types import PostingKind


class Account(models.Model):
    """會計帳戶 One side of postings, found by its key ("allowance:childcare", "treasury").

    personal data: none; keys name purposes, never people. Never retired.
    """

    key = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """分錄 One integer double-entry row: an amount leaves `credit` and reaches `debit`.

    One row has both sides, so the sum over all accounts is zero by structure.

    personal data: none; `key` holds a case's reference, and the payment that holds the person is
    emptied after ten years (會計法 art. 83, vouchers).
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)  # the same key again is the same row
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in PostingKind])
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount = models.PositiveBigIntegerField()  # NTD
    pending = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    expires_on = models.DateField(null=True, blank=True)
    on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_posting_moves_something"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="a_posting_has_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["direct", "pending"], pending__isnull=True)
                | Q(kind__in=["post", "void", "expire"], pending__isnull=False),
                name="only_resolutions_name_a_reservation",
            ),
            models.UniqueConstraint(
                fields=["pending"],
                condition=Q(pending__isnull=False),
                name="a_reservation_is_resolved_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if self.pk is not None:
            raise TypeError("a posting is never changed: write one more row")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError("a posting is never deleted: write one more row")


class PaymentRun(models.Model):
    """撥付批次 One file to the bank. Its bytes follow from this row and its payments alone.

    personal data: none; `digest` is of the whole file. Kept ten years.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    message_id = models.CharField(max_length=35, unique=True)
    month = models.CharField(max_length=7)
    execute_on = models.DateField()
    prepared_at = models.DateTimeField()  # whole seconds: CreDtTm of the file
    digest = models.CharField(max_length=80)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.message_id


class Payment(models.Model):
    """給付 One month's money for one case, planned, sent, and paid or returned.

    personal data: who is paid and the bank account; kept ten years for the audit, then
    `person`, `bank_code` and `account` are emptied.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(max_length=35, unique=True)  # EndToEndId in the file
    reference = models.CharField(max_length=20, db_index=True)
    person = models.UUIDField(db_index=True)
    month = models.CharField(max_length=7)
    due_on = models.DateField()
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="payment")
    bank_code = models.CharField(max_length=3, blank=True)
    account = models.CharField(max_length=16, blank=True)
    run = models.ForeignKey(
        PaymentRun, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    paid_on = models.DateField(null=True, blank=True)
    returned = models.CharField(max_length=8, blank=True)  # ISO 20022 reason code
    stopped = models.CharField(max_length=60, blank=True)  # why it was given back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "month"],
                condition=Q(returned="", stopped=""),
                name="one_living_payment_a_month",
            )
        ]

    def __str__(self) -> str:
        return self.key
