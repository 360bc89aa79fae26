"""Propose, accept, reject, revoke, spend. The platform never signs as a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.consent import models, processing, queries, revocations, text
from minben.consent.office import office_key
from minben.consent.types import AgreementView, ToSign
from minben.identity import queries as identity
from minben.identity.statements import trusted_key
from minben.identity.types import Actor, Method, RepresentationKind
from minben.jobs.actions import enqueue
from minben.jobs.clock import today
from minben.protocol import evidence as proof
from minben.protocol.agreement import Agreement, Party, Signature
from minben.registry import queries as registry
from minben.trail.actions import record

# A signature is made while the page is open: older ones were kept back by somebody.
_FRESH = timedelta(minutes=15)
_LEEWAY = timedelta(minutes=1)


@transaction.atomic
def propose(*, agreement: Agreement, by: str) -> AgreementView:
    """Lay terms before their parties, with the text they will see in both languages.

    `by` says on the trail who proposed ("person:…", "agency:…"). Proposing the same terms again
    returns what is there. Refused `consent.assurance_too_low` (a provider demands more of the
    person whose fact it is), `consent.not_a_representative` (a representation that is not
    recorded), `consent.mandate_does_not_cover`, `consent.replaces_another` (it would change an
    agreement of other people), and the registry's refusals.
    """
    known = models.Agreement.objects.filter(key=agreement.id).first()
    if known is not None:
        return queries.agreement(agreement.id)
    for party in agreement.parties:
        _check_party(agreement, party)
    _check_mandates(agreement)
    shown, digest = text.render(agreement, _replaced(agreement))
    kept, _ = models.ShownText.objects.get_or_create(
        digest=digest, defaults={"zh": shown.zh, "en": shown.en}
    )
    row = models.Agreement.objects.create(
        key=agreement.id, document=agreement.to_json(), text=kept, proposed_by=by
    )
    refs = {ref for party in agreement.parties for ref in (party.subject, party.signatory)}
    refs |= {fact.subject for fact in agreement.facts}
    models.AgreementParty.objects.bulk_create(
        [models.AgreementParty(agreement=row, ref=ref) for ref in sorted(refs)]
    )
    _entries(agreement, verb="consent.proposed", actor=by, details={"text": digest})
    processing.note_agreement(agreement)
    return queries.agreement(agreement.id)


@transaction.atomic
def sign(*, statement: ToSign, evidence: Mapping[str, Any], by: Actor) -> AgreementView:
    """Take a person's word with the evidence that carries it; nothing is taken on trust.

    `statement` is what `queries.to_sign` gave when the text was shown. The evidence is checked as
    every provider will check it. Refused: what `queries.to_sign` refuses, and
    `consent.wrong_person` (signed for another hand), `consent.stale_signature`,
    `consent.evidence_refused` (it does not carry the signature, or binds another number),
    `consent.method_not_accepted`, `consent.representation_ended`.
    """
    row = models.Agreement.objects.select_for_update().get(
        pk=queries.row_of(statement.agreement).pk
    )
    view = queries.agreement_for(statement.agreement, by=by)
    if statement.by != by.ref or statement.text_digest != view.text_digest:
        raise Refused("consent.wrong_person")
    queries.check_may_sign(view, verb=statement.verb, by=by)
    now = timezone.now()
    if not now - _FRESH <= statement.at <= now + _LEEWAY:
        raise Refused("consent.stale_signature")
    signature = Signature(
        agreement=statement.agreement,
        verb=statement.verb,
        by=statement.by,
        at=statement.at,
        assurance=statement.assurance,
        text_digest=statement.text_digest,
        evidence=dict(evidence),
    )
    proven = _check_evidence(signature, view.agreement, by)
    method = "passkey" if proven.kind == "webauthn" else proven.method
    if statement.verb == "accept":
        for party in view.agreement.parties_of(by.ref):
            _check_acceptance(view.agreement, party, signature, proven.method)
    models.AgreementSignature.objects.create(
        agreement=row,
        verb=signature.verb,
        by=signature.by,
        at=signature.at,
        assurance=signature.assurance,
        text_digest=signature.text_digest,
        evidence=dict(signature.evidence),
        method=method,
        assisted_by=by.assisted_by,
    )
    if statement.verb != "accept":
        revocations.tell(row.key)
    count = row.signatures.count()
    said = {"accept": "accepted", "reject": "rejected", "revoke": "revoked"}[signature.verb]
    _entries(
        view.agreement,
        verb=f"consent.{said}",
        actor=by.on_trail,
        details={"signed": signature.digest, "method": method, "text": signature.text_digest},
    )
    enqueue(
        kind="consent.changed",
        payload={"agreement": row.key},
        key=f"consent.changed:{row.key}:{count}",
    )
    return queries.agreement(row.key)


def revoke(*, statement: ToSign, evidence: Mapping[str, Any], by: Actor) -> AgreementView:
    """Take back an acceptance: from the next request on, nothing moves under the agreement."""
    if statement.verb != "revoke":
        raise ValueError("revoke takes a statement that revokes")
    return sign(statement=statement, evidence=evidence, by=by)


@transaction.atomic
def spend(
    *,
    agreement_id: str,
    data_set: str,
    subject: str,
    transfer: UUID,
    at: datetime | None = None,
) -> None:
    """Write that a person's facts of a data set moved: spends a single use for that pair.

    Call it in the transaction that keeps the answer. The same transfer again changes nothing.
    Refused `consent.not_active` when the agreement does not allow this use at that instant.
    """
    row = models.Agreement.objects.select_for_update().get(pk=queries.row_of(agreement_id).pk)
    if row.uses.filter(transfer=transfer).exists():
        return
    when = at or timezone.now()
    asked = {(f.subject, f.data_set) for f in Agreement.from_json(row.document).facts}
    if (subject, data_set) not in asked:
        raise Refused("consent.not_agreed_on")
    standing = queries.state(agreement_id, when, data_set=data_set, subject=subject)
    if not standing.is_active:
        raise Refused("consent.not_active", state=standing.status)
    try:
        with transaction.atomic():
            row.uses.create(data_set=data_set, subject=subject, transfer=transfer, at=when)
    except IntegrityError:
        return


def _replaced(agreement: Agreement) -> Agreement | None:
    """The agreement that this one changes; refused when nobody is in both."""
    if agreement.replaces is None:
        return None
    old = queries.agreement(agreement.replaces).agreement
    if not {p.subject for p in old.parties} & {p.subject for p in agreement.parties}:
        raise Refused("consent.replaces_another")
    return old


def _check_party(agreement: Agreement, party: Party) -> None:
    if party.subject.startswith("person:"):
        identity.person_by_ref(party.subject)
    own = {f.data_set for f in agreement.facts if f.subject == party.subject and not f.mandate}
    if party.assurance < registry.assurance_for(own):
        raise Refused("consent.assurance_too_low", needed=registry.assurance_for(own).name.lower())
    if party.representative is not None:
        _check_representation(party, "consent.not_a_representative")


def _check_representation(party: Party, refusal: str) -> None:
    """A representative signs only while the representation is recorded and in force."""
    hand = identity.person_by_ref(party.signatory)
    held = identity.representations_of(hand.uuid, on=today())
    for view in held:
        kind = "company" if view.kind is RepresentationKind.COMPANY else "person"
        if party.subject == f"{kind}:{view.principal.uuid}":
            return
    raise Refused(refusal)


def _check_mandates(agreement: Agreement) -> None:
    for fact in agreement.facts:
        if fact.mandate is None:
            continue
        found = queries.mandate(fact.mandate)
        if found.state != "active" or not found.covers(fact.data_set, fact.fact):
            raise Refused("consent.mandate_does_not_cover", fact=fact.fact)


def _check_evidence(signature: Signature, agreement: Agreement, by: Actor) -> proof.Proven:
    """What the evidence proves; refused when it does not carry the signature."""
    key, office = trusted_key(), office_key().public
    site = urlsplit(settings.ORIGIN)
    try:
        proven = proof.verify(
            signature,
            agreement,
            key_of={key.key_id: key}.get,
            rp_ids={site.hostname or ""},
            origins={settings.ORIGIN},
            office_of={office.key_id: office}.get,
        )
    except proof.EvidenceError:
        raise Refused("consent.evidence_refused") from None
    salt = identity.number_salt(by.person)
    ties = {proof.number_digest(salt, number) for number in identity.numbers_of(by.person)}
    if proven.number_digest not in ties:
        raise Refused("consent.evidence_refused")
    if proven.kind == "webauthn":
        known = {passkey.credential_id for passkey in identity.passkeys_of(by.person)}
        if signature.evidence.get("credential_id") not in known:
            raise Refused("consent.evidence_refused")
    return proven


def _check_acceptance(
    agreement: Agreement, party: Party, signature: Signature, method: str
) -> None:
    if signature.assurance < party.assurance:
        raise Refused("consent.assurance_too_low", needed=party.assurance.name.lower())
    own = {f.data_set for f in agreement.facts if f.subject == party.subject and not f.mandate}
    if not registry.accepts(own, method):
        raise Refused("consent.method_not_accepted")
    if party.subject.startswith("company:") and method != Method.CORPORATE_CERTIFICATE:
        raise Refused("consent.method_not_accepted")
    if party.representative is not None:
        _check_representation(party, "consent.representation_ended")


def _entries(agreement: Agreement, *, verb: str, actor: str, details: dict[str, Any]) -> None:
    """One entry for each person who has a part in it or whose fact it names."""
    refs = {party.subject for party in agreement.parties}
    refs |= {party.signatory for party in agreement.parties}
    refs |= {fact.subject for fact in agreement.facts}
    for ref in sorted(ref for ref in refs if ref.startswith("person:")):
        record(
            verb=verb,
            subject=UUID(ref.removeprefix("person:")),
            actor=actor,
            basis=agreement.id,
            details={**details, "purpose": agreement.purpose.to_json()},
        )
