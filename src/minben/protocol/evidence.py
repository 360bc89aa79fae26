"""Whether a signature is really its person's: what a provider checks before it releases a fact.

Three kinds of evidence. `idp`: the identity provider signed that this person made this statement.
`webauthn`: the person's own passkey signed the statement's digest as its challenge, and the
identity provider signed at enrolment whose passkey it is. `witnessed`: two officials saw somebody
without any credential sign (`protocol.witness`). Nothing rests on the platform's word.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey, UnsupportedKey
from fido2.webauthn import AuthenticatorData

from minben.base.assurance import AssuranceLevel
from minben.protocol import jws, witness
from minben.protocol.agreement import Agreement, Signature
from minben.protocol.keys import PublicKey, unb64

SIGNATURE = "minben-signature+jwt"
ENROLMENT = "minben-enrolment+jwt"
Kind = Literal["idp", "webauthn", "witnessed"]
KeyFinder = Callable[[str], PublicKey | None]


class EvidenceError(ValueError):
    """佐證不足 A signature that its evidence does not carry; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Proven:
    """已證明的簽署 What the evidence of a signature proves.

    `number_digest` ties the signatory's reference to a number of the state for who knows number
    and salt: see `number_digest`. `assurance` is never more than the signature claims. `method`
    is the credential shown, to sign or to enrol the passkey (first `amr`; "" when not stated).
    """

    kind: Kind
    assurance: AssuranceLevel
    number_digest: str
    method: str


def verify(
    signature: Signature,
    agreement: Agreement,
    *,
    key_of: KeyFinder,
    rp_ids: Collection[str],
    origins: Collection[str],
    office_of: KeyFinder = lambda key_id: None,
) -> Proven:
    """Check that the evidence carries the signature on this agreement; EvidenceError if not.

    `key_of` finds a trusted identity provider's key by its id. `rp_ids` and `origins` are the web
    sites on which passkeys may have signed ("localhost", "http://localhost:8000"). `office_of`
    finds the key of an office whose officials may witness; without it nobody's may.
    """
    if signature.agreement != agreement.id:
        raise EvidenceError("it signs another agreement")
    if not agreement.parties_of(signature.by, accepting=signature.verb == "accept"):
        raise EvidenceError("it is signed by nobody whom the agreement names as a signatory")
    evidence = signature.evidence
    match evidence.get("kind"):
        case "idp":
            claims = _statement(evidence.get("statement"), SIGNATURE, key_of)
            if claims.get("sub") != signature.by or claims.get("digest") != signature.digest:
                raise EvidenceError("the identity provider's statement is about something else")
            return _proven("idp", claims, signature, limit=AssuranceLevel.HIGH)
        case "webauthn":
            claims = _statement(evidence.get("enrolment"), ENROLMENT, key_of)
            _check_assertion(signature, claims, rp_ids, origins)
            return _proven("webauthn", claims, signature, limit=AssuranceLevel.MEDIUM)
        case witness.WITNESSED:
            return _witnessed(signature, agreement, key_of, office_of)
    raise EvidenceError("its evidence is of no known kind")


def number_digest(salt: str, number: str) -> str:
    """How a statement ties a reference to a number of the state: SHA-256 over salt and number."""
    return hashlib.sha256(salt.encode() + number.encode()).hexdigest()


def _statement(token: object, typ: str, key_of: KeyFinder) -> dict[str, Any]:
    try:
        return jws.verify(token if isinstance(token, str) else "", key_of=key_of, typ=typ)
    except jws.TokenError as mistake:
        raise EvidenceError(f"the identity provider's statement: {mistake}") from mistake


def _witnessed(
    signature: Signature, agreement: Agreement, key_of: KeyFinder, office_of: KeyFinder
) -> Proven:
    try:
        seen = witness.check(
            signature, concerned=agreement.hands, key_of=key_of, office_of=office_of
        )
    except ValueError as mistake:
        raise EvidenceError(str(mistake)) from mistake
    if signature.assurance > seen.level:
        raise EvidenceError("the signature claims more assurance than was shown")
    return Proven("witnessed", signature.assurance, seen.number_digest, witness.WITNESSED)


def _proven(
    kind: Kind, claims: dict[str, Any], signature: Signature, *, limit: AssuranceLevel
) -> Proven:
    try:
        shown = min(AssuranceLevel.from_acr(claims["acr"]), limit)
        tie = str(claims["number_digest"])
    except (KeyError, ValueError) as mistake:
        raise EvidenceError("the statement lacks its level or its tie to a number") from mistake
    if signature.assurance > shown:
        raise EvidenceError("the signature claims more assurance than was shown")
    methods = claims.get("amr")
    method = str(methods[0]) if isinstance(methods, list) and methods else ""
    return Proven(kind, signature.assurance, tie, method)


# What reading JSON and CBOR from a stranger raises; the CBOR reader runs off the end of its bytes.
_UNREADABLE = (LookupError, TypeError, ValueError, OverflowError, RecursionError, struct.error)


def _check_assertion(
    signature: Signature,
    enrolment: dict[str, Any],
    rp_ids: Collection[str],
    origins: Collection[str],
) -> None:
    """Web Authentication Level 2, section 7.2, for an assertion that was stored."""
    evidence = signature.evidence
    if enrolment.get("sub") != signature.by:
        raise EvidenceError("the passkey is somebody else's")
    if evidence.get("credential_id") != enrolment.get("credential_id"):
        raise EvidenceError("the identity provider enrolled another passkey")
    try:
        authenticator = AuthenticatorData(unb64(evidence["authenticator_data"]))
        client_data = unb64(evidence["client_data"])
        client = json.loads(client_data)
        key = _cose_key(unb64(enrolment["public_key"]))
        signed = unb64(evidence["signature"])
        challenge = unb64(client["challenge"])
        facts = (client["type"], client["origin"], client.get("crossOrigin", False))
    except _UNREADABLE as mistake:
        raise EvidenceError("the passkey's assertion cannot be read") from mistake
    if facts[0] != "webauthn.get" or facts[1] not in origins or facts[2]:
        raise EvidenceError("the passkey signed for another web site or another purpose")
    if not hmac.compare_digest(challenge, signature.challenge):
        raise EvidenceError("the passkey signed something else")
    sites = {hashlib.sha256(rp_id.encode()).digest() for rp_id in rp_ids}
    if authenticator.rp_id_hash not in sites:
        raise EvidenceError("the passkey signed for another web site")
    if not (authenticator.is_user_present() and authenticator.is_user_verified()):
        raise EvidenceError("the passkey did not verify its person")
    if isinstance(key, UnsupportedKey):
        raise EvidenceError("the passkey's algorithm is not supported")
    try:
        key.verify(bytes(authenticator) + hashlib.sha256(client_data).digest(), signed)
    except InvalidSignature as mistake:
        raise EvidenceError("the passkey's signature does not fit") from mistake


def _cose_key(raw: bytes) -> CoseKey:
    found = cbor.decode(raw)
    if not isinstance(found, dict):
        raise ValueError("not a COSE key")
    return CoseKey.parse(found)
