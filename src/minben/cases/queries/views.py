"""A case as one picture, for those whom it concerns and for the office."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases.models import Appeal, Case, CaseDecision, Objection, Override
from minben.cases.queries.own_trace import trace_for
from minben.cases.queries.rests_on import facts_under, keys_shown
from minben.cases.types import (
    AppealView,
    CaseState,
    CaseView,
    Channel,
    DecisionView,
    DisputedView,
    FactView,
    Happening,
    ObjectionView,
    OverrideView,
    TimelineEntry,
)
from minben.cases.words import texts
from minben.identity import queries as identity
from minben.packs.load import pack


def by_reference(reference: str) -> Case:
    """The row, for this room and the life events above; Refused `cases.no_such_case`."""
    case = Case.objects.filter(reference=reference).first()
    if case is None:
        raise Refused("cases.no_such_case")
    return case


def current_decision(reference: str) -> DecisionView | None:
    """The newest decision of a case, without the facts it rests on."""
    case = by_reference(reference)
    row = case.decisions.order_by("-id").first()
    return decision_view(row, None, {}, frozenset()) if row else None


def overview(reference: str) -> CaseView:
    """A case for the rooms above, without the facts that it rests on."""
    return case_view(by_reference(reference), with_facts=False)


def case_view(
    case: Case,
    *,
    for_office: bool = False,
    viewers: frozenset[UUID] = frozenset(),
    with_facts: bool = True,
) -> CaseView:
    """The whole case. Nothing is recorded here: officers come through `actions.view_case`.

    A citizen (`viewers`) sees answers about themselves and the subject; what was answered about
    another person is named but hidden, and left out of the trace. The words of an objection are
    for whoever wrote them and the office. Overrides are the office's.
    """
    applicants = tuple(case.applicants.order_by("id").values_list("person", flat=True))
    decisions = list(case.decisions.select_related("override", "confirmation").order_by("-id"))
    shown_about = None if for_office else frozenset({case.subject, *viewers})
    facts = facts_under(case, shown_about) if with_facts else {}
    keys = None if for_office else frozenset[str]()
    if shown_about is not None and with_facts:
        keys = keys_shown(case, shown_about)
    objection = case.objections.filter(settled_on=None).first()
    views = _in_order(decisions, facts, keys)
    appeals = case.appeals.order_by("-id")
    return CaseView(
        uuid=case.uuid,
        reference=case.reference,
        pack=case.pack,
        pack_name=pack(case.pack).name,
        subject=case.subject,
        subject_name=identity.display_name(case.subject),
        applicants=applicants,
        channel=Channel(case.channel),
        opened_on=case.opened_on,
        since=Month.parse(case.since),
        state=_state(case, decisions[0] if decisions else None, objection is not None),
        timeline=tuple(
            TimelineEntry(Happening(e.what), Text.from_json(e.text), e.on, e.at)
            for e in case.events.order_by("id")
        ),
        decisions=views,
        appeals=tuple(_appeal(a, case) for a in appeals if for_office or a.person in viewers),
        overrides=tuple(map(_override, case.overrides.order_by("-id"))) if for_office else (),
        objection=_objection(case, objection, mine=for_office or objection.person in viewers)
        if objection
        else None,
        agreements=tuple(case.bases.order_by("id").values_list("agreement", flat=True)),
    )


def decisions_of(reference: str) -> tuple[DecisionView, ...]:
    """The decisions of a case, newest first, without the facts that they rest on."""
    found = CaseDecision.objects.filter(case__reference=reference)
    rows = found.select_related("override", "confirmation").order_by("-id")
    return _in_order(list(rows), {}, frozenset())


def _in_order(
    rows: list[CaseDecision],
    facts: Mapping[UUID, tuple[FactView, ...]],
    shown: frozenset[str] | None,
) -> tuple[DecisionView, ...]:
    newer = [None, *rows][: len(rows)]
    return tuple(
        decision_view(row, after, facts, shown) for row, after in zip(rows, newer, strict=True)
    )


def decision_view(
    row: CaseDecision,
    newer: CaseDecision | None,
    facts: Mapping[UUID, tuple[FactView, ...]],
    shown: frozenset[str] | None,
) -> DecisionView:
    """One decision; `newer` is the one that replaced it, `facts` the answers by transfer.

    Its trace speaks of the subject and of the people in `shown` only; None: of everybody.
    """
    return DecisionView(
        uuid=row.uuid,
        status=row.status,  # type: ignore[arg-type]
        scheme=row.scheme or None,
        scheme_name=Text.from_json(row.scheme_name) if row.scheme_name else None,
        amount=NTD(row.amount) if row.amount is not None else None,
        since=Month.parse(row.since),
        until=Month.parse(newer.since) - 1 if newer else None,
        reason=Text.from_json(row.reason),
        citations=tuple(Text.from_json(c) for c in row.citations),
        rests_on=tuple(f for t in row.rests_on for f in facts.get(UUID(t), ())),
        trace=row.trace if shown is None else trace_for(row.trace, shown),
        disputed=tuple(
            DisputedView(
                Text.from_json(d["parameter"]),
                Text.from_json(d["used"]),
                tuple(Text.from_json(a) for a in d["alternatives"]),
            )
            for d in row.disputed
        ),
        awaits_confirmation=awaits(row),
        decided_on=row.decided_on,
        facts_known_on=row.facts_known_on,
        rules_hash=row.rules_hash,
        by=_by(row),
        appeal_until=row.appeal_until,
        is_current=newer is None,
        overridden=row.override_id is not None,
    )


def awaits(row: CaseDecision) -> bool:
    """Whether an officer has still to confirm it."""
    return row.needs_confirmation and not hasattr(row, "confirmation")


def _state(case: Case, latest: CaseDecision | None, objected: bool) -> CaseState:
    if case.stopped_on is not None:
        return "stopped"
    if objected:
        return "objected"
    if latest is None or latest.status == "open":
        return "waiting"
    if awaits(latest):
        return "to_confirm"
    return "paying" if latest.status == "due" else "not_due"


def _by(row: CaseDecision) -> Text:
    if row.override_id is not None:
        return texts()["by.override"]
    return texts()["by.confirmed" if hasattr(row, "confirmation") else "by.rules"]


def _objection(case: Case, row: Objection, *, mine: bool) -> ObjectionView:
    return ObjectionView(case.reference, row.words if mine else "", row.on)


def _appeal(row: Appeal, case: Case) -> AppealView:
    return AppealView(
        uuid=row.uuid,
        reference=case.reference,
        against="fact" if row.fact else "decision",
        fact=row.fact or None,
        goes_to=Text.from_json(row.goes_to),
        grounds=row.grounds,
        filed_on=row.filed_on,
        answer_by=row.answer_by,
        outcome=row.outcome or None,  # type: ignore[arg-type]
        answer=row.answer or None,
        answered_on=row.answered_on,
    )


def _override(row: Override) -> OverrideView:
    state = "proposed" if row.approved is None else "approved" if row.approved else "refused"
    return OverrideView(
        uuid=row.uuid,
        reference=row.case.reference,
        proposed_by=row.proposed_by,
        status=row.status,  # type: ignore[arg-type]
        amount=NTD(row.amount) if row.amount is not None else None,
        since=Month.parse(row.since),
        reason=row.reason,
        proposed_on=row.proposed_on,
        state=state,  # type: ignore[arg-type]
        second_pair_of_eyes=row.second,
    )
