"""Lists and counts: no facts in any of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import access
from minben.cases.models import Appeal, Case, Override, Task
from minben.cases.types import QueueRow, TaskKind, TaskView
from minben.identity.types import Actor, Role
from minben.jobs import clock
from minben.packs.load import pack

FOR_CLERKS = (TaskKind.REACH_PERSON, TaskKind.FACTS_MISSING)


def queue(actor: Actor) -> tuple[QueueRow, ...]:
    """The queue of the actor's agency, the most urgent first; no personal facts.

    Officers see everything of their agency, clerks what a clerk can end. Refused
    `cases.only_the_office` for anybody else.
    """
    if not actor.has(Role.CASE_OFFICER, Role.CLERK):
        raise Refused("cases.only_the_office")
    waiting = Task.objects.filter(agency=actor.agency, person=None, done_on=None)
    if not actor.has(Role.CASE_OFFICER):
        waiting = waiting.filter(kind__in=FOR_CLERKS)
    today = clock.today()
    return tuple(
        QueueRow(
            task=task.uuid,
            kind=TaskKind(task.kind),
            text=Text.from_json(task.text),
            reference=task.case.reference if task.case else None,
            pack_name=pack(task.case.pack).name if task.case else None,
            waiting_since=task.created_on,
            due_on=task.due_on,
            overdue=task.due_on < today,
        )
        for task in waiting.select_related("case").order_by("due_on", "id")
    )


def tasks_of(person: UUID) -> tuple[TaskView, ...]:
    """What waits for a person."""
    return tuple(map(_task, Task.objects.filter(person=person, done_on=None).order_by("due_on")))


def tasks_of_case(reference: str, person: UUID) -> tuple[TaskView, ...]:
    """What waits for a person in one case."""
    waiting = Task.objects.filter(case__reference=reference, person=person, done_on=None)
    return tuple(map(_task, waiting.order_by("due_on")))


def appeal(uuid: UUID) -> Appeal:
    """One appeal's row, for the life events above; Refused `cases.no_such_appeal`."""
    found = Appeal.objects.filter(uuid=uuid).first()
    if found is None:
        raise Refused("cases.no_such_appeal")
    return found


def account_tasks(reference: str) -> tuple[str, ...]:
    """Sources of the open tasks that ask for an account in a case."""
    waiting = Task.objects.filter(
        case__reference=reference, kind=TaskKind.NEW_ACCOUNT, done_on=None
    )
    return tuple(waiting.values_list("source", flat=True))


def of_person(actor: Actor) -> tuple[str, ...]:
    """References of the cases that concern the actor or their principal, newest first."""
    whose = access.stands_for(actor)
    found = Case.objects.filter(Q(subject__in=whose) | Q(applicants__person__in=whose))
    return tuple(found.order_by("-id").values_list("reference", flat=True).distinct())


def living(pack_key: str, subject: UUID) -> str | None:
    """The reference of the living case of a service for a subject, if there is one."""
    found = Case.objects.filter(pack=pack_key, subject=subject, stopped_on=None).first()
    return found.reference if found else None


def kept(pack_key: str, subject: UUID) -> bool:
    """Whether any case of a service about a subject, living or stopped, is still on record."""
    return Case.objects.filter(pack=pack_key, subject=subject).exists()


def receiving(pack_key: str) -> tuple[UUID, ...]:
    """Subjects who have a living case of a service: nobody has to look for them again."""
    found = Case.objects.filter(pack=pack_key, stopped_on=None)
    return tuple(found.order_by("id").values_list("subject", flat=True))


def unwilling(pack_key: str, subject: UUID | None = None) -> tuple[UUID, ...]:
    """Subjects whose last case of a service ended because the family objected or withdrew.

    Of one subject, or of all.
    """
    newest: dict[UUID, str] = {}
    found = Case.objects.filter(pack=pack_key).order_by("id")
    found = found if subject is None else found.filter(subject=subject)
    for subject, because in found.values_list("subject", "stopped_because"):
        newest[subject] = because
    return tuple(s for s, because in newest.items() if because in ("objected", "withdrawn"))


def references_with(agreement: str) -> tuple[str, ...]:
    """Living cases that asked under an agreement or mandate."""
    found = Case.objects.filter(bases__agreement=agreement, stopped_on=None)
    return tuple(found.order_by("id").values_list("reference", flat=True))


def people(reference: str) -> dict[UUID, str]:
    """The applicants of a case and their roles; Refused `cases.no_such_case`."""
    case = Case.objects.filter(reference=reference).first()
    if case is None:
        raise Refused("cases.no_such_case")
    return dict(case.applicants.order_by("id").values_list("person", "role"))


def counts() -> dict[str, int]:
    """Cases, appeals and overrides so far, for the public page."""
    return {
        "cases": Case.objects.count(),
        "living": Case.objects.filter(stopped_on=None).count(),
        "appeals": Appeal.objects.count(),
        "appeals_upheld": Appeal.objects.filter(outcome="upheld").count(),
        "appeals_answered": Appeal.objects.exclude(outcome="").count(),
        "overrides": Override.objects.filter(approved=True).count(),
        "tasks_overdue": Task.objects.filter(done_on=None, due_on__lt=clock.today()).count(),
    }


def _task(task: Task) -> TaskView:
    return TaskView(
        uuid=task.uuid,
        kind=TaskKind(task.kind),
        reference=task.case.reference if task.case else None,
        text=Text.from_json(task.text),
        due_on=task.due_on,
        done_on=task.done_on,
    )
