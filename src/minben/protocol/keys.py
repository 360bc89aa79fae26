"""Ed25519 keys (RFC 8032) through libsodium, and their form as text and as a file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from nacl.bindings import crypto_sign_ed25519_sk_to_seed, crypto_sign_open
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as _Secret


def b64(raw: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Read what `b64` wrote, and nothing else: ValueError for any other spelling."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as mistake:
        raise ValueError("not base64url") from mistake
    if b64(raw) != text:
        raise ValueError("not base64url in its one canonical form")
    return raw


@dataclass(frozen=True, slots=True)
class RawKey:
    """公開金鑰之位元組 The 32 bytes of a public key on Curve25519, and how they are written."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise ValueError("a public key on Curve25519 has 32 bytes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the base64url form; ValueError when it is none."""
        return cls(unb64(text))

    @property
    def text(self) -> str:
        """The base64url form: how a key stands in a descriptor, an offer or a request."""
        return b64(self.raw)

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of SHA-256 over the key."""
        return hashlib.sha256(self.raw).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PublicKey(RawKey):
    """公鑰 Whose signatures can be checked. `raw` is the 32 bytes of RFC 8032."""

    alg: ClassVar[str] = "ed25519"

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed exactly this message."""
        if len(signature) != 64:
            return False
        try:
            crypto_sign_open(signature + message, self.raw)
        except (BadSignatureError, ValueError):
            return False
        return True


class SigningKey:
    """私鑰 A key that signs; `key_id` is its public key's. It prints nothing of itself."""

    alg = "ed25519"

    def __init__(self, seed: bytes) -> None:
        self._secret = _Secret(seed)
        self.public = PublicKey(bytes(self._secret.verify_key))
        self.key_id = self.public.key_id

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's randomness."""
        return cls(bytes(_Secret.generate()))

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read a key file: the raw 32-byte seed, readable by its owner alone.

        Raises PermissionError when others may read it, ValueError when it is no seed.
        """
        return cls(_secret(path))

    @classmethod
    def load_or_make(cls, path: Path) -> SigningKey:
        """Read the key file, or make it (0600) when there is none yet. For development keys.

        Two processes may call this at once: one makes the file, both get the same key.
        """
        return cls(kept_secret(path))

    def save(self, path: Path) -> None:
        """Write the seed to a new file that only its owner can read (0600)."""
        _write_secret(path, crypto_sign_ed25519_sk_to_seed(self._secret._signing_key))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over a message."""
        return self._secret.sign(message).signature

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id})"


def kept_secret(path: Path) -> bytes:
    """The 32 bytes of a key file (0600); made of fresh randomness when there is none yet.

    Two processes may call this at once: one makes the file, both get the same bytes.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        _write_secret(draft, os.urandom(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _secret(path)


def _secret(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path}: others may read this key; run chmod 600 on it")
    raw = path.read_bytes()
    if len(raw) != 32:
        raise ValueError(f"{path}: a key file holds exactly 32 bytes")
    return raw


def _write_secret(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
