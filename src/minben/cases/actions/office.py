"""The office looks and works: every look is an entry, every task has an end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from minben.base.refusal import Refused
from minben.cases import access
from minben.cases.models import Case, Task
from minben.cases.queries import case_view
from minben.cases.types import CaseView, TaskKind
from minben.cases.words import texts
from minben.identity.types import Actor, Role
from minben.jobs import clock
from minben.trail import actions as trail

# Tasks that end by being done, not by being ticked.
BY_DEED = frozenset(
    {
        TaskKind.CONFIRM_DECISION,
        TaskKind.APPROVE_OVERRIDE,
        TaskKind.ANSWER_APPEAL,
        TaskKind.REVIEW_OBJECTION,
        TaskKind.NEW_ACCOUNT,
    }
)


@transaction.atomic
def view_case(*, actor: Actor, reference: str, reason: str) -> CaseView:
    """Show a case to an officer or clerk of its agency; the entry is written first.

    Refused `cases.only_the_office`, `cases.not_your_agency`, `cases.own_affair`,
    `cases.reason_needed`.
    """
    case = access.found(reference)
    if actor.has(Role.CLERK) and not actor.has(Role.CASE_OFFICER):
        _clerk(actor, case)
    else:
        access.officer(actor, case)
    why = access.written(reason, refusal="cases.reason_needed")
    for person in access.people_of(case):
        trail.record(
            verb="office.viewed_case",
            subject=person,
            actor=actor.on_trail,
            basis=f"agency:{case.agency}",
            details={"reference": reference, "reason": why},
        )
    return case_view(case, for_office=True)


@transaction.atomic
def open_task(
    *,
    source: str,
    kind: TaskKind,
    reference: str | None,
    within_days: int,
    person: UUID | None = None,
    agency: str | None = None,
) -> UUID:
    """Put something into the queue, or with `person` before that person; one source, one task."""
    case = access.found(reference) if reference else None
    today = clock.today()
    task, _ = Task.objects.get_or_create(
        source=source,
        defaults={
            "kind": kind,
            "case": case,
            "agency": case.agency if case else agency or "",
            "person": person,
            "text": texts()[f"task.{kind.value}"].to_json(),
            "created_on": today,
            "due_on": today + timedelta(days=within_days),
        },
    )
    return task.uuid


@transaction.atomic
def done(*, source: str, by: UUID | None) -> None:
    """The deed that a task asked for was done."""
    Task.objects.filter(source=source, done_on=None).update(done_on=clock.today(), done_by=by)


@transaction.atomic
def complete_task(*, actor: Actor, task: UUID) -> None:
    """Tick a task off. Refused `cases.do_the_deed` where only the deed itself ends it."""
    row = Task.objects.select_for_update().filter(uuid=task, person=None).first()
    if row is None:
        raise Refused("cases.no_such_task")
    if not actor.has(Role.CASE_OFFICER, Role.CLERK):
        raise Refused("cases.only_the_office")
    if row.agency != actor.agency:
        raise Refused("cases.not_your_agency")
    if row.kind in BY_DEED:
        raise Refused("cases.do_the_deed")
    if row.done_on is None:
        row.done_on, row.done_by = clock.today(), actor.person
        row.save(update_fields=["done_on", "done_by"])
        trail.record(
            verb="office.completed_task",
            subject=row.case.subject if row.case else None,
            actor=actor.on_trail,
            basis=f"agency:{row.agency}",
            details={"task": str(row.uuid), "kind": row.kind},
        )


def _clerk(actor: Actor, case: Case) -> None:
    if actor.agency != case.agency:
        raise Refused("cases.not_your_agency")
    if actor.person in access.people_of(case):
        raise Refused("cases.own_affair")
