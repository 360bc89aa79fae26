"""Who calls, proven: private_key_jwt (RFC 7523, OpenID Connect Core 9) and DPoP (RFC 9449).

Pure checks and one look at the client's row; what was shown is used up by `seen.spend`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from functools import lru_cache
from typing import Any

from django.conf import settings
from joserfc import jwk, jws
from joserfc.errors import JoseError

from minben.authorization import queries
from minben.authorization.types import Call, Caller, ClientView, Profile, Seen
from minben.base.refusal import Refused
from minben.protocol import dpop
from minben.protocol.keys import b64

ALGORITHMS = dpop.ALGORITHMS
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NONCE_SECONDS = 300  # a nonce is good for one to two of these
_LONGEST_SECONDS = 3600  # how far ahead an assertion may end: so long its name is remembered
_AHEAD_SECONDS = 10  # FAPI 2.0 security profile, 5.3.2.1: clocks differ a little
_LONGEST = 8_000


def caller(call: Call) -> Caller:
    """The client that sent a call, and the key it holds.

    Refused `authorization.client_refused`, `.nonce_wanted`, `.proof_refused`. A client that
    moves data proves its key whenever it fetches tokens: they are bound to it.
    """
    client, assertion = _client(call)
    if call.proof is None:
        if client.profile is Profile.DATA and call.endpoint == "token":
            raise Refused("authorization.proof_refused")
        return Caller(client, None, (assertion,))
    thumbprint, shown = possession(call)
    return Caller(client, thumbprint, (assertion, shown))


def possession(call: Call) -> tuple[str, Seen]:
    """The thumbprint of the key that signed this very call, and what is used up by that."""
    try:
        proof = dpop.read(
            call.proof or "",
            method=call.method,
            url=call.url,
            now=call.at,
            access_token=call.token,
        )
    except dpop.ProofError:
        raise Refused("authorization.proof_refused") from None
    if proof.nonce is None or not _is_ours(proof.nonce, call.at):
        raise Refused("authorization.nonce_wanted")
    until = proof.issued_at + dpop.FRESH_SECONDS + 1
    return proof.thumbprint, Seen(_name("dpop", proof.thumbprint, proof.jti), until)


def nonce(at: int) -> str:
    """The nonce that proofs have to carry now (RFC 9449, section 8); every process knows it."""
    return _nonce(at // NONCE_SECONDS)


def _is_ours(shown: str, at: int) -> bool:
    if not shown.isascii():
        return False
    now = at // NONCE_SECONDS
    return any(hmac.compare_digest(shown, _nonce(turn)) for turn in (now, now - 1))


def _nonce(turn: int) -> str:
    key = settings.SECRET_KEY.encode()
    return b64(hmac.new(key, f"minben.authorization.nonce:{turn}".encode(), "sha256").digest())


def _client(call: Call) -> tuple[ClientView, Seen]:
    if call.form.get("client_assertion_type") != ASSERTION:
        raise Refused("authorization.client_refused")
    assertion = call.form.get("client_assertion", "")
    header, claimed = _unread(assertion)
    key = claimed.get("iss")
    if not isinstance(key, str) or call.form.get("client_id", key) != key:
        raise Refused("authorization.client_refused")
    try:
        client = queries.client(key)
    except Refused:
        raise Refused("authorization.client_refused") from None
    if header.get("alg") not in ALGORITHMS or not _signed(assertion, header, client):
        raise Refused("authorization.client_refused")
    return client, _sound(claimed, client, call.at)


def _unread(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims before any signature was checked: only to find whose keys to try."""
    if len(assertion) > _LONGEST:
        raise Refused("authorization.client_refused")
    try:
        taken = jws.extract_compact(assertion.encode("ascii"))
        header, claims = taken.headers(), json.loads(taken.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise Refused("authorization.client_refused") from None
    if not isinstance(claims, dict):
        raise Refused("authorization.client_refused")
    return dict(header), claims


def _signed(assertion: str, header: dict[str, Any], client: ClientView) -> bool:
    keys = [k for k in client.jwks["keys"] if "kid" not in header or k["kid"] == header["kid"]]
    for told in keys:
        try:
            key = _imported(json.dumps(told, sort_keys=True))
            jws.deserialize_compact(assertion, key, algorithms=[header["alg"]])
        except (JoseError, ValueError, TypeError):
            continue
        return True
    return False


def _sound(claims: dict[str, Any], client: ClientView, at: int) -> Seen:
    """FAPI 2.0, 5.3.2.1: for us and us alone, now, and by the one it speaks of."""
    ends, jti = _number(claims.get("exp")), claims.get("jti")
    started = [_number(claims[name]) for name in ("iat", "nbf") if name in claims]
    sound = (
        claims.get("sub") == client.id
        and claims.get("aud") == settings.ORIGIN
        and at - _AHEAD_SECONDS < ends <= at + _LONGEST_SECONDS + _AHEAD_SECONDS
        and all(told <= at + _AHEAD_SECONDS for told in started)
        and dpop.is_name(jti)
    )
    if not sound:
        raise Refused("authorization.client_refused")
    return Seen(_name("assertion", client.id, str(jti)), int(ends) + _AHEAD_SECONDS + 1)


def _number(told: object) -> float:
    """A time as told, however large; one that is no number lies in no window."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return math.inf
    return told


def _name(kind: str, whose: str, jti: str) -> str:
    return hashlib.sha256(f"{kind}\n{whose}\n{jti}".encode()).hexdigest()


@lru_cache(maxsize=1024)
def _imported(told: str) -> jwk.Key:
    return jwk.import_key(json.loads(told))
