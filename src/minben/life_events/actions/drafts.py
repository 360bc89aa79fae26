"""Save and return: nobody has to finish in one sitting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from minben.base.refusal import Refused
from minben.identity.types import Actor
from minben.jobs import clock
from minben.life_events.models import Draft
from minben.life_events.queries.drafts import draft_view
from minben.life_events.types import DraftView
from minben.protocol.canonical import canonical_json

KEPT_DAYS, MOST_BYTES = 30, 20_000


@transaction.atomic
def save_draft(*, actor: Actor, key: str, step: str, answers: Mapping[str, Any]) -> DraftView:
    """Keep half-filled answers for thirty days; the newest replaces the one before.

    Refused `life_events.draft_too_long`.
    """
    if len(canonical_json(dict(answers))) > MOST_BYTES:
        raise Refused("life_events.draft_too_long")
    row, _ = Draft.objects.update_or_create(
        person=actor.person,
        key=key[:80],
        defaults={
            "step": step[:40],
            "answers": dict(answers),
            "kept_until": clock.today() + timedelta(days=KEPT_DAYS),
        },
    )
    return draft_view(row)


@transaction.atomic
def drop_draft(*, actor: Actor, key: str) -> None:
    """Forget a draft of one's own."""
    Draft.objects.filter(person=actor.person, key=key).delete()


@transaction.atomic
def tidy_drafts() -> int:
    """Delete drafts whose thirty days have passed; how many."""
    deleted, _ = Draft.objects.filter(kept_until__lt=clock.today()).delete()
    return deleted
