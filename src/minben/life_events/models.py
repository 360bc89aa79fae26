"""What the life events remember: dossiers, offers, accounts named, drafts, screenings.

A dossier holds who belongs to a family, never what is known of them: answers stay in `exchange`.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Dossier(models.Model):
    """卷宗 One subject and one service: whose facts matter, and how far asking has come.

    personal data: who belongs to the family; deleted with the case, or a year after it was last
    looked at when nothing came of it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    pack = models.CharField(max_length=40)
    subject = models.UUIDField(db_index=True)
    persons = models.JSONField(default=dict)  # key in the situation → uuid ("mother": …)
    month = models.CharField(max_length=7)  # the month that is asked about now
    cause = models.CharField(max_length=80)  # why it is asked now: "screening:…", "applied" …
    moved_on = models.DateField(default=date.max)  # the civil day on which the cause arose
    # What was asked for this cause: "<subject>|<question>" → transfer. Emptied by a new cause.
    asked = models.JSONField(default=dict)
    # The day of a real application; the law counts from it. Null: nobody applied yet.
    applied_on = models.DateField(null=True, blank=True)
    run = models.UUIDField(null=True, blank=True)  # the screening that found it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "subject"], name="one_dossier_of_a_service")
        ]

    def __str__(self) -> str:
        return f"dossier {self.uuid}"


class Offer(models.Model):
    """主動通知 What a family may be due, and exactly what is still to be asked of whom.

    personal data: a possible entitlement and whose facts are open; deleted with the
    dossier.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="offers")
    cause = models.CharField(max_length=80)
    since = models.CharField(max_length=7)
    amount = models.PositiveIntegerField(null=True, blank=True)  # the best reachable, NTD
    scheme_name = models.JSONField()
    asks = models.JSONField(default=list)  # predicates as JSON
    not_asked = models.JSONField(default=list)  # names of facts, both languages
    outcomes = models.JSONField(default=list)
    last_day = models.DateField(null=True, blank=True)
    made_on = models.DateField()
    reference = models.CharField(max_length=20, blank=True)
    agreement = models.CharField(max_length=80, blank=True, db_index=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_as = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "cause"], name="a_cause_offers_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(closed_on__isnull=True),
                name="one_open_offer_of_a_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.uuid}"

    @property
    def says(self) -> tuple[object, ...]:
        """What it promises and what it asks: an offer that says the same is the same offer."""
        return self.amount, self.scheme_name, self.asks


class AccountClaim(models.Model):
    """帳戶確認 An account somebody named, or social affairs pays to; the bank's yes or no.

    personal data: bank account; deleted with the dossier.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="accounts")
    person = models.UUIDField()
    bank_code = models.CharField(max_length=3)
    account = models.CharField(max_length=16)
    named_on = models.DateField()
    agreement = models.CharField(max_length=80, blank=True, db_index=True)  # "" = mandate
    confirmed_on = models.DateField(null=True, blank=True)
    refused_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"account claim {self.uuid}"


class Draft(models.Model):
    """草稿 Half-filled answers, kept for thirty days.

    personal data: what a person has typed so far; deleted when sent, dropped or out of date.
    """

    person = models.UUIDField()
    key = models.CharField(max_length=80)
    step = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)
    kept_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="a_draft_per_person_and_key")
        ]

    def __str__(self) -> str:
        return f"draft {self.key}"


class Screening(models.Model):
    """篩選批次 A screening run that this room started, so that its results are taken once.

    personal data: none; pseudonyms stay in `screening`.
    """

    run = models.UUIDField(unique=True)
    pack = models.CharField(max_length=40)
    mandate = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"screening {self.run}"
