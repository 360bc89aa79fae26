"""Whether a basis covers a question: every check that a provider makes for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from minben.kit import exports, status
from minben.kit.agency import Agency, DataSet
from minben.kit.binding import check_binding
from minben.kit.folder import Trust
from minben.kit.problems import Problem
from minben.kit.transfer import TransferRequest
from minben.protocol import evidence
from minben.protocol.agreement import Agreement, Party, Signature, state
from minben.protocol.evidence import Proven
from minben.protocol.mandate import Mandate
from minben.protocol.witness import WITNESSED


@dataclass(frozen=True, slots=True)
class Covered:
    """涵蓋 The basis that was found to cover a request, and the turn that the request uses up.

    `turn` is the basis itself for a single use, the basis in this month or year for one that
    allows a use in each, and None where uses are not counted.
    """

    id: str
    turn: str | None


def check_offer(agency: Agency, request: TransferRequest) -> DataSet:
    """Whether this provider offers the data set to this recipient, and each fact as asked."""
    data_set = agency.data_sets.get(request.data_set)
    if data_set is None or request.data_set not in agency.answering:
        raise Problem("no_data_set", "data_set")
    if request.recipient not in agency.folder.trust.allow.get(request.data_set, ()):
        raise Problem("not_allowed", "recipient")
    for i, asked in enumerate(request.requests):
        if asked.fact not in data_set.facts:
            raise Problem("no_fact", f"requests[{i}].fact")
        if asked.op == "value" and asked.fact in data_set.predicates_only:
            raise Problem("predicate_only", f"requests[{i}].op")
    return data_set


def check_basis(agency: Agency, request: TransferRequest, data_set: DataSet) -> Covered:
    """Whether the agreement or mandate covers the request now; raises Problem."""
    if request.basis.kind == "mandate":
        return _mandate(agency, request)
    return _agreement(agency, request, data_set)


def _mandate(agency: Agency, request: TransferRequest) -> Covered:
    try:
        mandate = Mandate.from_json(request.basis.document)
    except ValueError as error:
        raise Problem("mandate_invalid", "basis.mandate", what=str(error)[:200]) from error
    facts = tuple(asked.fact for asked in request.requests)
    exports.check_mandate(
        agency,
        request.recipient,
        mandate,
        request.basis.signatures[0],
        request.data_set,
        facts,
    )
    return Covered(mandate.id, turn=None)


def _agreement(agency: Agency, request: TransferRequest, data_set: DataSet) -> Covered:
    agreement = read_agreement(request.basis.document)
    if agreement.recipient != request.recipient:
        raise Problem("not_covered", "basis.agreement.recipient")
    trust = agency.folder.trust
    proven: list[tuple[Signature, Proven]] = []
    for i, written in enumerate(request.basis.signatures):
        at = f"basis.signatures[{i}]"
        signature = read_signature(written, at)
        proven.append((signature, check_evidence(trust, agreement, signature, at)))
    _check_state(agency, agreement, [signature for signature, _ in proven])
    _check_facts(request, agreement)
    _check_subject(request, agreement, data_set, proven)
    told = status.ask(trust, agency.folder.key, agreement.id)
    if told not in ("active", "used"):
        raise Problem("revoked" if told == "revoked" else "not_active", "basis", state=told)
    return Covered(agreement.id, _turn(agreement, datetime.now(UTC)))


def _turn(agreement: Agreement, at: datetime) -> str | None:
    """The same months and years of UTC as in `protocol.agreement.state`."""
    turns = {
        "once": agreement.id,
        "monthly": f"{agreement.id}@{at:%Y-%m}",
        "yearly": f"{agreement.id}@{at:%Y}",
    }
    return turns.get(agreement.frequency)


def _check_state(agency: Agency, agreement: Agreement, signatures: list[Signature]) -> None:
    if agency.store.is_revoked(agreement.id):
        raise Problem("revoked", "basis")
    found = state(agreement, signatures, datetime.now(UTC)).status
    if found in ("revoked", "expired"):
        raise Problem(found, "basis")
    if found != "active":
        raise Problem("not_active", "basis", state=found)


def _check_facts(request: TransferRequest, agreement: Agreement) -> None:
    agreed = {
        (fact.subject, fact.fact, fact.op, fact.value, fact.data_set)
        for fact in agreement.facts
        if fact.mandate is None
    }
    for i, asked in enumerate(request.requests):
        key = (request.subject.ref, asked.fact, asked.op, asked.value, request.data_set)
        if key not in agreed:
            raise Problem("not_covered", f"requests[{i}]")


def _check_subject(
    request: TransferRequest,
    agreement: Agreement,
    data_set: DataSet,
    proven: list[tuple[Signature, Proven]],
) -> None:
    """The subject accepted, or a representative whom this data set takes; by one and the same
    signature they are known surely enough, by a method that counts, and have this number."""
    accepted = [
        (party, proof)
        for party in agreement.parties
        for signature, proof in proven
        if party.subject == request.subject.ref
        and signature.verb == "accept"
        and signature.by == party.signatory
    ]
    if not accepted:
        raise Problem("not_covered", "subject.ref")
    accepted = [(party, proof) for party, proof in accepted if _may_sign(party, data_set)]
    if not accepted:
        raise Problem("not_for_another", "basis.agreement.parties")
    accepted = [each for each in accepted if each[1].assurance >= data_set.assurance]
    if not accepted:
        raise Problem(
            "assurance_too_low", "basis.signatures", least=data_set.assurance.name.lower()
        )
    accepted = [each for each in accepted if _counts(each[1], data_set)]
    if not accepted:
        raise Problem(
            "method_not_accepted", "basis.signatures", methods=", ".join(sorted(data_set.methods))
        )
    check_binding(request.subject, accepted)


def _counts(proof: Proven, data_set: DataSet) -> bool:
    """Any method where the data set names none; a witnessed signature only where it is named."""
    if not data_set.methods:
        return proof.method != WITNESSED
    return proof.method in data_set.methods


def _may_sign(party: Party, data_set: DataSet) -> bool:
    """Themselves always; for another only by a right that the data set's descriptor names."""
    kind = (party.authority or "").partition(":")[0]
    return party.representative is None or kind in data_set.representatives


def read_agreement(document: Mapping[str, Any]) -> Agreement:
    """An agreement as it came; raises Problem."""
    try:
        return Agreement.from_json(document)
    except (ValueError, TypeError, AttributeError) as error:
        raise Problem("agreement_invalid", "basis.agreement", what=str(error)[:200]) from error


def read_signature(written: Mapping[str, Any], at: str) -> Signature:
    """A signature as it came; raises Problem."""
    try:
        return Signature.from_json(written)
    except (ValueError, TypeError, AttributeError) as error:
        raise Problem("agreement_invalid", at, what=str(error)[:200]) from error


def check_evidence(trust: Trust, agreement: Agreement, signature: Signature, at: str) -> Proven:
    """Whether a person's hand made this signature, by an identity provider or passkey we trust."""
    keys = {key.key_id: key for key in trust.identity_providers.values()}
    try:
        return evidence.verify(
            signature,
            agreement,
            key_of=keys.get,
            rp_ids=(trust.relying_party,),
            origins=trust.origins,
            office_of={key.key_id: key for key in trust.approvers.values()}.get,
        )
    except ValueError as error:
        raise Problem("agreement_invalid", at, what=str(error)[:200]) from error
