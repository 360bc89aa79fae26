"""What the identity provider states over its signature, checked before a word is believed.

A statement is a compact JWS (RFC 7515) under Ed25519 (RFC 8032, `alg` "Ed25519" of RFC 9864).
It comes over the back channel only; the browser carries nothing but a one-time code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity.types import Method
from minben.protocol import jws
from minben.protocol.keys import PublicKey

ISSUER = "idp"
AUDIENCE = "minben"
SIGN_IN = "minben-sign-in+jwt"
ENROLMENT = "minben-enrolment+jwt"
SIGNATURE = "minben-signature+jwt"
_LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignInStatement:
    """登入聲明 Who signed in, how, and how sure the identity provider is."""

    number: str
    name: str
    method: Method
    level: AssuranceLevel
    serial: str
    jti: str
    expires_at: datetime
    company: Mapping[str, str] | None


def trusted_key() -> PublicKey:
    """The identity provider's public key, from its descriptor.

    Refused `identity.provider_unknown` when there is none, and outside the demo when it is the
    simulated one: its cards and PINs stand on its own pages.
    """
    path = settings.AGENCIES / ISSUER / "agency.json"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise Refused("identity.provider_unknown") from None
    key, simulated = _key_in(str(path), changed)
    if simulated and not settings.DEMO:
        raise Refused("identity.provider_unknown")
    return key


def read_sign_in(token: str, *, nonce: str, at: datetime) -> SignInStatement:
    """A sign-in statement made for this nonce; Refused `identity.statement_refused` otherwise."""
    claims = read(token, typ=SIGN_IN, at=at)
    if claims.get("nonce") != nonce:
        raise Refused("identity.statement_refused")
    try:
        method = Method(claims["amr"][0])
        level = AssuranceLevel.from_acr(claims["acr"])
        statement = SignInStatement(
            number=claims["sub"],
            name=claims["name"],
            method=method,
            level=min(level, method.level),
            serial=claims["serial"],
            jti=claims["jti"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            company=claims.get("company"),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        raise Refused("identity.statement_refused") from None
    return statement


def read(token: str, *, typ: str, at: datetime) -> dict[str, Any]:
    """The claims of a statement of one type, signed by the trusted provider and in time.

    Statements without `exp` (they are evidence and last) are checked for the rest. Refused
    `identity.statement_refused`; what exactly was wrong is not told to who may have forged it.
    """
    key = trusted_key()
    try:
        claims = jws.verify(token, key_of={key.key_id: key}.get, typ=typ)
    except jws.TokenError:
        raise Refused("identity.statement_refused") from None
    now = at.timestamp()
    sound = (
        claims.get("iss") == ISSUER
        and claims.get("aud") == AUDIENCE
        and _whole(claims.get("iat")) <= now + _LEEWAY_SECONDS
        and ("exp" not in claims or _whole(claims["exp"]) > now - _LEEWAY_SECONDS)
    )
    if not sound or (typ == SIGN_IN and "exp" not in claims):
        raise Refused("identity.statement_refused")
    return claims


def _whole(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("inf")


@lru_cache(maxsize=8)
def _key_in(path: str, changed: int) -> tuple[PublicKey, bool]:
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    simulated = bool(told.get("simulated")) or told.get("command") == ["minben.demo.idp"]
    return PublicKey.from_text(told["public_key"]), simulated
