"""The government looks first: a screening run begins, and its results become dossiers.

Each month by itself, for every mandate in force; an officer may begin one earlier.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent.types import MandateView
from minben.identity.types import Actor
from minben.jobs import clock
from minben.life_events import access
from minben.life_events.models import Screening
from minben.life_events.queries.screenings import mandates_for
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
    mandates = mandates_for(pack)
    if not mandates:
        raise Refused("life_events.no_mandate")
    return _look_through(pack, mandates[0], month, by=actor.on_trail)


@transaction.atomic
def screen_this_month() -> tuple[UUID, ...]:
    """Begin the civil month's run of every service whose mandate is in force; answers the runs.

    Any day of the month, any number of times: a month is looked through once, whoever began.
    """
    month = Month.of(clock.today())
    return tuple(
        _look_through(key, mandate, month, by=f"agency:{mandate.document['recipient']}")
        for key in load.known()
        for mandate in mandates_for(key)
        if month >= load.pack(key).first_month
    )


def _look_through(pack: str, mandate: MandateView, month: Month, *, by: str) -> UUID:
    run = screening.run(pack=pack, mandate=mandate.id, month=month, actor=by)
    Screening.objects.get_or_create(
        run=run,
        defaults={"pack": pack, "mandate": mandate.id, "month": str(month)},
    )
    return runs.view(run).uuid
