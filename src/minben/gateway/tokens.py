"""Access tokens at the gateway: issued for this basis, shown by the key they were issued to.

An `at+jwt` (RFC 9068) bound by DPoP (RFC 9449), whose `authorization_details` (RFC 9396) name
the agreement. Revocation is not a token's matter: the basis is asked for every message.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from minben.protocol import dpop

_KEPT = 4096
Question = tuple[str, str, int | str | bool | None, str]  # fact, op, value, data set
ALGORITHMS = ["ES256", "Ed25519"]


class TokenRefused(Exception):
    """The token does not hold for this request; the message says which check failed."""


@dataclass(frozen=True, slots=True)
class Token:
    """存取憑證 What a token says, after its signature was checked."""

    thumbprint: str
    audience: frozenset[str]
    agreements: Mapping[str, frozenset[Question] | None]  # id → questions; None: all of it
    until: int


class Tokens:
    """憑證驗證 Of one authorization server. A token's signature is checked once, not its age."""

    def __init__(self, *, issuer: str, keys: Mapping[str, Any]) -> None:
        """`keys` is the server's JWK set."""
        self._issuer = issuer
        self._keys = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]
        self._known: OrderedDict[bytes, Token] = OrderedDict()

    def check(
        self,
        headers: Mapping[str, str],
        *,
        url: str,
        provider: str,
        basis: str,
        asked: Collection[Question],
        now: int,
    ) -> dpop.Proof:
        """The proof shown with a token for this provider and basis; TokenRefused otherwise.

        Whether the proof's `jti` was seen before is for the caller to ask.
        """
        scheme, _, written = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "dpop" or not written:
            raise TokenRefused("no DPoP-bound token")
        token = self._token(written)
        if now >= token.until:
            raise TokenRefused("the token has expired")
        if f"agency:{provider}" not in token.audience:
            raise TokenRefused("the token is for another audience")
        if basis not in token.agreements:
            raise TokenRefused("the token was issued for another agreement")
        opened = token.agreements[basis]
        if opened is not None and not opened.issuperset(asked):
            raise TokenRefused("the token was issued for fewer facts")
        try:
            proof = dpop.read(
                headers.get("dpop", ""), method="POST", url=url, now=now, access_token=written
            )
        except dpop.ProofError as error:
            raise TokenRefused(str(error)) from error
        if proof.thumbprint != token.thumbprint:
            raise TokenRefused("the proof is by another key than the token's")
        return proof

    def _token(self, written: str) -> Token:
        name = hashlib.sha256(written.encode()).digest()
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._read(written)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found

    def _read(self, written: str) -> Token:
        try:
            opened = jwt.decode(written, self._keys, algorithms=ALGORITHMS)
            claims = opened.claims
            if str(opened.header.get("typ")).lower() != "at+jwt":
                raise TokenRefused("not an access token")
            if claims["iss"] != self._issuer:
                raise TokenRefused("the token is another server's")
            audience = claims["aud"]
            return Token(
                thumbprint=str(claims["cnf"]["jkt"]),
                audience=frozenset([audience] if isinstance(audience, str) else audience),
                agreements=dict(_agreements(claims.get("authorization_details", []))),
                until=int(claims["exp"]),
            )
        except (JoseError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise TokenRefused("the token cannot be trusted") from error


def _agreements(details: Any) -> Iterator[tuple[str, frozenset[Question] | None]]:
    """What a token names: it may have been narrowed to some of an agreement's facts."""
    for one in details:
        if "agreement" in one:
            facts = one.get("facts")
            yield str(one["agreement"]), None if facts is None else _questions(facts)


def _questions(facts: Any) -> frozenset[Question]:
    return frozenset((one["fact"], one["op"], one["value"], one["data_set"]) for one in facts)
