"""The platform, with the mandate of the childcare pack approved by two officers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange.conftest import platform, world
from minben.base.text import Text
from minben.consent import actions as consent
from minben.identity.types import Role
from minben.law.outcome import Outcome
from minben.screening import listeners, people

__all__ = ["mandate", "platform", "world"]

HOUSEHOLD = "household-registration/register/person/v1"
ASSISTANCE = "social-affairs/assistance/class/v1"
FACTS = [
    *((HOUSEHOLD, fact) for fact in ("birth_date", "birth_sequence", "is_national")),
    *((HOUSEHOLD, fact) for fact in ("registered_on", "died_on", "mother", "father")),
    *((HOUSEHOLD, fact) for fact in ("children", "name")),
    *((ASSISTANCE, fact) for fact in ("income_class", "disadvantaged", "in_state_placement")),
    ("childcare/enrolment/place/v1", "care"),
]


@pytest.fixture
def mandate(platform):
    roles = (Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER)
    drafting, approving = (
        platform.actor(who, *roles, agency="child-welfare")
        for who in (platform.mother, platform.father)
    )
    now = timezone.now()
    draft = consent.draft_mandate(
        name=Text("主動查找", "Search"),
        article="兒童及少年福利與權益保障法第二十三條",
        approver="child-welfare-director",
        purpose_key="childcare-allowance",
        purpose=Text("找出符合資格的兒童", "Find entitled children"),
        recipient="child-welfare",
        facts=FACTS,
        valid_from=now - timedelta(minutes=1),
        valid_until=now + timedelta(days=30),
        by=drafting,
    )
    return consent.approve_mandate(mandate_id=draft.id, by=approving)


class SmallLaw:
    """A law of two lines as a plan: under two and of the general class, the tax rate decides."""

    columns = ("birth_date", "died_on", "father", "id", "income_class", "mother", "tax_rate")
    outcomes = (
        Outcome("due", 5000, "allowance", "under_the_ceiling"),
        Outcome("not_due", None, None, "income_too_high"),
    )

    def sql(self, *, person, available):
        assert "tax_rate" not in available
        return f"""SELECT id,
            CASE WHEN income_class_known AND income_class = 'general' THEN 'open'
                 WHEN income_class_known THEN 'due' ELSE 'open' END AS status,
            CASE WHEN income_class <> 'general' THEN 'allowance' END AS scheme,
            CASE WHEN income_class <> 'general' THEN 6000 END AS amount,
            CASE WHEN income_class <> 'general' THEN 'low_income' END AS reason,
            CASE WHEN income_class = 'general' THEN '0,1' END AS outcomes
            FROM {person} WHERE birth_date >= DATE '2020-10-01'"""


@pytest.fixture
def small_law(monkeypatch):
    monkeypatch.setattr(people, "plan_of", lambda pack, month: SmallLaw())


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    """The rooms above have tests of their own."""
    monkeypatch.setattr(listeners, "_done", [])
