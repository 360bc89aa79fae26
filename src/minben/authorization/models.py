"""Which programs may ask, what they asked, what was granted. Tokens themselves are never kept:
what a client holds is known here by its digest.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils import timezone

from minben.authorization.types import Ending, Profile
from minben.base.assurance import AssuranceLevel

LEVELS = [(int(level), level.name.lower()) for level in AssuranceLevel]


class Client(models.Model):
    """介接程式 A program of an agency, with its public keys; it has no password.

    personal data: none. Kept for good: entries of the trail name it.
    """

    key = models.CharField(max_length=80, unique=True)
    agency = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    profile = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Profile])
    redirect_uris = models.JSONField(default=list)
    jwks = models.JSONField()
    scopes = models.JSONField(default=list)
    least_assurance = models.PositiveSmallIntegerField(choices=LEVELS, default=1)
    registered_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key


class Grant(models.Model):
    """授權 What a person allowed a client. One that carries an agreement has no state of its own.

    personal data: who lets which app know what; goes a year after its end, with its tokens.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="grants")
    person = models.UUIDField(db_index=True)
    scopes = models.JSONField(default=list)
    details = models.JSONField(default=list)
    agreement = models.CharField(max_length=80, blank=True, db_index=True)
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(
        max_length=16, blank=True, choices=[(e.value, e.value) for e in Ending]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "person"],
                condition=models.Q(agreement="", ended_at=None),
                name="an_app_is_allowed_once",
            ),
            models.UniqueConstraint(
                fields=["client", "person", "agreement"],
                condition=~models.Q(agreement="") & models.Q(ended_at=None),
                name="an_agreement_is_granted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(agreement="") | ~models.Q(ended_because=Ending.BY_PERSON.value),
                name="a_person_ends_an_agreement_in_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.uuid}"


class AuthorizationRequest(models.Model):
    """授權請求 What a client asked, until it has its tokens: answered once, redeemed once.

    personal data: who answered it, from then on; goes a day after it is stale.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="requests")
    handle_digest = models.CharField(max_length=64, unique=True)
    asked = models.JSONField()
    agreement = models.CharField(max_length=80, blank=True)
    pushed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    grant = models.ForeignKey(Grant, null=True, blank=True, on_delete=models.CASCADE)
    code_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    level = models.PositiveSmallIntegerField(choices=LEVELS, null=True, blank=True)
    methods = models.JSONField(default=list)
    authenticated_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"request {self.uuid}"


class TokenFamily(models.Model):
    """權杖家族 The tokens that came of one code: all end together.

    personal data: none beyond its grant; goes with it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="families")
    request = models.OneToOneField(
        AuthorizationRequest, null=True, blank=True, on_delete=models.SET_NULL
    )
    thumbprint = models.CharField(max_length=64, blank=True)
    scopes = models.JSONField(default=list)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    methods = models.JSONField(default=list)
    authenticated_at = models.DateTimeField()
    refresh_digest = models.CharField(max_length=64, blank=True)
    refreshed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(
        max_length=16, blank=True, choices=[(e.value, e.value) for e in Ending]
    )

    def __str__(self) -> str:
        return f"tokens {self.uuid}"


class SeenProof(models.Model):
    """用過的證明 Names of proofs and assertions already shown: what makes a replay fail anywhere.

    personal data: none; goes when it is stale.
    """

    name = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
