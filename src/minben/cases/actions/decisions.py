"""Decisions are recorded, confirmed, never changed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import access
from minben.cases.actions.office import done, open_task
from minben.cases.models import Case, CaseDecision, Confirmation, Override
from minben.cases.timeline import happened
from minben.cases.types import Finding, Happening, TaskKind
from minben.cases.words import said
from minben.identity.types import Actor
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.trail import actions as trail

CONFIRM_WITHIN_DAYS = 7


@transaction.atomic
def record_decision(
    *, reference: str, cause: str, since: Month, finding: Finding, actor: str, basis: str
) -> UUID:
    """Record what the law said; the same cause again is the same decision.

    A finding that a disputed figure would change waits for an officer's confirmation.
    """
    case = access.found(reference)
    known = case.decisions.filter(cause=cause).first()
    if known is not None:
        return known.uuid
    decision = write(case, cause=cause, since=since, finding=finding)
    if decision.needs_confirmation:
        open_task(
            source=f"confirm:{decision.uuid}",
            kind=TaskKind.CONFIRM_DECISION,
            reference=reference,
            within_days=CONFIRM_WITHIN_DAYS,
        )
    for person in access.people_of(case):
        trail.record(
            verb="case.decided",
            subject=person,
            actor=actor,
            basis=basis,
            details={
                "reference": reference,
                "decision": str(decision.uuid),
                "status": finding.status,
                "reason": finding.reason_key,
                "rules": finding.rules_hash,
            },
        )
    return decision.uuid


@transaction.atomic
def confirm_decision(*, actor: Actor, decision: UUID) -> None:
    """Confirm a decision that rests on a disputed figure; only then is it paid.

    Refused for anybody but a case officer of the agency who is no party, for a decision that
    needs none (`cases.nothing_to_confirm`) or that another has replaced (`cases.not_current`).
    """
    row = CaseDecision.objects.select_related("case").filter(uuid=decision).first()
    if row is None:
        raise Refused("cases.no_such_decision")
    case = access.found(row.case.reference)
    access.officer(actor, case)
    if not row.needs_confirmation or Confirmation.objects.filter(decision=row).exists():
        raise Refused("cases.nothing_to_confirm")
    if case.decisions.order_by("-id").first() != row:
        raise Refused("cases.not_current")
    Confirmation.objects.create(decision=row, officer=actor.person, on=clock.today())
    done(source=f"confirm:{row.uuid}", by=actor.person)
    happened(case, Happening.CONFIRMED)
    _record(case, "case.confirmed", actor, {"decision": str(row.uuid)})
    announce(case, row)


def write(
    case: Case, *, cause: str, since: Month, finding: Finding, override: Override | None = None
) -> CaseDecision:
    """Write the decision and its line in the timeline, in the caller's transaction."""
    today = clock.today()
    decision = CaseDecision.objects.create(
        case=case,
        cause=cause,
        since=str(since),
        status=finding.status,
        scheme=finding.scheme or "",
        scheme_name=finding.scheme_name and finding.scheme_name.to_json(),
        amount=finding.amount,
        reason_key=finding.reason_key,
        reason=finding.reason.to_json(),
        citations=[c.to_json() for c in finding.citations],
        trace=dict(finding.trace),
        disputed=[
            {
                "parameter": d.parameter.to_json(),
                "used": d.used.to_json(),
                "alternatives": [a.to_json() for a in d.alternatives],
            }
            for d in finding.disputed
        ],
        needs_confirmation=bool(finding.disputed) and override is None,
        rules_hash=finding.rules_hash,
        facts_known_on=finding.facts_known_on,
        rests_on=[str(t) for t in finding.rests_on],
        decided_on=today,
        appeal_until=today + timedelta(days=finding.appeal_days),
        override=override,
    )
    outcome = said(
        f"outcome.{finding.status}",
        scheme=finding.scheme_name or Text("給付", "the benefit"),
        amount=f"{finding.amount or 0:,}",
        since=since,
    )
    happened(case, Happening.DECIDED, outcome=outcome)
    return decision


def announce(case: Case, decision: CaseDecision) -> None:
    """Tell the life events that an officer's act changed what is to be paid."""
    jobs.enqueue(
        kind="cases.decided",
        payload={"reference": case.reference, "decision": str(decision.uuid)},
        key=f"cases.decided:{decision.uuid}",
    )


def _record(case: Case, verb: str, actor: Actor, details: dict[str, str]) -> None:
    for person in access.people_of(case):
        trail.record(
            verb=verb,
            subject=person,
            actor=actor.on_trail,
            basis="行政程序法 art. 43",
            details={"reference": case.reference, **details},
        )
