"""A mandate: an agreement whose authority is a statute, signed by its approver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from minben.protocol.canonical import canonical_json, digest
from minben.protocol.keys import PublicKey, SigningKey, b64, unb64
from minben.protocol.terms import instant, read_instant

FORMAT = "minben-mandate/1"


@dataclass(frozen=True, slots=True)
class MandatedFact:
    """授權事實 One fact of one data set that the statute lets the owner agency read."""

    data_set: str
    fact: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """法定授權 Which article lets which agency read exactly which facts, for what, until when.

    `purpose` is the key under which pseudonyms are issued ("childcare-allowance"), `approver`
    the office that signed ("child-welfare-director"). `id` is the digest of all of it.
    """

    article: str
    approver: str
    purpose: str
    recipient: str
    facts: tuple[MandatedFact, ...]
    valid_from: datetime
    valid_until: datetime

    @property
    def id(self) -> str:
        """`sha-256:…` over the canonical JSON."""
        return digest(self.to_json())

    @property
    def words(self) -> tuple[str, ...]:
        """Everything in it that is a name: texts all."""
        named = [name for fact in self.facts for name in (fact.data_set, fact.fact)]
        return (self.article, self.approver, self.purpose, self.recipient, *named)

    def covers(self, data_set: str, facts: Iterable[str]) -> bool:
        """Whether every one of these facts of a data set is named."""
        return all(MandatedFact(data_set, fact) in self.facts for fact in facts)

    def facts_of(self, data_set: str) -> tuple[str, ...]:
        """The mandated columns of a data set, in the order of the mandate."""
        return tuple(f.fact for f in self.facts if f.data_set == data_set)

    def to_json(self) -> dict[str, Any]:
        """The document that the approver signs."""
        return {
            "format": FORMAT,
            "article": self.article,
            "approver": self.approver,
            "purpose": self.purpose,
            "recipient": self.recipient,
            "facts": [{"data_set": f.data_set, "fact": f.fact} for f in self.facts],
            "valid_from": instant(self.valid_from),
            "valid_until": instant(self.valid_until),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mandate:
        """Read what `to_json` wrote; ValueError for anything else."""
        fields = dict(value)
        if fields.pop("format", None) != FORMAT:
            raise ValueError(f"not a {FORMAT}")
        try:
            fields["facts"] = tuple(MandatedFact(**fact) for fact in fields["facts"])
            fields["valid_from"] = read_instant(fields["valid_from"])
            fields["valid_until"] = read_instant(fields["valid_until"])
            mandate = cls(**fields)
            if not all(isinstance(word, str) for word in mandate.words):
                raise ValueError("a mandate's names are texts")
            canonical_json(mandate.to_json())
        except (KeyError, TypeError) as mistake:
            raise ValueError(f"not a mandate: {mistake}") from mistake
        return mandate


def sign(mandate: Mandate, key: SigningKey) -> dict[str, str]:
    """The approver's signature, as it travels beside the mandate."""
    signature = key.sign(canonical_json(mandate.to_json()))
    return {"approver": mandate.approver, "key_id": key.key_id, "signature": b64(signature)}


def is_signed(
    mandate: Mandate, signature: Mapping[str, Any], approvers: Mapping[str, PublicKey]
) -> bool:
    """Whether the named approver, whom the reader trusts, signed exactly this mandate."""
    key = approvers.get(mandate.approver)
    if key is None or signature.get("approver") != mandate.approver:
        return False
    try:
        raw = unb64(str(signature.get("signature", "")))
    except ValueError:
        return False
    return key.verify(raw, canonical_json(mandate.to_json()))
