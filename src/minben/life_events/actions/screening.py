"""The government looks first: a screening run begins, and its results become dossiers."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import queries as consents
from minben.identity.types import Actor
from minben.life_events import access
from minben.life_events.models import Screening
from minben.packs import load
from minben.screening import actions as screening
from minben.screening import queries as runs


@transaction.atomic
def start_screening(*, actor: Actor, pack: str, month: Month) -> UUID:
    """Look through the registers under the pack's mandate; offers follow from what is found.

    The same pack and month again is the same run. Refused `life_events.only_the_office` for
    anybody but a case officer of the pack's office, `life_events.no_such_service`, and
    `life_events.no_mandate` when no mandate of the pack's office is in force.
    """
    if pack not in load.known():
        raise Refused("life_events.no_such_service")
    agency = load.pack(pack).owner_agency
    access.office(actor, agency)
    mandate = next(
        (m for m in consents.active_mandates() if m.document["recipient"] == agency), None
    )
    if mandate is None:
        raise Refused("life_events.no_mandate")
    run = screening.run(pack=pack, mandate=mandate.id, month=month, actor=actor.on_trail)
    Screening.objects.get_or_create(
        run=run,
        defaults={"pack": pack, "mandate": mandate.id, "month": str(month)},
    )
    return runs.view(run).uuid
