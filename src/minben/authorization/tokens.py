"""Tokens: signed, short-lived, bound to a key. They say what they open; nobody keeps a list.

Access tokens follow RFC 9068 with `cnf.jkt` (RFC 9449, section 6). Their `jti` begins with the
family they belong to, so that ending a family ends every one of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError

from minben.authorization import keys
from minben.base.refusal import Refused

ACCESS_TYPE = "at+jwt"
INTROSPECTION_TYPE = "token-introspection+jwt"
ACCESS_SECONDS = 300
ID_SECONDS = 300
_LONGEST = 16_000


def sign(claims: Mapping[str, Any], *, typ: str) -> str:
    """A token of a type over these claims, by the key that signs now."""
    signer = keys.current()
    header = {"alg": keys.ALGORITHM, "kid": signer.kid, "typ": typ}
    return jwt.encode(header, dict(claims), signer.key, algorithms=[keys.ALGORITHM])


def fresh(family: str) -> str:
    """A new `jti` within a family ("-" for a client's own token)."""
    return f"{family}.{secrets.token_urlsafe(12)}"


def family_of(claims: Mapping[str, Any]) -> str:
    """The family that a token belongs to; "-" for none."""
    return str(claims["jti"]).partition(".")[0]


def read(token: str, *, at: int) -> dict[str, Any]:
    """The claims of an access token of ours that is not stale; Refused otherwise.

    Refused `authorization.token_refused` for another type, key, issuer or `alg`, `none` included.
    Whether its family and grant still stand is for `queries.standing`.
    """
    if len(token) > _LONGEST:
        raise Refused("authorization.token_refused")
    try:
        found = jwt.decode(token, _signed_by, algorithms=[keys.ALGORITHM])
    except (JoseError, ValueError, TypeError, RecursionError):
        raise Refused("authorization.token_refused") from None
    claims = found.claims
    if (
        found.header.get("typ") != ACCESS_TYPE
        or claims.get("iss") != settings.ORIGIN
        or not isinstance(claims.get("exp"), int)
        or claims["exp"] <= at
    ):
        raise Refused("authorization.token_refused")
    return dict(claims)


def _signed_by(taken: Any) -> Any:
    signer = keys.of(str(taken.headers().get("kid")))
    if signer is None:
        raise ValueError("signed by no key of ours")
    return signer.key
