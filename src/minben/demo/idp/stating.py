"""What the provider is asked, and what it then states over its signature."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from minben.base.assurance import AssuranceLevel
from minben.demo.idp.store import Card
from minben.protocol import jws
from minben.protocol.agreement import statement_digest
from minben.protocol.canonical import text_digest
from minben.protocol.evidence import ENROLMENT, SIGNATURE, number_digest
from minben.protocol.keys import SigningKey
from minben.protocol.terms import read_instant
from minben.protocol.witness import WITNESS

ISSUER = "idp"
SIGN_IN = "minben-sign-in+jwt"
LEVELS = {
    "citizen_certificate": AssuranceLevel.HIGH,
    "corporate_certificate": AssuranceLevel.HIGH,
    "mobile_fido": AssuranceLevel.HIGH,
    "nhi_card": AssuranceLevel.MEDIUM,
    "two_documents": AssuranceLevel.LOW,
}
KINDS = ("sign_in", "sign", "enrol", "witness")
_STATEMENT_SECONDS = 120
_SIGNED = ("agreement", "verb", "at", "text_digest", "digest")
_ENROLLED = ("credential_id", "public_key", "rp_id")


class Malformed(Exception):
    """A request that the provider does not serve; the message names the field."""


def check(document: Mapping[str, Any], return_addresses: tuple[str, ...]) -> None:
    """Refuse a request that is not one: above all one whose text is not the text to be signed."""
    kind = document.get("kind")
    if kind not in KINDS:
        raise Malformed("kind")
    for field in ("state", "return_to", "nonce"):
        if not isinstance(document.get(field), str):
            raise Malformed(field)
    if document["return_to"] not in return_addresses:
        raise Malformed("return_to")
    if not methods_for(document):
        raise Malformed("methods")
    if kind == "sign":
        _check_signing(document.get("sign"))
    if kind == "witness":
        _check_signing(document.get("witness"))
        _need(document.get("witness"), "witness", "about", "document")
    if kind == "enrol":
        _need(document.get("enrol"), "by", "credential_id", "public_key", "rp_id", "salt")


def methods_for(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The methods that may answer a request: those it names, sure enough for it."""
    try:
        least = AssuranceLevel[str(document.get("level", "low")).upper()]
    except KeyError:
        raise Malformed("level") from None
    named = document.get("methods") or list(LEVELS)
    return tuple(method for method in LEVELS if method in named and LEVELS[method] >= least)


def fits(document: Mapping[str, Any], card: Card) -> bool:
    """Whether this card's holder is the person who is to sign or enrol."""
    part = document.get(document["kind"])
    if document["kind"] == "sign_in" or not isinstance(part, Mapping):
        return True
    wanted = part.get("number_digests")
    own = number_digest(part["salt"], card.number)
    return not isinstance(wanted, list) or own in wanted


def state(document: Mapping[str, Any], card: Card, *, key: SigningKey, now: float) -> str:
    """The signed statement that answers a request by the holder of this card."""
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "minben",
        "iat": int(now),
        "jti": secrets.token_urlsafe(18),
        "acr": LEVELS[card.method].acr,
        "amr": [card.method],
        "nonce": document["nonce"],
    }
    if card.company is not None:
        claims["company"] = dict(card.company)
    if document["kind"] == "sign_in":
        told = {"sub": card.number, "name": card.name, "serial": card.serial}
        told_until = {"exp": int(now) + _STATEMENT_SECONDS}
        return jws.sign({**claims, **told, **told_until}, key=key, typ=SIGN_IN)
    part = document[document["kind"]]
    if document["kind"] == "witness":
        # The official states it; the number is the one on the paper of whom they saw sign.
        claims |= {"sub": part["witness"], "number_digest": part["about"]}
        claims |= {name: part[name] for name in (*_SIGNED, "by", "document")}
        return jws.sign(claims, key=key, typ=WITNESS)
    claims |= {"sub": part["by"], "number_digest": number_digest(part["salt"], card.number)}
    if document["kind"] == "sign":
        claims |= {name: part[name] for name in _SIGNED}
        return jws.sign(claims, key=key, typ=SIGNATURE)
    claims |= {name: part[name] for name in _ENROLLED}
    claims["acr"] = min(LEVELS[card.method], AssuranceLevel.MEDIUM).acr
    return jws.sign(claims, key=key, typ=ENROLMENT)


def _check_signing(part: object) -> None:
    told = _need(
        part, "by", "agreement", "verb", "at", "assurance", "text_digest", "digest", "salt"
    )
    text = told.get("text")
    if not isinstance(text, Mapping) or set(text) != {"zh", "en"}:
        raise Malformed("sign.text")
    if text_digest(text["zh"], text["en"]) != told["text_digest"]:
        raise Malformed("sign.text_digest")
    try:
        digest = statement_digest(
            agreement=told["agreement"],
            verb=told["verb"],
            by=told["by"],
            at=read_instant(told["at"]),
            assurance=AssuranceLevel[told["assurance"].upper()],
            text_digest=told["text_digest"],
        )
    except (KeyError, ValueError):
        raise Malformed("sign.at") from None
    if digest != told["digest"]:
        raise Malformed("sign.digest")


def _need(part: object, *fields: str) -> Mapping[str, Any]:
    if not isinstance(part, Mapping):
        raise Malformed("sign or enrol")
    for field in fields:
        if not isinstance(part.get(field), str):
            raise Malformed(field)
    return part
