"""Prepares the demo platform: record, agencies, people with an office, mandate.

Run by `minben demo start`, as a program of its own so that Django is made ready first. Every step
may be repeated: what is there stays.
"""

# isort: off
from minben.demo import django_ready  # noqa: F401 first: rooms cannot be imported before
# isort: on

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command

from minben.base.text import Text
from minben.consent.actions import approve_mandate, draft_mandate
from minben.consent.queries import active_mandates
from minben.consent.types import MandateView
from minben.demo.agencies.prepare import APPROVER
from minben.exchange.answers import data_set_of
from minben.facts.predicate import Predicate
from minben.identity.actions import find_or_create_person, install, record_company_agent
from minben.identity.queries import actor_of
from minben.identity.types import Role
from minben.jobs.clock import today
from minben.packs.load import pack
from minben.registry.actions import join

PACK = "childcare"
PURPOSE = "childcare-screening"


def bootstrap() -> None:
    """Prepare everything that needs the record; safe to repeat.

    The search for families begins by itself once the worker runs.
    """
    call_command("migrate", verbosity=0, interactive=False)
    join_agencies()
    officers = install_officials()
    approve(drafted_by=officers["officer-1"], approved_by=officers["dpo"])


def join_agencies() -> None:
    """Enter every agency that has a descriptor in the register.

    The pseudonym authority too: it asks whether a mandate still stands, and only those in the
    register are answered. The identity provider asks nothing.
    """
    for descriptor in _descriptors():
        if descriptor["key"] != "idp":
            join(descriptor=descriptor)


def install_officials() -> dict[str, UUID]:
    """Make the demo's officials and give each their role; key → person."""
    told = persons()
    found: dict[str, UUID] = {}
    for official in told["officials"]:
        person = _person(official)
        install(person=person, role=Role(official["role"]), agency=official["agency"])
        found[official["key"]] = person
    company = told["company"]
    agent = _person(company["agent"])
    record_company_agent(
        person=agent, tax_id=company["tax_id"], name=company["name"]["zh"], on=today()
    )
    return found


def approve(*, drafted_by: UUID, approved_by: UUID) -> MandateView:
    """The mandate of the childcare pack: drafted by an officer, approved by another."""
    for mandate in active_mandates():
        if mandate.document["purpose"] == PURPOSE:
            return mandate
    law = pack(PACK)
    scope = law.manifest.mandate
    now = datetime.now(UTC)
    draft = draft_mandate(
        name=Text(f"{law.name.zh}：主動查找", f"{law.name.en}: search for the entitled"),
        article="；".join(article.text.zh for article in scope.articles),
        approver=APPROVER,
        purpose_key=PURPOSE,
        purpose=scope.purpose,
        recipient=law.owner_agency,
        facts=[(data_set_of(Predicate("child", fact, "value")), fact) for fact in scope.facts],
        valid_from=now - timedelta(minutes=1),
        valid_until=now + timedelta(days=365),
        by=actor_of(drafted_by),
    )
    return approve_mandate(mandate_id=draft.id, by=actor_of(approved_by))


def persons() -> dict[str, Any]:
    """The named residents, as the seed wrote them."""
    found: dict[str, Any] = json.loads((settings.VAR / "persons.json").read_text("utf-8"))
    return found


def _descriptors() -> Iterator[dict[str, Any]]:
    for path in sorted(settings.AGENCIES.glob("*/agency.json")):
        yield json.loads(path.read_text("utf-8"))


def _person(told: dict[str, Any]) -> UUID:
    return find_or_create_person(number=told["number"], on=today(), name=told["name"]["zh"]).uuid


if __name__ == "__main__":
    bootstrap()
