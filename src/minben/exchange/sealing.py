"""Evidence at rest: readable only with the platform's key."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_ABOUT = b"minben.exchange.evidence"


def seal(evidence: dict[str, Any]) -> bytes:
    """AES-256-GCM over the JSON, nonce first."""
    nonce = os.urandom(12)
    written = json.dumps(evidence, ensure_ascii=False).encode()
    return nonce + AESGCM(_key(settings.NUMBER_KEY)).encrypt(nonce, written, _ABOUT)


def unseal(sealed: bytes) -> dict[str, Any]:
    """What was sealed; cryptography's InvalidTag when the key is another or a bit has changed."""
    opened = AESGCM(_key(settings.NUMBER_KEY)).decrypt(sealed[:12], sealed[12:], _ABOUT)
    evidence: dict[str, Any] = json.loads(opened)
    return evidence


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_ABOUT).derive(secret.encode())
