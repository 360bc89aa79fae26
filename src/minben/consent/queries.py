"""What may be asked about agreements and mandates. Who may see one is decided here too."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import models
from minben.consent.types import AgreementView, MandateState, MandateView, SignatureView, ToSign
from minben.identity import queries as identity
from minben.identity.types import Actor
from minben.protocol.agreement import (
    Agreement,
    AgreementState,
    RegisterEvent,
    Signature,
    Verb,
    foresee,
    statement_digest,
)
from minben.protocol.agreement import state as state_of
from minben.protocol.terms import instant, read_instant

_WITNESSED_WITHIN = timedelta(minutes=14)  # as `actions.witnessing` counts


def agreement(agreement_id: str) -> AgreementView:
    """One agreement as it stands now, for rooms; Refused `consent.no_such_agreement`.

    Pages use `agreement_for`, which checks who is asking.
    """
    return _view(row_of(agreement_id), timezone.now())


def agreement_for(agreement_id: str, *, by: Actor) -> AgreementView:
    """One agreement for someone who has a part in it.

    Refused `consent.no_such_agreement` to everyone else, as if there were none.
    """
    row = row_of(agreement_id)
    if not row.parties.filter(ref__in=refs_of(by)).exists():
        raise Refused("consent.no_such_agreement")
    return _view(row, timezone.now())


def document(agreement_id: str) -> Agreement:
    """The terms alone; Refused `consent.no_such_agreement`."""
    return Agreement.from_json(row_of(agreement_id).document)


def state(
    agreement_id: str,
    at: datetime | None = None,
    *,
    data_set: str | None = None,
    subject: str | None = None,
) -> AgreementState:
    """Where an agreement stands at an instant (now, if none is given).

    A single use is spent per person and data set: with both given the answer is for that pair;
    without, it is `used` once every pair has answered.
    """
    row = row_of(agreement_id)
    pair = (subject, data_set) if subject and data_set else None
    return _state(row, at or timezone.now(), pair)


def foreseen(view: AgreementView, *, verb: Verb, by: Actor) -> AgreementState:
    """What a person's word would do to an agreement, before they say it."""
    return foresee(
        view.agreement,
        evidence_for(view.id),
        verb=verb,
        by=by.ref,
        at=timezone.now(),
        events=events_of(view.agreement),
    )


def evidence_for(agreement_id: str) -> list[Signature]:
    """Every signature with its evidence: what providers check for themselves."""
    return _signatures(row_of(agreement_id))


def status_for_provider(agreement_id: str, *, at: datetime | None = None) -> dict[str, str]:
    """What a provider is told when it asks whether a basis still stands: `id`, `state`, `at`.

    For agreements and mandates; a revocation shows from the very next question on. A single-use
    agreement reads `active` until every data set has answered for every person: each provider
    itself counts the uses of its own. Refused `consent.no_such_agreement`.
    """
    now = at or timezone.now()
    known = models.Mandate.objects.filter(key=agreement_id).first()
    status = _mandate_state(known, now).value if known else state(agreement_id, now).status
    return {"id": agreement_id, "state": status, "at": instant(now)}


def pending_for(person: UUID) -> list[AgreementView]:
    """Agreements that wait for this person's word now, as party or as representative."""
    ref = f"person:{person}"
    return [
        view
        for view in agreements_of(person)
        if view.state.status == "pending"
        and any(party.role in view.state.waiting_for for party in view.agreement.parties_of(ref))
    ]


def agreements_of(person: UUID) -> list[AgreementView]:
    """Every agreement in which the person has a part, newest first."""
    now = timezone.now()
    rows = models.Agreement.objects.filter(parties__ref=f"person:{person}").select_related("text")
    return [_view(row, now) for row in rows.order_by("-proposed_at", "-id")]


