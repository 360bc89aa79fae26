"""What we remember of people: who they are, how they sign in, for whom they may act.

Do not add a national number to any other table or to a URL: `PersonNumber` is the one place,
and it is sealed. Other rooms hold a person's `uuid`.
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.identity.types import (
    Kinship,
    Method,
    NumberKind,
    PaperDocument,
    RepresentationKind,
    Role,
)

LEVELS = [(int(level), level.name.lower()) for level in AssuranceLevel]


def fresh_salt() -> str:
    """A salt that binds signatures to a number for those alone who know both."""
    return secrets.token_hex(16)


class Person(models.Model):
    """人 A human being whom a register or a sign-in told us of.

    personal data: name, birth date, sex; kept while a case or account of the person is kept.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    salt = models.CharField(max_length=64, default=fresh_salt, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"person:{self.uuid}"


class PersonNumber(models.Model):
    """證號 One number of a person; a person may have several (old and new resident number).

    personal data: the number, sealed with the platform's key; `digest` is keyed and finds it
    again. Goes with the person.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in NumberKind])
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    recorded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"a {self.kind} of {self.person_id}"


class UserManager(BaseUserManager["User"]):
    """Makes accounts; passwords are never set."""

    def create_for(self, person: Person) -> User:
        """The account of a person, without a usable password."""
        user = self.model(person=person, username=str(person.uuid))
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """帳號 The account with which a person signs in.

    personal data: none beyond the link to the person; goes with the person.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    username = models.CharField(max_length=36, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"account of person:{self.username}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Accounts are named by the person's uuid, whatever a caller wrote."""
        self.username = str(self.person.uuid)
        super().save(*args, **kwargs)


class Company(models.Model):
    """公司行號 A company for which a person acts with a corporate certificate.

    personal data: none (a tax ID is public; a sole trader's name may be a person's). Kept while
    a representation names it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tax_id = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"company:{self.uuid}"


class Household(models.Model):
    """戶 People registered together, as the household register said last.

    personal data: none in itself; members are linked. Goes when no member is left.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    township = models.CharField(max_length=16, blank=True)

    def __str__(self) -> str:
        return f"household:{self.uuid}"


class HouseholdMember(models.Model):
    """戶員 One person's stay in one household.

    personal data: who lives with whom; goes with the person or when the register corrects it.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="households")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(until__isnull=True),
                name="one_household_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class Relation(models.Model):
    """親屬 Mother, father or spouse of a person, as the household register said last.

    personal data: kinship; goes with either person or when the register corrects it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations")
    relative = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relatives_of")
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Kinship])
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(until__isnull=True),
                name="one_relative_of_a_kind_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class RoleGrant(models.Model):
    """職務授權 A role given to a person for a time, at one agency.

    personal data: who works where; kept five years after the end for audits.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=32, choices=[(r.value, r.value) for r in Role])
    agency = models.CharField(max_length=60)
    granted_by = models.CharField(max_length=120)
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "agency"],
                condition=models.Q(ended_at__isnull=True),
                name="a_role_is_granted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.agency}"


class Representation(models.Model):
    """代理 That one person may act for a company, a minor or another person.

    personal data: who acts for whom and why; kept five years after the end.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(
        max_length=12, choices=[(k.value, k.value) for k in RepresentationKind]
    )
    representative = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="represents")
    principal = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="represented_by"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="represented_by"
    )
    basis = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now)
    # A power of attorney holds once its holder accepted; what a register or a card shows, at once.
    accepted_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(principal__isnull=False, company__isnull=True)
                | models.Q(principal__isnull=True, company__isnull=False),
                name="a_representative_acts_for_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} representation {self.uuid}"


class Credential(models.Model):
    """憑證 A credential with which a person signed in or enrolled a passkey.

    personal data: which cards and devices a person uses; `serial_digest` is keyed. Goes with
    the account.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="credentials")
    method = models.CharField(max_length=24, choices=[(m.value, m.value) for m in Method])
    serial_digest = models.CharField(max_length=64)
    first_used_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "method", "serial_digest"], name="a_credential_is_known_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.uuid}"


class Passkey(models.Model):
    """通行金鑰 A WebAuthn credential, bound to its person by the identity provider's signature.

    personal data: public key and name of a device; goes when the person removes it, except that
    signatures made with it keep their evidence.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    authenticator = models.OneToOneField(
        "mfa.Authenticator", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=100)
    credential_id = models.CharField(max_length=400, unique=True)
    public_key = models.TextField()
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    enrolled_with = models.CharField(max_length=24, choices=[(m.value, m.value) for m in Method])
    statement = models.TextField()
    enrolled_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"passkey {self.uuid}"


class SignIn(models.Model):
    """登入 One sign-in: what proved it, when, and until when it counts.

    personal data: when and how a person came; kept one year for the person and for audits.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    method = models.CharField(max_length=24, choices=[(m.value, m.value) for m in Method])
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    assisted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="assisted"
    )
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in {self.uuid}"


class Presence(models.Model):
    """到場 Somebody without a credential stood at a counter: which paper was compared, by whom.

    personal data: who came when with which paper; kept one year like a sign-in.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="presences")
    document = models.CharField(
        max_length=24, choices=[(one.value, one.value) for one in PaperDocument]
    )
    agency = models.CharField(max_length=60)
    clerk = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="received")
    witness = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="vouched"
    )
    begun_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"presence {self.uuid}"


class Tries(models.Model):
    """嘗試次數 How often something was tried from one address or by one person in a time.

    personal data: a keyed digest of the address, for the minutes that it counts; rows go the
    next day.
    """

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "tries"


class UsedStatement(models.Model):
    """已用聲明 An identity provider's statement that was accepted once and never again.

    personal data: none; rows go a day after the statement's expiry.
    """

    jti = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.jti
