"""What the screening runs led to: counts only."""

from __future__ import annotations

from uuid import UUID

from minben.base.month import Month
from minben.base.text import Text
from minben.cases import queries as case_queries
from minben.consent import queries as consents
from minben.consent.types import MandateView
from minben.exchange.answers import data_set_of
from minben.facts.predicate import Predicate
from minben.identity.types import Actor, Role
from minben.jobs import clock
from minben.life_events import law
from minben.life_events.models import Offer, Screening
from minben.life_events.types import ScreeningSummary
from minben.packs.load import known, pack
from minben.screening import queries as runs


def mandates_for(key: str) -> tuple[MandateView, ...]:
    """The mandates in force under which the registers are looked through for a service."""
    rules = pack(key)
    if not rules.mandate_facts:
        return ()
    (found, *_) = [Predicate(law.SUBJECT, fact, "value") for fact in rules.mandate_facts]
    return tuple(
        mandate
        for mandate in consents.active_mandates()
        if mandate.document["recipient"] == rules.owner_agency
        and mandate.covers(data_set_of(found), found.fact)
    )


def to_screen(actor: Actor) -> tuple[tuple[str, Text], ...]:
    """Services, key and name, that the actor's office may look for this month and has not yet."""
    month = str(Month.of(clock.today()))
    begun = set(Screening.objects.filter(month=month).values_list("pack", flat=True))
    return tuple(
        (key, pack(key).name)
        for key in known()
        if actor.has(Role.CASE_OFFICER)
        and pack(key).owner_agency == actor.agency
        and key not in begun
        and mandates_for(key)
    )


def screenings() -> tuple[ScreeningSummary, ...]:
    """The runs, newest first."""
    return tuple(_summary(s) for s in Screening.objects.order_by("-id"))


def unwilling(pack: str, subject: UUID | None = None) -> tuple[UUID, ...]:
    """Subjects whose family objected, withdrew, or declined the newest offer; one, or all."""
    found = Offer.objects.filter(dossier__pack=pack).order_by("id")
    found = found if subject is None else found.filter(dossier__subject=subject)
    newest = dict(found.values_list("dossier__subject", "closed_as"))
    declined = (subject for subject, how in newest.items() if how == "declined")
    return tuple(dict.fromkeys((*case_queries.unwilling(pack, subject), *declined)))


def counts() -> dict[str, int]:
    """Offers made, accepted, declined, and paid without asking, for the public page."""
    closed = Offer.objects.values_list("closed_as", flat=True)
    found = list(closed)
    return {
        "offers": len(found),
        "accepted": found.count("accepted"),
        "declined": found.count("declined"),
        "paid_without_asking": found.count("paid"),
    }


def _summary(row: Screening) -> ScreeningSummary:
    view = runs.view(row.run)
    made = Offer.objects.filter(cause=f"screening:{row.run}")
    return ScreeningSummary(
        run=row.run,
        pack=row.pack,
        month=Month.parse(row.month),
        due=view.counts.get("due", 0),
        open=view.counts.get("open", 0),
        not_due=view.counts.get("not_due", 0),
        offers=made.count(),
        paid_without_asking=made.filter(closed_as="paid").count(),
    )
