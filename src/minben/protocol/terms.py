"""What an agreement says. Immutable; changing a word makes another agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol.canonical import digest
from minben.protocol.rule import Rule

FORMAT = "minben-agreement/1"
Operation = Literal["at_least", "is", "value"]
Frequency = Literal["once", "monthly", "yearly", "unlimited"]
Visibility = Literal["subjects", "parties"]
AfterDeath = Literal["ends", "stands"]


@dataclass(frozen=True, slots=True)
class Party:
    """當事人 One role in an agreement, who holds it, and how surely they must be known.

    `subject` is a reference (`person:<uuid>`, `company:<uuid>` …), never a number of the state.
    When a recorded representative signs for the subject, `representative` is their reference and
    `authority` says by what right (`guardian`, `proxy:<id>`, `corporate-certificate` …).
    """

    role: str
    subject: str
    assurance: AssuranceLevel = AssuranceLevel.LOW
    representative: str | None = None
    authority: str | None = None

    def __post_init__(self) -> None:
        if (self.representative is None) != (self.authority is None):
            raise ValueError(f"{self.role}: a representative needs an authority, and only then")

    @property
    def signatory(self) -> str:
        """Whose hand signs: the subject, or the recorded representative."""
        return self.representative or self.subject


@dataclass(frozen=True, slots=True)
class FactRequest:
    """所需事實 One fact of one subject, or only the answer to a comparison with it.

    `op` is `value` when the value itself is asked for, else the comparison with `value`.
    `mandate` names the statute's mandate that covers it: then its subject need not sign.
    """

    subject: str
    fact: str
    op: Operation
    value: int | str | bool | None
    data_set: str
    mandate: str | None = None

    def __post_init__(self) -> None:
        if self.op not in get_args(Operation):
            raise ValueError(f"not a comparison: {self.op!r}")
        if not isinstance(self.value, int | str | None):
            raise ValueError(f"{self.fact}: compared with an integer, a text, yes or no")
        if (self.op == "value") != (self.value is None):
            raise ValueError(f"{self.fact}: a comparison names a value; asking for one does not")

    def to_json(self) -> dict[str, object]:
        """The request as it stands in the agreement and on the wire."""
        return {name: getattr(self, name) for name in FactRequest.__slots__}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FactRequest:
        """Read what `to_json` wrote; ValueError when fields are missing or unknown."""
        return cls(**_only(value, FactRequest.__slots__))


@dataclass(frozen=True, slots=True)
class PartySet:
    """當事人名冊佐證 The signed register extract that names the parties: all of them, no others.

    `digest` is that of the extract as its register signed it, so that whoever is shown the extract
    can tell that these are the heirs, and that nobody was left out.
    """

    digest: str
    source: str
    extracted_at: datetime

    def __post_init__(self) -> None:
        if not self.digest.startswith("sha-256:"):
            raise ValueError("a register extract is named by its digest, sha-256:…")
        object.__setattr__(self, "extracted_at", read_instant(instant(self.extracted_at)))

    def to_json(self) -> dict[str, object]:
        """Digest, register and instant."""
        at = instant(self.extracted_at)
        return {"digest": self.digest, "source": self.source, "extracted_at": at}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PartySet:
        """Read what `to_json` wrote; ValueError when fields are missing or unknown."""
        fields = _only(value, PartySet.__slots__)
        return cls(**{**fields, "extracted_at": read_instant(fields["extracted_at"])})


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """同意書 Who allows whom to use which facts, for what, how long and how often.

    `id` is the digest of the canonical JSON of everything below, so whoever holds the agreement
    can tell that no word was changed. `nonce` makes two agreements with equal terms two.
    Instants are aware and in whole seconds. `retention_days` is how long the recipient keeps it.

    `sign_by` is the day by which all must have signed, else it expires half-signed; the silent are
    reminded `remind_days` before. `agent` carries the facts; a person who is agent is a party who
    must accept, and whose revocation is the resignation. `after_death` says whether what all had
    agreed outlives a party (a partition does, a consent does not). `party_set` names the evidence
    for who the parties are. `replaces` is the id of an agreement that this one changes: its text
    shows the difference, and all sign again. These, and `in_order` in the rule, are in the JSON
    only when they say something, so that older agreements keep their ids.
    """

    parties: tuple[Party, ...]
    facts: tuple[FactRequest, ...]
    rule: Rule
    purpose: Text
    recipient: str
    legal_basis: str
    valid_from: datetime
    valid_until: datetime
    nonce: str
    frequency: Frequency = "once"
    retention_days: int = 0
    agent: str | None = None
    visibility: Visibility = "subjects"
    sign_by: datetime | None = None
    remind_days: tuple[int, ...] = ()
    after_death: AfterDeath = "ends"
    party_set: PartySet | None = None
    replaces: str | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        roles = [party.role for party in self.parties]
        if len(set(roles)) != len(roles):
            raise ValueError("two parties cannot hold the same role")
        if unknown := set(self.rule.roles()) - set(roles):
            raise ValueError(f"the rule names roles that nobody holds: {sorted(unknown)}")
        for name in ("valid_from", "valid_until"):
            object.__setattr__(self, name, read_instant(instant(getattr(self, name))))
        if not self.valid_from < self.valid_until:
            raise ValueError("an agreement ends after it begins")
        for name, known in _CHOICES.items():
            if getattr(self, name) not in get_args(known):
                raise ValueError(f"not a word for {name}: {getattr(self, name)!r}")
        self._check_signing()
        for request in self.facts:
            self._check_consent(request)
        object.__setattr__(self, "id", digest(self.to_json()))

    def _check_signing(self) -> None:
        """A deadline lies within the agreement, reminders before it, and an agent signs."""
        if self.sign_by is not None:
            object.__setattr__(self, "sign_by", read_instant(instant(self.sign_by)))
            if not self.sign_by <= self.valid_until:
                raise ValueError("signing ends no later than the agreement")
        object.__setattr__(self, "remind_days", tuple(self.remind_days))
        if not all(type(days) is int and days > 0 for days in self.remind_days):
            raise ValueError("reminders are whole days before the deadline")
        if self.remind_days and self.sign_by is None:
            raise ValueError("a reminder needs the deadline that it reminds of")
        if self.agent is not None and self.agent.startswith("person:"):
            own = [party.role for party in self.parties if party.subject == self.agent]
            if not own or not self.rule.requires(*own):
                raise ValueError("a person who is agent must be a party whose acceptance counts")

    def _check_consent(self, request: FactRequest) -> None:
        """A fact's subject consents, or a statute does: nobody else can."""
        if request.mandate is not None or not request.subject.startswith("person:"):
            return
        own = [party.role for party in self.parties if party.subject == request.subject]
        if not own or not self.rule.requires(*own):
            raise ValueError(
                f"{request.fact}: its subject is not required to sign; "
                "make their role required, or name the mandate that covers the fact"
            )

    def to_json(self) -> dict[str, object]:
        """The whole agreement as JSON, without its id."""
        said = {
            "sign_by": None if self.sign_by is None else instant(self.sign_by),
            "remind_days": list(self.remind_days),
            "after_death": self.after_death if self.after_death != "ends" else None,
            "party_set": None if self.party_set is None else self.party_set.to_json(),
            "replaces": self.replaces,
        }
        return {name: value for name, value in said.items() if value} | {
            "format": FORMAT,
            "parties": [
                {
                    "role": party.role,
                    "subject": party.subject,
                    "assurance": party.assurance.name.lower(),
                    "representative": party.representative,
                    "authority": party.authority,
                }
                for party in self.parties
            ],
            "facts": [request.to_json() for request in self.facts],
            "rule": self.rule.to_json(),
            "purpose": self.purpose.to_json(),
            "recipient": self.recipient,
            "legal_basis": self.legal_basis,
            "valid_from": instant(self.valid_from),
            "valid_until": instant(self.valid_until),
            "nonce": self.nonce,
            "frequency": self.frequency,
            "retention_days": self.retention_days,
            "agent": self.agent,
            "visibility": self.visibility,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Agreement:
        """Read what `to_json` wrote; ValueError names the first thing that is not as agreed."""
        fields = dict(value)
        if fields.pop("format", None) != FORMAT:
            raise ValueError(f"not a {FORMAT}")
        try:
            fields["parties"] = tuple(_party(party) for party in fields["parties"])
            fields["facts"] = tuple(FactRequest.from_json(fact) for fact in fields["facts"])
            fields["rule"] = Rule.from_json(fields["rule"])
            fields["purpose"] = Text.from_json(fields["purpose"])
            fields["valid_from"] = read_instant(fields["valid_from"])
            fields["valid_until"] = read_instant(fields["valid_until"])
            if "sign_by" in fields:
                fields["sign_by"] = read_instant(fields["sign_by"])
            if "party_set" in fields:
                fields["party_set"] = PartySet.from_json(fields["party_set"])
            read = cls(**fields)
        except (KeyError, TypeError) as mistake:
            raise ValueError(f"not an agreement: {mistake}") from mistake
        if read.to_json() != value:
            raise ValueError("not as it is written: leave out what says nothing")
        return read

    @property
    def hands(self) -> frozenset[str]:
        """Everybody who has a part in it, for themselves, for somebody else, or by their facts."""
        refs = (ref for party in self.parties for ref in (party.subject, party.signatory))
        return frozenset((*refs, *(fact.subject for fact in self.facts)))

    def parties_of(self, hand: str, *, accepting: bool = True) -> tuple[Party, ...]:
        """The parties for whom this hand signs; empty for everybody else.

        Who is represented does not accept for themselves, but can always reject and revoke
        (`accepting` false): those rights cannot be waived (個人資料保護法 art. 3).
        """
        return tuple(
            party
            for party in self.parties
            if hand == party.signatory or (hand == party.subject and not accepting)
        )


_CHOICES = {"frequency": Frequency, "visibility": Visibility, "after_death": AfterDeath}


def instant(at: datetime) -> str:
    """`2026-11-22T10:00:00Z`; ValueError for a naive instant. Fractions of a second are cut."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def read_instant(text: str) -> datetime:
    """Read what `instant` wrote; ValueError for any other spelling."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _party(value: Mapping[str, Any]) -> Party:
    fields = _only(value, Party.__slots__)
    return Party(**{**fields, "assurance": AssuranceLevel[fields["assurance"].upper()]})


def _only(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    if set(value) != set(names):
        raise ValueError(f"expected exactly the fields {sorted(names)}, got {sorted(value)}")
    return dict(value)
