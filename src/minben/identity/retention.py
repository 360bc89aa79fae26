"""How long this room keeps what. A person ends with everything that was kept about them."""

from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from minben.base.retention import YEAR_DAYS, goes_with, keeps, stays
from minben.base.text import Text
from minben.identity import models

YEAR = timedelta(days=YEAR_DAYS)
FIVE_YEARS = 5 * YEAR

goes_with(
    "identity.Person",
    "identity.PersonNumber",
    "identity.User",
    "identity.Household",
    "identity.HouseholdMember",
    "identity.Relation",
    "identity.Credential",
    "identity.Passkey",
)
goes_with("identity.Representation", "identity.Company")
stays(
    "identity.Person",
    why=Text(
        "只要還有案件、同意、帳號或足跡就保存",
        "kept while a case, an agreement, an account or the trail speaks of them",
    ),
)


@keeps("identity.SignIn", Text("一年", "one year"))
def sign_ins(today: date) -> int:
    """When and how a person came."""
    return models.SignIn.objects.filter(at__lt=timezone.now() - YEAR).delete()[0]


@keeps("identity.Presence", Text("一年", "one year"))
def presences(today: date) -> int:
    """Who stood at a counter with which paper."""
    return models.Presence.objects.filter(begun_at__lt=timezone.now() - YEAR).delete()[0]


@keeps("identity.UsedStatement", Text("到期後一天", "a day after its expiry"))
def used_statements(today: date) -> int:
    """Statements that are too old to be shown again anyway."""
    past = timezone.now() - timedelta(days=1)
    return models.UsedStatement.objects.filter(expires_at__lt=past).delete()[0]


@keeps("identity.RoleGrant", Text("卸任後五年", "five years after it ended"))
def role_grants(today: date) -> int:
    """Who held which office."""
    return models.RoleGrant.objects.filter(ended_at__lt=timezone.now() - FIVE_YEARS).delete()[0]


@keeps("identity.Representation", Text("結束後五年", "five years after it ended"))
def representations(today: date) -> int:
    """Who acted for whom."""
    over = Q(ended_at__lt=timezone.now() - FIVE_YEARS) | Q(until__lt=today - FIVE_YEARS)
    return models.Representation.objects.filter(over).delete()[0]


@keeps("identity.Tries", Text("一小時", "an hour"))
def tries(today: date) -> int:
    """Counted tries of addresses whose time has passed."""
    return models.Tries.objects.filter(ends_at__lt=timezone.now()).delete()[0]


@keeps("sessions.Session", Text("到期即刪", "until it expires"))
def sessions(today: date) -> int:
    """What a browser's session knew."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
