"""Once a day: who is to be reminded to sign, and what was not signed in time.

Only agreements with a deadline are looked at. Each reminder and each end is told once: its job has
a key of its own, so a day on which nobody worked is made up for on the next.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from minben.consent import models, queries
from minben.jobs.actions import enqueue
from minben.jobs.registry import handler
from minben.protocol.agreement import Agreement
from minben.protocol.reminding import reminders_due
from minben.protocol.terms import instant


@handler("consent.deadlines", daily=True)
def look(payload: Mapping[str, str]) -> None:
    """Enqueue `consent.reminder` for the silent, `consent.changed` for what lapsed unsigned."""
    now = timezone.now()
    for row in models.Agreement.objects.filter(document__has_key="sign_by").order_by("id"):
        terms = Agreement.from_json(row.document)
        signatures = queries.evidence_for(row.key)
        for due in reminders_due(terms, signatures, now, events=queries.events_of(terms)):
            enqueue(
                kind="consent.reminder",
                payload={
                    "agreement": row.key,
                    "hand": due.hand,
                    "due_at": instant(due.due_at),
                    "last_day": _day(terms),
                },
                key=f"consent.reminder:{row.key}:{due.hand}:{instant(due.due_at)}",
            )
        if queries.state(row.key, now).cause == "not_signed_in_time":
            enqueue(
                kind="consent.changed",
                payload={"agreement": row.key},
                key=f"consent.changed:{row.key}:deadline",
            )


def _day(terms: Agreement) -> str:
    """The civil day of the deadline."""
    assert terms.sign_by is not None
    return timezone.localtime(terms.sign_by).date().isoformat()