def to_sign(
    agreement_id: str, *, verb: Verb, at: datetime, by: Actor, assurance: AssuranceLevel
) -> ToSign:
    """What a person is about to sign, word for word; the page shows its text beforehand.

    Refused `consent.no_such_agreement` (no part in it), `consent.not_a_signatory` (a part, but
    another hand signs), `consent.too_late`, `consent.already_said`.
    """
    view = agreement_for(agreement_id, by=by)
    check_may_sign(view, verb=verb, by=by)
    return ToSign(
        agreement=agreement_id,
        verb=verb,
        by=by.ref,
        at=read_instant(instant(at)),
        assurance=assurance,
        text_digest=view.text_digest,
        digest=statement_digest(
            agreement=agreement_id,
            verb=verb,
            by=by.ref,
            at=at,
            assurance=assurance,
            text_digest=view.text_digest,
        ),
    )


def check_may_sign(view: AgreementView, *, verb: Verb, by: Actor) -> None:
    """Refuse who is no signatory, who said it already, and what can no longer change anything.

    Who is represented does not accept, but can always reject and revoke (PDPA art. 3).
    """
    parties = view.agreement.parties_of(by.ref, accepting=verb == "accept")
    if not parties:
        raise Refused("consent.not_a_signatory")
    said = {s.verb for s in view.signatures if s.by == by.ref}
    if verb in said:
        raise Refused("consent.already_said")
    if verb == "accept" and (said or view.state.status != "pending"):
        raise Refused("consent.too_late")
    if verb == "accept" and not {p.role for p in parties} & set(view.state.waiting_for):
        raise Refused("consent.not_your_turn")
    if verb == "reject" and (said or view.state.status not in ("pending", "not_yet", "active")):
        raise Refused("consent.too_late")
    hands = {party.signatory for party in parties}
    accepted = {s.by for s in view.signatures if s.verb == "accept"}
    if verb == "revoke" and not hands & accepted:
        raise Refused("consent.nothing_to_revoke")


def witnessings_at(agency: str, *, besides: UUID) -> list[tuple[UUID, str, str]]:
    """Signatures at an office's counters that wait for a second official: uuid, name, verb.

    Without those in which the official `besides` has a hand already.
    """
    fresh = models.Witnessing.objects.filter(
        agency=agency, ended_at=None, begun_at__gte=timezone.now() - _WITNESSED_WITHIN
    )
    return [
        (row.uuid, identity.name_of_ref(row.statement["by"]), str(row.statement["verb"]))
        for row in fresh.exclude(clerk=besides).order_by("begun_at")
        if row.statement["by"] != f"person:{besides}"
    ]


def waits_for_witness(agreement_id: str, *, by: Actor) -> bool:
    """Whether the actor's own signature on an agreement waits for a second official now."""
    fresh = timezone.now() - _WITNESSED_WITHIN
    waiting = models.Witnessing.objects.filter(
        agreement__key=agreement_id, ended_at=None, begun_at__gte=fresh
    )
    return any(row.statement["by"] == by.ref for row in waiting)


def may_see_use(agreement_id: str, *, person: UUID) -> bool:
    """Whether a person may see *that* facts moved under an agreement.

    Its own rule: with visibility "subjects" each person sees only uses of their own facts, with
    "parties" everyone who has a part in it does.
    """
    row = row_of(agreement_id)
    terms = Agreement.from_json(row.document)
    ref = f"person:{person}"
    if terms.visibility == "parties":
        return row.parties.filter(ref=ref).exists()
    return any(fact.subject == ref for fact in terms.facts)


def mandate(mandate_id: str) -> MandateView:
    """One mandate; Refused `consent.no_such_mandate`."""
    row = models.Mandate.objects.filter(key=mandate_id).first()
    if row is None:
        raise Refused("consent.no_such_mandate")
    return _mandate_view(row, timezone.now())


def mandates() -> list[MandateView]:
    """Every mandate ever drafted, newest first."""
    now = timezone.now()
    return [_mandate_view(row, now) for row in models.Mandate.objects.order_by("-id")]


def active_mandates(*, at: datetime | None = None) -> list[MandateView]:
    """The mandates in force at an instant (now, if none is given), oldest first."""
    now = at or timezone.now()
    found = [_mandate_view(row, now) for row in models.Mandate.objects.order_by("id")]
    return [view for view in found if view.state is MandateState.ACTIVE]


