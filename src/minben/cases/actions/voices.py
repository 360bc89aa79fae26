"""What people say to a decision: appeal, objection; and what they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import access
from minben.cases.actions.office import done, open_task
from minben.cases.models import Appeal, Case, CaseDecision, Objection
from minben.cases.timeline import happened
from minben.cases.types import Happening, TaskKind
from minben.cases.words import texts
from minben.identity.types import Actor
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.trail import actions as trail

# 訴願法 art. 85: three months for a decision. 個人資料保護法 art. 13: 30 days to correct a fact.
# Both from memory: confidence M.
APPEAL_VERBS = {"upheld": "case.appeal_upheld", "rejected": "case.appeal_rejected"}
ANSWER_DECISION_DAYS, ANSWER_FACT_DAYS, OBJECTION_DAYS = 90, 30, 14


@transaction.atomic
def file_appeal(
    *,
    actor: Actor,
    reference: str,
    decision: UUID,
    grounds: str,
    goes_to: Text,
    fact: str | None = None,
) -> UUID:
    """Say that a decision, or a fact under it, is wrong.

    `goes_to` names who answers: the office, or the fact's provider. Refused `cases.not_yours`,
    `cases.grounds_needed`, `cases.too_late` after the last day, `cases.already_appealed`.
    """
    case = access.found(reference)
    access.own(actor, case)
    row = case.decisions.filter(uuid=decision).first()
    if row is None:
        raise Refused("cases.no_such_decision")
    words = access.written(grounds, refusal="cases.grounds_needed")
    today = clock.today()
    # A fact may be corrected at any time; only the decision's own appeal has a last day.
    if fact is None and today > row.appeal_until:
        raise Refused("cases.too_late", until=row.appeal_until)
    if row.appeals.filter(person=actor.person, fact=fact or "", outcome="").exists():
        raise Refused("cases.already_appealed")
    days = ANSWER_DECISION_DAYS if fact is None else ANSWER_FACT_DAYS
    appeal = Appeal.objects.create(
        case=case,
        decision=row,
        person=actor.person,
        fact=fact or "",
        goes_to=goes_to.to_json(),
        grounds=words,
        filed_on=today,
        answer_by=today + timedelta(days=days),
    )
    open_task(
        source=f"appeal:{appeal.uuid}",
        kind=TaskKind.ANSWER_APPEAL,
        reference=reference,
        within_days=days,
    )
    happened(case, Happening.APPEALED, goes_to=goes_to)
    _record(case, "case.appealed", actor.on_trail, {"appeal": str(appeal.uuid)})
    return appeal.uuid


@transaction.atomic
def answer_appeal(
    *, actor: Actor, appeal: UUID, outcome: Literal["upheld", "rejected"], answer: str
) -> None:
    """Answer an appeal with reasons. Upheld appeals make the life events look again."""
    row = Appeal.objects.select_for_update().filter(uuid=appeal).first()
    if row is None:
        raise Refused("cases.no_such_appeal")
    case = access.found(row.case.reference)
    access.officer(actor, case)
    if row.outcome:
        raise Refused("cases.already_answered")
    row.answer = access.written(answer, refusal="cases.reason_needed")
    row.outcome, row.answered_by, row.answered_on = outcome, actor.person, clock.today()
    row.save(update_fields=["answer", "outcome", "answered_by", "answered_on"])
    done(source=f"appeal:{row.uuid}", by=actor.person)
    happened(case, Happening.APPEAL_ANSWERED, outcome=texts()[f"outcome.{outcome}"])
    details = {"appeal": str(row.uuid), "outcome": outcome}
    _record(case, APPEAL_VERBS[outcome], actor.on_trail, details)
    jobs.enqueue(
        kind="cases.appeal_answered",
        payload={"reference": case.reference, "appeal": str(row.uuid)},
        key=f"cases.appeal_answered:{row.uuid}",
    )


@transaction.atomic
def file_objection(*, actor: Actor, reference: str, words: str) -> None:
    """Object to what was granted without asking. Refused `cases.not_yours`,
    `cases.nothing_to_object`.
    """
    case = access.found(reference)
    access.own(actor, case)
    if case.stopped_on is not None or not _granted(case):
        raise Refused("cases.nothing_to_object")
    if case.objections.filter(settled_on=None).exists():
        return
    row = Objection.objects.create(
        case=case, person=actor.person, words=words.strip()[:4000], on=clock.today()
    )
    open_task(
        source=f"objection:{row.pk}",
        kind=TaskKind.REVIEW_OBJECTION,
        reference=reference,
        within_days=OBJECTION_DAYS,
    )
    happened(case, Happening.OBJECTED)
    _record(case, "case.objected", actor.on_trail, {})


@transaction.atomic
def settle_objection(*, actor: Actor, reference: str, stop: bool) -> None:
    """An officer settles an objection: the case stops, or goes on as the person now wishes."""
    case = access.found(reference)
    access.officer(actor, case)
    row = case.objections.filter(settled_on=None).first()
    if row is None:
        raise Refused("cases.nothing_to_settle")
    row.settled_on = clock.today()
    row.save(update_fields=["settled_on"])
    done(source=f"objection:{row.pk}", by=actor.person)
    happened(case, Happening.OBJECTION_SETTLED)
    _record(case, "case.objection_settled", actor.on_trail, {"stop": stop})
    jobs.enqueue(
        kind="cases.objection_settled",
        payload={"reference": case.reference, "stop": stop},
        key=f"cases.objection_settled:{row.pk}",
    )


def _granted(case: Case) -> bool:
    latest: CaseDecision | None = case.decisions.order_by("-id").first()
    return latest is not None and latest.status == "due"


def _record(case: Case, verb: str, actor: str, details: Mapping[str, object]) -> None:
    for person in access.people_of(case):
        trail.record(
            verb=verb,
            subject=person,
            actor=actor,
            basis="訴願法 art. 14",
            details={"reference": case.reference, **details},
        )
