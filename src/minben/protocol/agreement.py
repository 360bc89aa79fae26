"""Signatures on an agreement, and its state: a pure function of terms, signatures and clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from minben.base.assurance import AssuranceLevel
from minben.protocol.canonical import canonical_json, digest
from minben.protocol.rule import Answer, Rule
from minben.protocol.terms import Agreement, FactRequest, Frequency, Party, instant, read_instant

__all__ = [
    "Agreement",
    "AgreementState",
    "FactRequest",
    "Party",
    "Rule",
    "Signature",
    "Status",
    "Verb",
    "state",
    "statement_digest",
]

Verb = Literal["accept", "reject", "revoke"]
Status = Literal["pending", "active", "rejected", "revoked", "used", "not_yet", "expired"]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """簽署 A party's word on an agreement: accept, reject or revoke, and what proves it.

    `by` is the reference of the hand that signed, `at` the instant, `assurance` how surely the
    person was known then, `text_digest` names the text they were shown. `evidence` is the
    identity provider's statement or the passkey's assertion over `statement_digest`; whether it
    holds is for `protocol.evidence.verify`, whether it counts for `state`.
    """

    agreement: str
    verb: Verb
    by: str
    at: datetime
    assurance: AssuranceLevel
    text_digest: str
    evidence: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", read_instant(instant(self.at)))

    @property
    def statement(self) -> dict[str, object]:
        """What exactly was signed, as JSON."""
        return {
            "agreement": self.agreement,
            "verb": self.verb,
            "by": self.by,
            "at": instant(self.at),
            "assurance": self.assurance.name.lower(),
            "text_digest": self.text_digest,
        }

    @property
    def digest(self) -> str:
        """`sha-256:<hex>` of the statement. Its 32 bytes are the passkey's challenge."""
        return digest(self.statement)

    @property
    def challenge(self) -> bytes:
        """The 32 bytes that a passkey signs as its WebAuthn challenge."""
        return bytes.fromhex(self.digest.removeprefix("sha-256:"))

    def to_json(self) -> dict[str, object]:
        """The statement and its evidence, as sent to a provider."""
        return {**self.statement, "evidence": dict(self.evidence)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Signature:
        """Read what `to_json` wrote; ValueError for anything else."""
        try:
            fields = dict(value)
            fields["at"] = read_instant(fields["at"])
            fields["assurance"] = AssuranceLevel[fields["assurance"].upper()]
            if fields["verb"] not in ("accept", "reject", "revoke"):
                raise ValueError(f"not a verb: {fields['verb']!r}")
            canonical_json(fields["evidence"])
            return cls(**fields)
        except (KeyError, TypeError, AttributeError) as mistake:
            raise ValueError(f"not a signature: {mistake}") from mistake


def statement_digest(
    *,
    agreement: str,
    verb: Verb,
    by: str,
    at: datetime,
    assurance: AssuranceLevel,
    text_digest: str,
) -> str:
    """What a person will sign, before they have: the digest to show and to challenge with."""
    return Signature(
        agreement=agreement, verb=verb, by=by, at=at, assurance=assurance, text_digest=text_digest
    ).digest


@dataclass(frozen=True)
class AgreementState:
    """同意狀態 Where an agreement stands, and the roles whose word it still waits for."""

    status: Status
    waiting_for: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether facts may move under it now."""
        return self.status == "active"


def state(
    agreement: Agreement,
    signatures: Iterable[Signature],
    at: datetime,
    *,
    uses: Iterable[datetime] = (),
) -> AgreementState:
    """Where an agreement stands at an instant, given the signatures and the uses known.

    Pure, and blind to the order of signatures. A signature counts when it names this agreement,
    was made by then, and comes from the hand that the agreement records for a party; accepting
    also needs the party's assurance and the agreement's period; rejecting and revoking are open
    to the represented person as well. A party who rejected or revoked
    stays so: a new start is a new agreement. `uses` are the instants at which facts moved.
    """
    signed = [s for s in signatures if s.agreement == agreement.id and s.at <= at]
    answers = {party.role: _answer(agreement, party, signed) for party in agreement.parties}
    met = agreement.rule.evaluate(answers)
    if met is False:
        accepted = {party.role: True for party in agreement.parties if _accepts(party, signed)}
        withdrawn = any(
            s.verb == "revoke" and agreement.parties_of(s.by, accepting=False) for s in signed
        )
        once_met = agreement.rule.evaluate(accepted) is True
        return AgreementState("revoked" if withdrawn or once_met else "rejected")
    if at >= agreement.valid_until:
        return AgreementState("expired")
    if met is None:
        return AgreementState("pending", agreement.rule.waiting_for(answers))
    if at < agreement.valid_from:
        return AgreementState("not_yet")
    if any(used <= at and _same_turn(agreement.frequency, used, at) for used in uses):
        return AgreementState("used")
    return AgreementState("active")


def _answer(agreement: Agreement, party: Party, signed: list[Signature]) -> Answer:
    hands = (party.signatory, party.subject)
    if any(s.verb in ("reject", "revoke") and s.by in hands for s in signed):
        return False
    in_time = [s for s in signed if s.at < agreement.valid_until]
    return True if _accepts(party, in_time) else None


def _accepts(party: Party, signed: list[Signature]) -> bool:
    return any(
        s.by == party.signatory and s.verb == "accept" and s.assurance >= party.assurance
        for s in signed
    )


def _same_turn(frequency: Frequency, used: datetime, at: datetime) -> bool:
    """Whether a use uses up the turn that `at` lies in: months and years of `at`'s time zone."""
    used = used.astimezone(at.tzinfo)
    if frequency == "monthly":
        return (used.year, used.month) == (at.year, at.month)
    if frequency == "yearly":
        return used.year == at.year
    return frequency == "once"
