"""A signature witnessed at a counter, for somebody who has no credential at all.

Two officials, each with their own card at the identity provider, state the same: this person
signed this before us, we compared face and paper, and this is the number on the paper. The office
states that both hold office there. Neither alone suffices, nor does the platform's word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from minben.base.assurance import AssuranceLevel
from minben.protocol import jws
from minben.protocol.agreement import Signature
from minben.protocol.keys import PublicKey, SigningKey

WITNESS = "minben-witness+jwt"
OFFICE = "minben-office+jwt"
WITNESSED = "witnessed"  # the kind of evidence, and the method as data sets name it
LEVEL = AssuranceLevel.MEDIUM  # two officials, one photo document: as sure as a registered card
HANDS = 2
KeyFinder = Callable[[str], PublicKey | None]


class WitnessError(ValueError):
    """見證不足 Witnesses that do not carry a signature; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """已見證 What the two statements prove: the number on the paper, tied to the signatory."""

    number_digest: str
    level: AssuranceLevel


def state_office(
    *, official: str, role: str, agency: str, at: int, until: int, key: SigningKey
) -> str:
    """The office's statement that somebody holds a role there; instants in seconds."""
    claims = {"sub": official, "role": role, "agency": agency, "iat": at, "exp": until}
    return jws.sign(claims, key=key, typ=OFFICE)


def check(
    signature: Signature, *, concerned: Collection[str], key_of: KeyFinder, office_of: KeyFinder
) -> Witnessed:
    """Whether two officials of one office witnessed exactly this; WitnessError if not.

    `concerned` are those who have a part in what is signed: an agent does not witness the word
    that makes them agent.
    `key_of` finds a trusted identity provider's key, `office_of` a trusted office's.
    """
    listed = signature.evidence.get("witnesses")
    if not isinstance(listed, list) or len(listed) != HANDS:
        raise WitnessError("it takes two witnesses")
    told = [_one(signature, entry, key_of, office_of) for entry in listed]
    (first, at_one), (second, at_other) = told
    if first["sub"] == second["sub"]:
        raise WitnessError("one official is not two")
    if signature.by in (first["sub"], second["sub"]):
        raise WitnessError("nobody witnesses their own signature")
    if first["sub"] in concerned or second["sub"] in concerned:
        raise WitnessError("nobody witnesses what they have a part in")
    if at_one != at_other:
        raise WitnessError("the witnesses are not of one office")
    if first["number_digest"] != second["number_digest"]:
        raise WitnessError("the witnesses read different numbers")
    shown = min(AssuranceLevel.from_acr(str(one.get("acr"))) for one in (first, second))
    return Witnessed(str(first["number_digest"]), min(shown, LEVEL))


def _one(
    signature: Signature, entry: object, key_of: KeyFinder, office_of: KeyFinder
) -> tuple[Mapping[str, Any], str]:
    if not isinstance(entry, Mapping):
        raise WitnessError("a witness is a statement and an office")
    try:
        claims = jws.verify(str(entry.get("statement")), key_of=key_of, typ=WITNESS)
        office = jws.verify(str(entry.get("office")), key_of=office_of, typ=OFFICE)
    except jws.TokenError as mistake:
        raise WitnessError(f"a witness: {mistake}") from mistake
    if claims.get("by") != signature.by or claims.get("digest") != signature.digest:
        raise WitnessError("a witness states something else")
    if not claims.get("number_digest") or not claims.get("sub"):
        raise WitnessError("a witness names neither themselves nor the number")
    if office.get("sub") != claims["sub"]:
        raise WitnessError("the office speaks of somebody else")
    at = int(signature.at.timestamp())
    if not _whole(office.get("iat")) <= at <= _whole(office.get("exp")):
        raise WitnessError("the witness held no office then")
    return claims, str(office.get("agency"))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1
