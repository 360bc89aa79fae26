"""Signatures on an agreement, and its state: a pure function of what is known and the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from minben.base.assurance import AssuranceLevel
from minben.protocol.canonical import canonical_json, digest
from minben.protocol.register_event import RegisterEvent
from minben.protocol.rule import Rule, Word
from minben.protocol.terms import Agreement, FactRequest, Frequency, Party, instant, read_instant

__all__ = [
    "Agreement",
    "AgreementState",
    "FactRequest",
    "Party",
    "RegisterEvent",
    "Rule",
    "Signature",
    "Status",
    "Verb",
    "foresee",
    "state",
    "statement_digest",
]

Verb = Literal["accept", "reject", "revoke"]
Status = Literal["pending", "active", "rejected", "revoked", "void", "used", "not_yet", "expired"]


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
    """同意狀態 Where an agreement stands, and the roles whose word it still waits for.

    `cause` says what ended it, "" while it stands: `party_died`, `party_lost_capacity`,
    `agent_resigned`, `not_signed_in_time`; or nothing more than the status says.
    """

    status: Status
    waiting_for: tuple[str, ...] = ()
    cause: str = field(default="", compare=False)

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
    events: Iterable[RegisterEvent] = (),
) -> AgreementState:
    """Where an agreement stands at an instant, given signatures, uses and register events known.

    Pure, and blind to the order in which they are given. A signature counts when it names this
    agreement, was made by then, and comes from the hand that the agreement records for a party;
    accepting also needs the party's assurance, the agreement's period and deadline, one's turn
    where order matters, and a hand that is alive and of capacity; rejecting and revoking are open
    to the represented person as well. A party who rejected or revoked stays so: a new start is a
    new agreement. `uses` are the instants at which facts moved.

    Who dies or loses capacity before accepting can no longer accept. An acceptance outlives a
    later loss of capacity (民法 art. 95 para. 2); that of the dead ends with them, unless the
    agreement was met by then and says that it stands.
    """
    signed = [s for s in signatures if s.agreement == agreement.id and s.at <= at]
    happened = [e for e in events if e.at <= at]
    judged = agreement.rule.judge(_words(agreement, signed, happened))
    if judged.answer is False:
        return _ended(agreement, signed, happened)
    if at >= agreement.valid_until:
        return AgreementState("expired")
    if judged.answer is None:
        if agreement.sign_by is not None and at >= agreement.sign_by:
            return AgreementState("expired", cause="not_signed_in_time")
        return AgreementState("pending", judged.waiting_for)
    if at < agreement.valid_from:
        return AgreementState("not_yet")
    if any(used <= at and _same_turn(agreement.frequency, used, at) for used in uses):
        return AgreementState("used")
    return AgreementState("active")


def foresee(
    agreement: Agreement,
    signatures: Iterable[Signature],
    *,
    verb: Verb,
    by: str,
    at: datetime,
    events: Iterable[RegisterEvent] = (),
) -> AgreementState:
    """What a word would do, before it is said: everyone sees the consequence first."""
    word = Signature(
        agreement=agreement.id,
        verb=verb,
        by=by,
        at=at,
        assurance=AssuranceLevel.HIGH,
        text_digest="",
    )
    return state(agreement, [*signatures, word], at, events=events)


def _words(
    agreement: Agreement, signed: list[Signature], happened: list[RegisterEvent]
) -> dict[str, Word]:
    """What each role has said, as far as it counts."""
    outlived: set[str] = set()
    if agreement.after_death == "stands":
        outlived = _outlived(agreement, signed, happened)
    return {
        party.role: _word(agreement, party, signed, happened, outlived)
        for party in agreement.parties
    }


def _word(
    agreement: Agreement,
    party: Party,
    signed: list[Signature],
    happened: list[RegisterEvent],
    outlived: set[str],
) -> Word:
    hands = (party.signatory, party.subject)
    refused = any(s.verb in ("reject", "revoke") and s.by in hands for s in signed)
    died = _first(happened, ("died",), (party.subject,))
    unable = _first(happened, ("died", "lost_capacity"), (party.signatory,))
    lost = min((t for t in (unable, died) if t is not None), default=None)
    until = min(t for t in (agreement.valid_until, agreement.sign_by, lost) if t is not None)
    accepted = tuple(sorted(s.at for s in signed if _accepts(party, s) and s.at < until))
    ended = died is not None and party.subject not in outlived
    return Word(refused or ended or (lost is not None and not accepted), accepted)


def _outlived(
    agreement: Agreement, signed: list[Signature], happened: list[RegisterEvent]
) -> set[str]:
    """Whose acceptance the agreement outlives: it was met at the instant of their death."""
    outlived: set[str] = set()
    deaths = [
        (died, party.subject)
        for party in agreement.parties
        if (died := _first(happened, ("died",), (party.subject,))) is not None
    ]
    for died, subject in sorted(deaths):
        spoken = [s for s in signed if s.at < died]
        before = [e for e in happened if e.at < died]
        words = {
            party.role: _word(agreement, party, spoken, before, outlived)
            for party in agreement.parties
        }
        if agreement.rule.judge(words).answer is True:
            outlived.add(subject)
    return outlived


def _ended(
    agreement: Agreement, signed: list[Signature], happened: list[RegisterEvent]
) -> AgreementState:
    """By whose word, or by what, it can no longer be met."""
    spoken = _words(agreement, signed, [])
    if agreement.rule.judge(spoken).answer is not False:
        parties = {ref for p in agreement.parties for ref in (p.subject, p.signatory)}
        died = _first(happened, ("died",), tuple(parties)) is not None
        return AgreementState("void", cause="party_died" if died else "party_lost_capacity")
    withdrawn = [
        s for s in signed if s.verb == "revoke" and agreement.parties_of(s.by, accepting=False)
    ]
    ever = {role: Word(False, word.accepted) for role, word in _ever(agreement, signed).items()}
    once_met = agreement.rule.judge(ever).answer is True
    resigned = any(s.by == agreement.agent for s in withdrawn)
    cause = "agent_resigned" if resigned else ""
    return AgreementState("revoked" if withdrawn or once_met else "rejected", cause=cause)


def _ever(agreement: Agreement, signed: list[Signature]) -> dict[str, Word]:
    """Every acceptance ever made, in time or not: whether there was something to take back."""
    return {
        party.role: Word(accepted=tuple(sorted(s.at for s in signed if _accepts(party, s))))
        for party in agreement.parties
    }


def _first(
    happened: list[RegisterEvent], kinds: tuple[str, ...], refs: tuple[str, ...]
) -> datetime | None:
    return min((e.at for e in happened if e.kind in kinds and e.subject in refs), default=None)


def _accepts(party: Party, signature: Signature) -> bool:
    return (
        signature.by == party.signatory
        and signature.verb == "accept"
        and signature.assurance >= party.assurance
    )


def _same_turn(frequency: Frequency, used: datetime, at: datetime) -> bool:
    """Whether a use uses up the turn that `at` lies in: months and years of `at`'s time zone."""
    used = used.astimezone(at.tzinfo)
    if frequency == "monthly":
        return (used.year, used.month) == (at.year, at.month)
    if frequency == "yearly":
        return used.year == at.year
    return frequency == "once"
