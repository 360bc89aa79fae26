"""Proof of possession on every request: DPoP (RFC 9449). Pure; replay is the caller's memory.

A proof is a small JWS by the client's own key over method and address of one request. Whoever
steals a token without that key has stolen nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwk, jws
from joserfc.errors import JoseError

from minben.protocol.keys import b64, unb64

ALGORITHMS = ("ES256", "Ed25519", "PS256")
TYPE = "dpop+jwt"
FRESH_SECONDS = 60  # how old a proof may be
AHEAD_SECONDS = 10  # how far its clock may run ahead (FAPI 2.0 security profile, 5.3.2.1)
_LONGEST = 8_000
_PORTS = {"http": 80, "https": 443}


class ProofError(ValueError):
    """持有證明有誤 A proof that proves nothing; the message says which check failed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """持有證明 What a sound proof says: whose key, its own name, when, and the server's nonce.

    `thumbprint` is the key's RFC 7638 SHA-256 thumbprint: what a token's `cnf.jkt` holds.
    """

    thumbprint: str
    jti: str
    issued_at: int
    nonce: str | None


def read(proof: str, *, method: str, url: str, now: int, access_token: str | None = None) -> Proof:
    """Check a proof against the request that carries it; ProofError otherwise.

    `url` is the request's own address as the outside sees it; query and fragment do not count.
    With `access_token` the proof must be bound to it (`ath`). Whether the `jti` was seen before
    and the `nonce` is the one wanted is for the caller, who has a memory.
    """
    header, claims = _opened(proof)
    if claims.get("htm") != method:
        raise ProofError("htm is another method")
    if not _same_place(claims.get("htu"), url):
        raise ProofError("htu is another address")
    issued_at = claims.get("iat")
    if not isinstance(issued_at, int) or isinstance(issued_at, bool):
        raise ProofError("iat is missing")
    if not now - FRESH_SECONDS <= issued_at <= now + AHEAD_SECONDS:
        raise ProofError("iat is not now")
    jti, nonce = claims.get("jti"), claims.get("nonce")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 256:
        raise ProofError("jti is missing")
    if nonce is not None and not isinstance(nonce, str):
        raise ProofError("nonce is not text")
    if access_token is not None and claims.get("ath") != token_hash(access_token):
        raise ProofError("ath is of another token")
    return Proof(header.thumbprint(), jti, issued_at, nonce)


def token_hash(access_token: str) -> str:
    """The `ath` of a token: base64url of its SHA-256 (RFC 9449, section 4.2)."""
    return b64(hashlib.sha256(access_token.encode()).digest())


def _opened(proof: str) -> tuple[jwk.Key, Mapping[str, Any]]:
    """The key in the header and the claims it signed."""
    if len(proof) > _LONGEST or proof.count(".") != 2:
        raise ProofError("not a compact JWS")
    try:
        header = json.loads(unb64(proof.partition(".")[0]))
        told = header["jwk"]
        if header["typ"] != TYPE or header["alg"] not in ALGORITHMS:
            raise ProofError("another typ or alg")
        if not isinstance(told, dict) or told.get("kty") == "oct" or "d" in told:
            raise ProofError("jwk is no public key")
        key = jwk.import_key(told)
        signed = jws.deserialize_compact(proof, key, algorithms=[header["alg"]])
        claims = json.loads(signed.payload)
    except (JoseError, KeyError, TypeError, ValueError, RecursionError) as fault:
        if isinstance(fault, ProofError):
            raise
        raise ProofError("its signature does not hold") from None
    if not isinstance(claims, dict):
        raise ProofError("claims are no object")
    return key, claims


def _same_place(told: object, url: str) -> bool:
    if not isinstance(told, str):
        return False
    try:
        return _place(told) == _place(url)
    except ValueError:
        return False


def _place(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path, normalised as RFC 3986, section 6.2 has it."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, parts.hostname or "", parts.port or _PORTS.get(scheme), parts.path or "/"
