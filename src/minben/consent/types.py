"""Words of consent that need no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol.agreement import Agreement, AgreementState, Verb


class MandateState(StrEnum):
    """授權狀態 Where a mandate stands; a function of its record and the clock."""

    DRAFTED = "drafted"  # waits for a second officer
    ACTIVE = "active"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SignatureView:
    """簽署 One signature as parties see it."""

    verb: Verb
    by: str  # reference of the hand that signed
    name: str
    at: datetime
    assurance: AssuranceLevel
    method: str  # "passkey" or the credential that the identity provider checked
    assisted_by: UUID | None  # the clerk at whose counter it was signed
    for_name: str | None  # whom the signer represented, if not themselves


@dataclass(frozen=True, slots=True)
class AgreementView:
    """同意書 An agreement with the text that was shown and where it stands now."""

    id: str
    agreement: Agreement
    text: Text
    text_digest: str
    state: AgreementState
    proposed_at: datetime
    proposed_by: str
    signatures: tuple[SignatureView, ...]
    names: Mapping[str, str]  # reference → name, for every party and subject

    @property
    def is_standing(self) -> bool:
        """Whether it allows more than one use: a separate choice, shown as such."""
        return self.agreement.frequency != "once"

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The names of the people whose word is still needed."""
        waiting = set(self.state.waiting_for)
        return tuple(
            self.names.get(party.signatory, party.signatory)
            for party in self.agreement.parties
            if party.role in waiting
        )


@dataclass(frozen=True, slots=True)
class ToSign:
    """待簽內容 Exactly what a person is about to sign; `digest` is the passkey's challenge."""

    agreement: str
    verb: Verb
    by: str
    at: datetime
    assurance: AssuranceLevel
    text_digest: str
    digest: str

    @property
    def challenge(self) -> bytes:
        """The 32 bytes that a passkey signs."""
        return bytes.fromhex(self.digest.removeprefix("sha-256:"))


@dataclass(frozen=True, slots=True)
class MandateView:
    """法定授權 An article that lets an agency use exactly these facts, and who approved it."""

    id: str
    document: Mapping[str, Any]  # what providers check: `minben.protocol.mandate.Mandate` as JSON
    signature: Mapping[str, Any]  # the approving office's; empty until approved
    name: Text
    purpose: Text
    drafted_by: UUID
    approved_by: UUID | None
    state: MandateState
    valid_from: datetime
    valid_until: datetime

    def facts_of(self, data_set: str) -> tuple[str, ...]:
        """The facts of one data set that it covers."""
        return tuple(f["fact"] for f in self.document["facts"] if f["data_set"] == data_set)

    def covers(self, data_set: str, fact: str) -> bool:
        """Whether exactly this fact is named."""
        return {"data_set": data_set, "fact": fact} in self.document["facts"]

    @property
    def data_sets(self) -> tuple[str, ...]:
        """The data sets it touches, each once."""
        return tuple(dict.fromkeys(f["data_set"] for f in self.document["facts"]))
