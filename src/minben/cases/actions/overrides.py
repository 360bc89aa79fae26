"""An officer's other decision, and the second pair of eyes without which it is none."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import access
from minben.cases.actions.decisions import announce, write
from minben.cases.actions.office import done, open_task
from minben.cases.models import Case, CaseDecision, Override
from minben.cases.timeline import happened
from minben.cases.types import Finding, Happening, TaskKind
from minben.identity.types import Actor
from minben.jobs import clock
from minben.packs.load import pack
from minben.trail import actions as trail

APPROVE_WITHIN_DAYS = 7
FORESEEN_MONTHS = 12


@transaction.atomic
def propose_override(
    *,
    actor: Actor,
    reference: str,
    status: Literal["due", "not_due"],
    amount: NTD | None,
    since: Month,
    reason: str,
) -> UUID:
    """Propose another decision. It counts when a second officer approves it.

    Refused `cases.reason_needed`; `cases.amount_needed` when due without an amount above zero;
    `cases.month_out_of_reach` before the law's first month or more than a year ahead;
    `cases.override_waits` while another one waits; `cases.nothing_decided` before a decision.
    """
    case = access.found(reference)
    access.officer(actor, case)
    why = access.written(reason, refusal="cases.reason_needed")
    if status == "due" and (amount is None or amount <= 0):
        raise Refused("cases.amount_needed")
    first, last = pack(case.pack).first_month, Month.of(clock.today()) + FORESEEN_MONTHS
    if not first <= since <= last:
        raise Refused("cases.month_out_of_reach", first=str(first), last=str(last))
    if not case.decisions.exists():
        raise Refused("cases.nothing_decided")
    if case.overrides.filter(approved=None).exists():
        raise Refused("cases.override_waits")
    row = Override.objects.create(
        case=case,
        status=status,
        amount=amount if status == "due" else None,
        since=str(since),
        reason=why,
        proposed_by=actor.person,
        proposed_on=clock.today(),
    )
    open_task(
        source=f"override:{row.uuid}",
        kind=TaskKind.APPROVE_OVERRIDE,
        reference=reference,
        within_days=APPROVE_WITHIN_DAYS,
    )
    happened(case, Happening.OVERRIDE_PROPOSED)
    _record(case, "case.override_proposed", actor, row)
    return row.uuid


@transaction.atomic
def approve_override(*, actor: Actor, override: UUID) -> None:
    """Approve somebody else's override; a new decision is made of it.

    Refused `cases.second_eyes_needed` for one's own, `cases.override_settled` for an old one.
    """
    case, row = _waiting(actor, override)
    row.second, row.settled_on, row.approved = actor.person, clock.today(), True
    row.save(update_fields=["second", "settled_on", "approved"])
    before = case.decisions.order_by("-id").first()
    assert before is not None  # proposing needs a decision
    decision = write(
        case,
        cause=f"override:{row.uuid}",
        since=Month.parse(row.since),
        finding=_finding(row, before),
        override=row,
    )
    done(source=f"override:{row.uuid}", by=actor.person)
    happened(case, Happening.OVERRIDE_APPROVED)
    _record(case, "case.override_approved", actor, row)
    announce(case, decision)


@transaction.atomic
def refuse_override(*, actor: Actor, override: UUID, reason: str) -> None:
    """Refuse somebody else's override, with a reason. Refusals as for approving."""
    case, row = _waiting(actor, override)
    row.refusal = access.written(reason, refusal="cases.reason_needed")
    row.second, row.settled_on, row.approved = actor.person, clock.today(), False
    row.save(update_fields=["refusal", "second", "settled_on", "approved"])
    done(source=f"override:{row.uuid}", by=actor.person)
    happened(case, Happening.OVERRIDE_REFUSED)
    _record(case, "case.override_refused", actor, row)


def _waiting(actor: Actor, override: UUID) -> tuple[Case, Override]:
    row = Override.objects.select_for_update().filter(uuid=override).first()
    if row is None:
        raise Refused("cases.no_such_override")
    case = access.found(row.case.reference)
    access.officer(actor, case)
    if row.proposed_by == actor.person:
        raise Refused("cases.second_eyes_needed")
    if row.approved is not None:
        raise Refused("cases.override_settled")
    return case, row


def _finding(row: Override, before: CaseDecision) -> Finding:
    due = row.status == "due"
    return Finding(
        status="due" if due else "not_due",
        scheme=before.scheme if due else None,
        scheme_name=Text.from_json(before.scheme_name) if due and before.scheme_name else None,
        amount=NTD(row.amount) if row.amount else None,
        reason_key="override",
        reason=Text(row.reason, row.reason),
        citations=(),
        trace={"replaces": str(before.uuid)},
        disputed=(),
        rules_hash=before.rules_hash,
        facts_known_on=before.facts_known_on,
        rests_on=tuple(UUID(t) for t in before.rests_on),
        appeal_days=(before.appeal_until - before.decided_on).days,
    )


def _record(case: Case, verb: str, actor: Actor, row: Override) -> None:
    for person in access.people_of(case):
        trail.record(
            verb=verb,
            subject=person,
            actor=actor.on_trail,
            basis=f"agency:{case.agency}",
            details={"reference": case.reference, "override": str(row.uuid)},
        )
