"""Sessions: one signed handshake, then HMAC-SHA256 per message (RFC 9421, section 3.3.3).

The client signs a hello with its Ed25519 key and a fresh X25519 key; the server answers, signed
and bound to the hello, with its own. Both derive one key per direction (RFC 7748, RFC 5869). The
session's name is a ticket that only the server can read (as RFC 5077 does for TLS), so every
worker of the server knows every session and none is kept in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from minben.protocol.keys import b64, unb64

FORMAT = "minben-session/1"
LASTS = timedelta(minutes=10)
_ABOUT = b"minben-session-ticket/1"
_LONGEST = 600


class SessionError(ValueError):
    """會談有誤 A handshake or ticket that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class SessionKey:
    """會談金鑰 One direction of a session: signs and checks with HMAC-SHA256."""

    key_id: str
    secret: bytes = field(repr=False)
    alg: str = "hmac-sha256"

    def sign(self, message: bytes) -> bytes:
        """The 32-byte code over a message."""
        return hmac.digest(self.secret, message, "sha256")

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the code is this key's over exactly this message."""
        return hmac.compare_digest(hmac.digest(self.secret, message, "sha256"), signature)


@dataclass(frozen=True, slots=True)
class Session:
    """會談 What both sides hold: whose it is, the keys of both directions, when it ends.

    `asking` signs the client's messages, `answering` the server's; `client` is the client's name
    and `client_key` the id of the key that signed the hello: no session outlives its key.
    """

    client: str
    client_key: str
    asking: SessionKey
    answering: SessionKey
    until: datetime


class Hello:
    """開場 The client's half of a handshake: made, sent signed, then finished by the answer."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self.body = _written({"format": FORMAT, "ephemeral": b64(_public(self._secret))})

    def finish(self, answer: bytes, *, client: str, client_key: str) -> Session:
        """The session, from the server's answer whose signature was checked; SessionError."""
        told = _read(answer)
        try:
            ticket, theirs = str(told["ticket"]), unb64(told["ephemeral"])
            until = datetime.fromtimestamp(int(told["until"]), UTC)
        except (KeyError, ValueError, TypeError) as mistake:
            raise SessionError("the answer is not that of a handshake") from mistake
        secret = _agreed(self._secret, theirs, self.body, client_key)
        return _session(client, client_key, secret, until, ticket)


class Tickets:
    """會談票 The server's half: opens sessions, and reads back the tickets it gave."""

    def __init__(self, secret: bytes) -> None:
        """`secret` (32 bytes) is shared by the server's workers; who changes it ends them all."""
        self._key = AESGCM(HKDF(SHA256(), 32, None, _ABOUT).derive(secret))

    def open(self, hello: bytes, *, client: str, client_key: str, now: datetime) -> bytes:
        """The answer to a hello whose signature was checked; SessionError when it is none."""
        told = _read(hello)
        try:
            theirs = unb64(told["ephemeral"])
        except (KeyError, ValueError, TypeError) as mistake:
            raise SessionError("ephemeral must be an X25519 key in base64url") from mistake
        own = os.urandom(32)
        until = int((now + LASTS).timestamp())
        secret = _agreed(own, theirs, hello, client_key)
        kept = _written({"c": client, "k": client_key, "s": b64(secret), "u": until})
        nonce = os.urandom(12)
        ticket = b64(nonce + self._key.encrypt(nonce, kept, _ABOUT))
        return _written(
            {"format": FORMAT, "ephemeral": b64(_public(own)), "ticket": ticket, "until": until}
        )

    def read(self, ticket: str) -> Session:
        """The session behind a ticket of ours; SessionError for any other text."""
        try:
            if len(ticket) > _LONGEST:
                raise ValueError("too long")
            sealed = unb64(ticket)
            kept = json.loads(self._key.decrypt(sealed[:12], sealed[12:], _ABOUT))
        except (ValueError, InvalidTag) as mistake:
            raise SessionError("not a ticket of ours") from mistake
        until = datetime.fromtimestamp(kept["u"], UTC)
        return _session(kept["c"], kept["k"], unb64(kept["s"]), until, ticket)


def _session(client: str, client_key: str, secret: bytes, until: datetime, ticket: str) -> Session:
    asking, answering = (
        SessionKey(ticket, HKDF(SHA256(), 32, None, f"{FORMAT} {way}".encode()).derive(secret))
        for way in ("asking", "answering")
    )
    return Session(client, client_key, asking, answering, until)


def _agreed(own: bytes, theirs: bytes, hello: bytes, client_key: str) -> bytes:
    """The shared secret, tied to the hello and to the key that signed it."""
    try:
        shared = crypto_scalarmult(own, theirs)
    except (CryptoError, ValueError, TypeError) as mistake:
        raise SessionError("ephemeral is not a usable X25519 key") from mistake
    salt = hashlib.sha256(hello + client_key.encode()).digest()
    return HKDF(SHA256(), 32, salt, FORMAT.encode()).derive(shared)


def _public(secret: bytes) -> bytes:
    public: bytes = crypto_scalarmult_base(secret)
    return public


def _written(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _read(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as mistake:
        raise SessionError("the body is not JSON") from mistake
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise SessionError(f"not a {FORMAT}")
    return value