def refs_of(actor: Actor) -> tuple[str, ...]:
    """The references under which an actor may look: their own only."""
    return (actor.ref,)


def row_of(agreement_id: str) -> models.Agreement:
    """The row behind an agreement; Refused `consent.no_such_agreement`."""
    row = models.Agreement.objects.select_related("text").filter(key=agreement_id).first()
    if row is None:
        raise Refused("consent.no_such_agreement")
    return row


def events_of(terms: Agreement) -> list[RegisterEvent]:
    """What registers have told of those who have a part in an agreement."""
    refs = {ref for party in terms.parties for ref in (party.subject, party.signatory)}
    return [
        RegisterEvent(
            kind=row.kind,  # type: ignore[arg-type]  # one of the column's choices
            subject=row.ref,
            at=row.at,
            source=row.source,
            evidence=row.evidence,
        )
        for row in models.RegisterNotice.objects.filter(ref__in=refs).order_by("at", "id")
    ]


def _signatures(row: models.Agreement) -> list[Signature]:
    return [
        Signature(
            agreement=row.key,
            verb=signature.verb,  # type: ignore[arg-type]  # one of the column's choices
            by=signature.by,
            at=signature.at,
            assurance=AssuranceLevel(signature.assurance),
            text_digest=signature.text_digest,
            evidence=signature.evidence,
        )
        for signature in row.signatures.order_by("at", "id")
    ]


def _state(row: models.Agreement, at: datetime, pair: tuple[str, str] | None) -> AgreementState:
    terms = Agreement.from_json(row.document)
    uses = list(row.uses.order_by("at"))
    asked = {(f.subject, f.data_set) for f in terms.facts if f.mandate is None}
    if pair is not None:
        counted = [use.at for use in uses if (use.subject, use.data_set) == pair]
    elif asked <= {(use.subject, use.data_set) for use in uses}:
        counted = [max(use.at for use in uses)] if uses else []
    else:
        counted = []
    return state_of(terms, _signatures(row), at, uses=counted, events=events_of(terms))


def _view(row: models.Agreement, at: datetime) -> AgreementView:
    terms = Agreement.from_json(row.document)
    refs = {fact.subject for fact in terms.facts}
    for party in terms.parties:
        refs |= {party.subject, party.signatory}
    names = {ref: identity.name_of_ref(ref) for ref in refs}
    signatures = tuple(
        SignatureView(
            verb=signature.verb,  # type: ignore[arg-type]
            by=signature.by,
            name=names.get(signature.by, signature.by),
            at=signature.at,
            assurance=AssuranceLevel(signature.assurance),
            method=signature.method,
            assisted_by=signature.assisted_by,
            for_name=next(
                (
                    names[party.subject]
                    for party in terms.parties_of(signature.by, accepting=False)
                    if party.subject != signature.by
                ),
                None,
            ),
        )
        for signature in row.signatures.order_by("at", "id")
    )
    return AgreementView(
        id=row.key,
        agreement=terms,
        text=Text(row.text.zh, row.text.en),
        text_digest=row.text.digest,
        state=_state(row, at, None),
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        signatures=signatures,
        names=names,
    )


def _mandate_state(row: models.Mandate, at: datetime) -> MandateState:
    if row.withdrawn_at is not None and row.withdrawn_at <= at:
        return MandateState.WITHDRAWN
    if row.approved_at is None or row.approved_at > at:
        return MandateState.DRAFTED
    if at < row.valid_from:
        return MandateState.NOT_YET
    return MandateState.ACTIVE if at < row.valid_until else MandateState.EXPIRED


def _mandate_view(row: models.Mandate, at: datetime) -> MandateView:
    return MandateView(
        id=row.key,
        document=row.document,
        signature=row.signature,
        name=Text(row.name_zh, row.name_en),
        purpose=Text(row.purpose_zh, row.purpose_en),
        drafted_by=row.drafted_by,
        approved_by=row.approved_by,
        state=_mandate_state(row, at),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
