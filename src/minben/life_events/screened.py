"""A run's results become dossiers: a few at a time, each resolved on the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import timezone

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.cases import queries as case_queries
from minben.exchange import actions as exchange
from minben.jobs import actions as jobs
from minben.jobs.registry import handler
from minben.jobs.types import RetryLater
from minben.life_events import proceeding
from minben.life_events.actions.screening import screen_this_month
from minben.life_events.models import Screening
from minben.life_events.queries.screenings import unwilling
from minben.screening import actions as screening_actions
from minben.screening import queries as runs
from minben.screening.listeners import on_done
from minben.screening.types import RunState, RunView

WORTH_A_LOOK = ("due", "open")
TOGETHER = 10  # people named by one question to the authority
PATIENT = 500  # attempts, while the pseudonym authority is away
AGAIN = timedelta(seconds=15)


@handler("life_events.screen", daily=True)
def look_first(payload: Mapping[str, str]) -> None:
    """Nobody has to press a button: what this month's mandates allow is begun on its first day,
    or on the first day on which a mandate is in force.
    """
    screen_this_month()


@on_done
def run_done(view: RunView) -> None:
    """Called in the transaction that ends a run."""
    if view.state is RunState.DONE:
        jobs.enqueue(
            kind="life_events.take_screening",
            payload={"run": str(view.uuid)},
            key=f"life_events.take_screening:{view.uuid}",
        )


def name_those_left_out(payload: Mapping[str, str], key: str) -> dict[str, list[str]]:
    """Have the authority name whom the run has to pass over, under the run's own purpose.

    Receipts are children with a living case; objections are children whose family objected,
    withdrew or declined. One pseudonymised set more: the run learns no number.
    """
    view = runs.view(UUID(payload["run"]))
    left_out = {
        "receipt": case_queries.receiving(view.pack),
        "objection": unwilling(view.pack),
    }
    with _patience():
        names = exchange.pseudonyms_of(
            mandate=view.mandate,
            persons=list(dict.fromkeys(p for people in left_out.values() for p in people)),
        )
    return {
        kind: sorted({names[person] for person in people}) for kind, people in left_out.items()
    }


@handler("life_events.take_screening", outside=name_those_left_out, attempts=PATIENT)
def take(payload: Mapping[str, str], left_out: Mapping[str, list[str]]) -> None:
    """Jobs for those for whom something is due or open, and who were not left out.

    A few people each, in the background: what a family does itself never waits for a search, and
    each few are asked about, offered and paid before the next are named.
    """
    view = runs.view(UUID(payload["run"]))
    for kind, pseudonyms in left_out.items():
        screening_actions.leave_out(run=view.uuid, pseudonyms=pseudonyms, kind=kind)
    screening, _ = Screening.objects.get_or_create(
        run=view.uuid,
        defaults={"pack": view.pack, "mandate": view.mandate, "month": str(view.month)},
    )
    found = (row.pseudonym for status in WORTH_A_LOOK for row in runs.results(view.uuid, status))
    while some := list(islice(found, TOGETHER)):
        jobs.enqueue(
            kind="life_events.resolve",
            payload={
                "run": str(view.uuid),
                "pack": view.pack,
                "mandate": view.mandate,
                "month": str(view.month),
                "pseudonyms": some,
            },
            key=f"life_events.resolve:{view.uuid}:{some[0]}",
            background=True,
        )
    screening.taken_at = timezone.now()
    screening.save(update_fields=["taken_at"])


def resolve(payload: Mapping[str, Any], key: str) -> list[str]:
    """Ask the pseudonym authority who these are; it writes down each, and why."""
    with _patience():
        people = exchange.resolve_people(
            mandate=payload["mandate"],
            pseudonyms=payload["pseudonyms"],
            reason=f"offer after screening {payload['run']}",
        )
    return [str(person) for person in people]


@handler("life_events.resolve", outside=resolve, attempts=PATIENT)
def open_dossiers(payload: Mapping[str, Any], people: Sequence[str]) -> None:
    """Begin the dossiers of those found, unless a case of theirs is living."""
    for subject in map(UUID, people):
        if case_queries.living(payload["pack"], subject) is not None:
            continue
        row = proceeding.begin(
            pack_key=payload["pack"],
            subject=subject,
            cause=f"screening:{payload['run']}",
            month=Month.parse(payload["month"]),
        )
        row.run = UUID(payload["run"])
        row.save(update_fields=["run"])


@contextmanager
def _patience() -> Iterator[None]:
    """An authority that cannot answer now is asked again; one that says no ends the job."""
    try:
        yield
    except Refused as refused:
        if refused.key != "exchange.authority_down":
            raise
        raise RetryLater(AGAIN, refused.key) from refused
