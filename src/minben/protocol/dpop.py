"""Proof of possession on every request: DPoP (RFC 9449). Pure; replay is the caller's memory.

A proof is a small JWS by the client's own key over method and address of one request. Whoever
steals a token without that key has stolen nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwk, jws
from joserfc.errors import JoseError

from minben.protocol.keys import b64, unb64

ALGORITHMS = ("ES256", "Ed25519", "PS256")
TYPE = "dpop+jwt"
FRESH_SECONDS = 60  # how old a proof may be
AHEAD_SECONDS = 10  # how far its clock may run ahead (FAPI 2.0 security profile, 5.3.2.1)
_LONGEST = 8_000
_ES256 = ECDSA(SHA256())
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
    thumbprint, claims = _opened(proof)
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
    if not is_name(jti):
        raise ProofError("jti is missing")
    if nonce is not None and not isinstance(nonce, str):
        raise ProofError("nonce is not text")
    if access_token is not None and claims.get("ath") != token_hash(access_token):
        raise ProofError("ath is of another token")
    return Proof(thumbprint, jti, issued_at, nonce)


def is_name(value: object) -> TypeGuard[str]:
    """Whether something can be a `jti`: a text of 1 to 256 characters, each of them whole."""
    if not isinstance(value, str) or not 1 <= len(value) <= 256:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def token_hash(access_token: str) -> str:
    """The `ath` of a token: base64url of its SHA-256 (RFC 9449, section 4.2)."""
    return b64(hashlib.sha256(access_token.encode()).digest())


def _opened(proof: str) -> tuple[str, Mapping[str, Any]]:
    """The thumbprint of the key in the header, and the claims it signed."""
    if len(proof) > _LONGEST or proof.count(".") != 2:
        raise ProofError("not a compact JWS")
    try:
        header, payload, signature = proof.split(".")
        key = _key(header)
        if not key.signed(f"{header}.{payload}".encode(), unb64(signature)):
            raise ProofError("its signature does not hold")
        claims = json.loads(unb64(payload))
    except (JoseError, KeyError, TypeError, ValueError, RecursionError) as fault:
        if isinstance(fault, ProofError):
            raise
        raise ProofError("its signature does not hold") from None
    if not isinstance(claims, dict):
        raise ProofError("claims are no object")
    return key.thumbprint, claims


@dataclass(frozen=True, slots=True)
class _ProofKey:
    thumbprint: str
    alg: str
    key: jwk.Key

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the key made this signature over exactly this message."""
        if self.alg == "ES256":
            return _es256(self.key, message, signature)
        written = f"{message.decode()}.{b64(signature)}"
        jws.deserialize_compact(written, self.key, algorithms=[self.alg])
        return True


@lru_cache(maxsize=1024)
def _key(header: str) -> _ProofKey:
    """What a proof's header says. A client's is the same in each of its proofs: read once."""
    told = json.loads(unb64(header))
    public = told["jwk"]
    if told["typ"] != TYPE or told["alg"] not in ALGORITHMS or "crit" in told:
        raise ProofError("another typ or alg")
    if not isinstance(public, dict) or public.get("kty") == "oct" or "d" in public:
        raise ProofError("jwk is no public key")
    key = jwk.import_key(public)
    if told["alg"] == "ES256" and not (isinstance(key, jwk.ECKey) and key.curve_name == "P-256"):
        raise ProofError("jwk is of another curve than its alg")
    return _ProofKey(key.thumbprint(), told["alg"], key)


def _es256(key: jwk.Key, message: bytes, signature: bytes) -> bool:
    """ECDSA on P-256 (RFC 7518, section 3.4), without a library's general way around it."""
    assert isinstance(key, jwk.ECKey)
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.public_key.verify(encode_dss_signature(r, s), message, _ES256)
    except InvalidSignature:
        return False
    return True


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
