"""Who a person is to an app: a code name that no other app's is like (OpenID Connect Core 8.1)."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from minben.authorization.types import ClientView
from minben.protocol.keys import b64


def pairwise(person: UUID, client: ClientView) -> str:
    """The person's `sub` for a client; the same for all clients of one host, for no other.

    HMAC-SHA-256 under a key of the platform over the sector and the person's reference: nobody
    outside can join two of them or find the person.
    """
    told = f"{sector(client)}\n{person}".encode()
    return b64(hmac.new(_key(settings.NUMBER_KEY), told, hashlib.sha256).digest())


def sector(client: ClientView) -> str:
    """The host of its redirect addresses; registration lets a client have one host only."""
    hosts = {urlsplit(uri).hostname or "" for uri in client.redirect_uris}
    return min(hosts) if hosts else f"agency:{client.agency}"


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    info = b"minben.authorization.pairwise"
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
