"""What the screening runs led to: counts only."""

from __future__ import annotations

from minben.base.month import Month
from minben.life_events.models import Offer, Screening
from minben.life_events.types import ScreeningSummary
from minben.screening import queries as runs


def screenings() -> tuple[ScreeningSummary, ...]:
    """The runs, newest first."""
    return tuple(_summary(s) for s in Screening.objects.order_by("-id"))


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
