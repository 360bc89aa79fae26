"""How a number is recognised, sealed at rest and found again without being readable."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import date
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from stdnum.util import clean

from minben.base.identifiers import is_national_id, is_resident_number
from minben.base.refusal import Refused
from minben.identity.types import NumberKind


def written(number: str) -> str:
    """The number as registers write it: full-width and spaces undone, capitals."""
    half = number.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    return str(clean(half, " -‐‑–—.")).strip().upper()


def kind_of(number: str, *, on: date) -> NumberKind:
    """Which register gave the number; Refused `identity.number_invalid` when none did.

    The number itself is never in the refusal.
    """
    if is_national_id(number):
        return NumberKind.NATIONAL_ID
    if is_resident_number(number, on=on):
        return NumberKind.RESIDENT_NUMBER if number[1] in "89" else NumberKind.OLD_RESIDENT_NUMBER
    raise Refused("identity.number_invalid")


def digest(number: str) -> str:
    """The keyed digest (HMAC-SHA-256, hex) by which a number is found again."""
    return hmac.new(_keys()[1], number.encode(), hashlib.sha256).hexdigest()


def seal(number: str) -> str:
    """The number encrypted with AES-256-GCM: base64url of nonce and ciphertext."""
    nonce = os.urandom(12)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, number.encode(), b"minben.identity.number")
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """The number again; ValueError when the platform's key has changed or the row was altered."""
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return AESGCM(_keys()[0]).decrypt(raw[:12], raw[12:], b"minben.identity.number").decode()
    except InvalidTag as fault:
        raise ValueError("a sealed number does not open: is NUMBER_KEY the one it had?") from fault


@lru_cache(maxsize=4)
def _derived(secret: str) -> tuple[bytes, bytes]:
    both = HKDF(algorithm=SHA256(), length=64, salt=None, info=b"minben.identity.numbers").derive(
        secret.encode()
    )
    return both[:32], both[32:]


def _keys() -> tuple[bytes, bytes]:
    return _derived(settings.NUMBER_KEY)
