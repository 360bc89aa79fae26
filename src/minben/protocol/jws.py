"""Compact JWS (RFC 7515) with Ed25519 (RFC 8037, RFC 9864): one algorithm, no negotiation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from minben.protocol.canonical import canonical_json
from minben.protocol.keys import PublicKey, SigningKey, b64, unb64

MAX_LENGTH = 64_000


class TokenError(ValueError):
    """憑證語句有誤 A signed statement that cannot be trusted; the message says why."""


def sign(payload: Mapping[str, Any], *, key: SigningKey, typ: str) -> str:
    """A signed statement of a type, naming the key by its `key_id`."""
    header = {"alg": "Ed25519", "kid": key.key_id, "typ": typ}
    signed = f"{b64(canonical_json(header))}.{b64(canonical_json(payload))}"
    return f"{signed}.{b64(key.sign(signed.encode('ascii')))}"


def verify(token: str, *, key_of: Callable[[str], PublicKey | None], typ: str) -> dict[str, Any]:
    """The payload of a statement signed by a trusted key; TokenError for anything else.

    `key_of` finds the key for a key id. Algorithms other than Ed25519 (`none` among them), another
    type and critical extensions are refused before any key is looked at.
    """
    if not isinstance(token, str) or len(token) > MAX_LENGTH or token.count(".") != 2:
        raise TokenError("not a compact JWS")
    signed, _, written = token.rpartition(".")
    header_part, _, payload_part = signed.partition(".")
    try:
        header = json.loads(unb64(header_part))
        signature = unb64(written)
    except (ValueError, RecursionError) as mistake:
        raise TokenError("not a compact JWS") from mistake
    if not isinstance(header, dict) or header.get("alg") not in ("Ed25519", "EdDSA"):
        raise TokenError("the algorithm must be Ed25519")
    if header.get("typ") != typ or "crit" in header:
        raise TokenError(f"not a statement of type {typ}")
    key = key_of(str(header.get("kid")))
    if key is None:
        raise TokenError("signed by nobody who is trusted")
    if not key.verify(signature, signed.encode("ascii")):
        raise TokenError("the signature does not fit")
    try:
        payload = json.loads(unb64(payload_part))
    except (ValueError, RecursionError) as mistake:
        raise TokenError("the payload is not JSON") from mistake
    if not isinstance(payload, dict):
        raise TokenError("the payload is not an object")
    return payload
