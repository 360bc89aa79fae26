"""Whose dossier is it? Every action and every page asks here first."""

from __future__ import annotations

from uuid import UUID

from minben.base.refusal import Refused
from minben.cases.access import stands_for
from minben.identity.types import Actor, Role
from minben.life_events import family
from minben.life_events.models import Dossier, Offer


def parent(actor: Actor, dossier: Dossier) -> UUID:
    """The parent that the actor is, or stands for; Refused `life_events.not_yours`."""
    whose = stands_for(actor) & set(family.parents_of(dossier).values())
    if not whose:
        raise Refused("life_events.not_yours")
    return min(whose)


def offer_of(actor: Actor, uuid: UUID, *, for_change: bool = False) -> Offer:
    """The offer, if it concerns the actor; to anybody else it does not exist."""
    found = Offer.objects.filter(uuid=uuid).select_related("dossier")
    if for_change:
        found = found.select_for_update(of=("self",))
    offer = found.first()
    if offer is None:
        raise Refused("life_events.not_yours")
    parent(actor, offer.dossier)
    return offer


def office(actor: Actor, agency: str) -> None:
    """Refused `life_events.only_the_office` for anybody but an officer of the agency."""
    if not actor.has(Role.CASE_OFFICER) or actor.agency != agency:
        raise Refused("life_events.only_the_office")
