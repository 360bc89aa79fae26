"""What a person saved and has not sent."""

from __future__ import annotations

from minben.identity.types import Actor
from minben.jobs import clock
from minben.life_events.models import Draft
from minben.life_events.types import DraftView


def draft(actor: Actor, key: str) -> DraftView | None:
    """What the actor saved under a key, as long as it is kept."""
    found = Draft.objects.filter(
        person=actor.person, key=key, kept_until__gte=clock.today()
    ).first()
    return draft_view(found) if found else None


def drafts_of(actor: Actor) -> tuple[DraftView, ...]:
    """Everything the actor saved, newest first."""
    kept = Draft.objects.filter(person=actor.person, kept_until__gte=clock.today())
    return tuple(draft_view(d) for d in kept.order_by("-saved_at"))


def draft_view(row: Draft) -> DraftView:
    """A draft as its owner sees it."""
    return DraftView(row.key, row.step, row.answers, row.saved_at, row.kept_until)
