"""The way to the identity provider. Never called inside a transaction.

The platform signs every request to it with its own key; the browser only carries a random
reference there and a one-time code back, so no number ever stands in an address.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import httpx
from django.conf import settings

from minben.base.refusal import Refused
from minben.kit.caller import client
from minben.protocol.canonical import canonical_json
from minben.protocol.keys import SigningKey, b64

_TIMEOUT = httpx.Timeout(5.0)


class IdentityProvider(Protocol):
    """What the platform needs of an identity provider."""

    def begin(self, request: dict[str, Any]) -> str:
        """Lodge a request; the address to which the browser goes."""

    def collect(self, code: str) -> str:
        """Fetch the statement for a code, once."""


class HttpIdentityProvider:
    """The provider as a process of its own, over HTTP."""

    def __init__(self, url: str, key: SigningKey, client: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client = client

    def begin(self, request: dict[str, Any]) -> str:
        """Lodge a request. Refused `identity.provider_down` or `identity.provider_refused`."""
        reference = self._post("/requests", request)["request"]
        return f"{self._url}/sign-in?request={reference}"

    def collect(self, code: str) -> str:
        """Fetch the statement. Refused `identity.provider_down` or `identity.provider_refused`."""
        return self._post("/statements", {"code": code})["statement"]

    def _post(self, path: str, value: dict[str, Any]) -> dict[str, str]:
        body = canonical_json(value)
        headers = {
            "Content-Type": "application/json",
            "X-Key-Id": self._key.key_id,
            "X-Signature": b64(self._key.sign(path.encode() + b"\n" + body)),
        }
        try:
            answer = self._send(self._url + path, body, headers)
        except httpx.HTTPError:
            raise Refused("identity.provider_down") from None
        if answer.status_code != 200:
            raise Refused("identity.provider_refused")
        try:
            found = answer.json()
        except json.JSONDecodeError:
            raise Refused("identity.provider_down") from None
        return dict(found)

    def _send(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        if self._client is not None:
            return self._client.post(url, content=body, headers=headers)
        return client().post(url, content=body, headers=headers, timeout=_TIMEOUT)


def identity_provider() -> IdentityProvider:
    """The provider named in the settings."""
    path = platform_key_path()
    key = SigningKey.load_or_make(path) if settings.DEMO else SigningKey.load(path)
    return HttpIdentityProvider(settings.IDENTITY_PROVIDER_URL, key)


def platform_key_path() -> Path:
    """Where the key lies with which the platform signs its requests to the provider."""
    return Path(settings.VAR) / "keys" / "platform"


def check_config() -> list[str]:
    """What is missing before anybody can sign in; empty when nothing is."""
    gaps = []
    if not (settings.AGENCIES / "idp" / "agency.json").exists():
        gaps.append("no identity provider in var/agencies/idp: run `minben demo start`")
    try:
        url = settings.IDENTITY_PROVIDER_URL + "/health"
        client().get(url, timeout=_TIMEOUT).raise_for_status()
    except httpx.HTTPError:
        gaps.append(f"no identity provider answers at {settings.IDENTITY_PROVIDER_URL}")
    return gaps
