"""Payloads sealed to their reader: compact JWE (RFC 7516), ECDH-ES over X25519, A256GCM.

One algorithm, no negotiation (RFC 7518, sections 4.6 and 5.3; RFC 8037). `about` and `reader` go
into the key itself (`apu`, `apv`): what was sealed for one transfer opens for no other.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from minben.protocol.keys import RawKey, b64, kept_secret, unb64

MEDIA_TYPE = "application/jose"
_ENC = "A256GCM"
_BITS = (256).to_bytes(4, "big")
_LONGEST = 4_000_000


class SealError(ValueError):
    """封緘有誤 Something that was not sealed for this key and this transfer."""


@dataclass(frozen=True, slots=True)
class SealedTo(RawKey):
    """收件公鑰 Whom something is sealed to: 32 bytes of RFC 7748."""


class SealingKey:
    """收件私鑰 A key that opens what was sealed to it. It prints nothing of itself."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("an X25519 secret has 32 bytes")
        self._secret = secret
        self.public = SealedTo(crypto_scalarmult_base(secret))

    @classmethod
    def generate(cls) -> SealingKey:
        """A fresh key: recipients make one for each transfer."""
        return cls(os.urandom(32))

    @classmethod
    def load_or_make(cls, path: Path) -> SealingKey:
        """Read the key file (0600), or make it when there is none yet."""
        return cls(kept_secret(path))

    @property
    def text(self) -> str:
        """The secret as base64url: kept with the evidence of one transfer, itself sealed."""
        return b64(self._secret)

    def open(self, sealed: str, *, about: str, reader: str) -> bytes:
        """What was sealed to this key about this; SealError for anything else."""
        if len(sealed) > _LONGEST or sealed.count(".") != 4:
            raise SealError("not a compact JWE")
        protected, wrapped, nonce, text, tag = sealed.split(".")
        try:
            header = json.loads(unb64(protected))
            if wrapped or header["alg"] != "ECDH-ES" or header["enc"] != _ENC:
                raise SealError("the algorithms must be ECDH-ES and A256GCM")
            if {"zip", "crit"} & set(header) or header["epk"]["crv"] != "X25519":
                raise SealError("compression, extensions and other curves are not taken")
            if (unb64(header["apu"]), unb64(header["apv"])) != (about.encode(), reader.encode()):
                raise SealError("it was sealed for another transfer or reader")
            shared = crypto_scalarmult(self._secret, unb64(header["epk"]["x"]))
            key = _derived(shared, about.encode(), reader.encode())
            cipher = unb64(text) + unb64(tag)
            if len(unb64(nonce)) != 12 or len(unb64(tag)) != 16:
                raise SealError("nonce or tag has another length")
            return AESGCM(key).decrypt(unb64(nonce), cipher, protected.encode())
        except (KeyError, TypeError, ValueError, RecursionError, CryptoError, InvalidTag) as error:
            if isinstance(error, SealError):
                raise
            raise SealError("it was not sealed to this key") from error

    def __repr__(self) -> str:
        return f"SealingKey({self.public.key_id})"


def seal(content: bytes, *, to: SealedTo, about: str, reader: str) -> str:
    """Content that only the holder of a key can read, for one purpose.

    SealError for a key of small order: everybody would share its secret.
    """
    secret = os.urandom(32)
    try:
        shared = crypto_scalarmult(secret, to.raw)
    except (CryptoError, RuntimeError) as mistake:
        raise SealError("nothing can be sealed to this key") from mistake
    header = {
        "alg": "ECDH-ES",
        "enc": _ENC,
        "kid": to.key_id,
        "epk": {"kty": "OKP", "crv": "X25519", "x": b64(crypto_scalarmult_base(secret))},
        "apu": b64(about.encode()),
        "apv": b64(reader.encode()),
    }
    protected = b64(json.dumps(header, separators=(",", ":")).encode())
    nonce = os.urandom(12)
    key = _derived(shared, about.encode(), reader.encode())
    sealed = AESGCM(key).encrypt(nonce, content, protected.encode())
    return f"{protected}..{b64(nonce)}.{b64(sealed[:-16])}.{b64(sealed[-16:])}"


def _derived(shared: bytes, about: bytes, reader: bytes) -> bytes:
    """The Concat KDF of RFC 7518, section 4.6.2: one round of SHA-256."""
    parts = (_ENC.encode(), about, reader)
    told = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.sha256(b"\x00\x00\x00\x01" + shared + told + _BITS).digest()
