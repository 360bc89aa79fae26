"""The one clock for civil days. Law, due dates and ages use it; tokens and leases do not."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.jobs.models import CivilDay

TAIPEI = ZoneInfo("Asia/Taipei")


def today() -> date:
    """The civil day: the real one in Asia/Taipei, or the demo's.

    The setting TODAY (environment: MINBEN_TODAY) starts the demo's clock; `advance_to` moves it.
    Outside the demo neither counts.
    """
    start = _start()
    if start is None:
        return timezone.localdate(timezone=TAIPEI)
    moved = CivilDay.objects.filter(id=1).values_list("day", flat=True).first()
    return max(start, moved) if moved else start


def is_pretended() -> bool:
    """Whether the civil day is the demo's, so that pages say which clock a date follows."""
    return _start() is not None


@transaction.atomic
def advance_to(day: date) -> None:
    """Move the demo's clock forward.

    Raises Refused("jobs.clock_is_real") outside the demo, Refused("jobs.clock_runs_forward") for
    a day that has passed.
    """
    if _start() is None:
        raise Refused("jobs.clock_is_real")
    if day < (now := today()):
        raise Refused("jobs.clock_runs_forward", today=now, day=day)
    CivilDay.objects.update_or_create(id=1, defaults={"day": day})


def _start() -> date | None:
    pretended = settings.TODAY if settings.DEMO else ""
    return date.fromisoformat(str(pretended)) if pretended else None
