"""Asking the consent owner whether a basis still stands, before every release."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from minben.kit.folder import Trust
from minben.kit.problems import Problem
from minben.protocol.keys import SigningKey
from minben.protocol.message import MessageError, sign_request, verify_response

SECONDS = 5.0


def ask(trust: Trust, key: SigningKey, basis: str) -> str:
    """The state that the consent owner gives for an agreement or mandate id, as "active".

    The answer is bound to this very request by its signature, so an old one cannot be replayed.
    Raises Problem `status_unreachable` when there is no fresh, signed answer: no word, no data.
    """
    owner = trust.consent_owner_key
    if owner is None:
        raise Problem("status_unreachable", retry_after=60)
    url = f"{trust.consent_owner_url}/{quote(basis, safe=':')}/status"
    now = datetime.now(UTC)
    nonce = secrets.token_urlsafe(16)
    headers = sign_request(
        method="GET", url=url, headers={}, body=b"", key=key, created=now, nonce=nonce
    )
    try:
        answer = httpx.get(url, headers=headers, timeout=SECONDS)
        verify_response(
            status=answer.status_code,
            headers=dict(answer.headers),
            body=answer.content,
            key_of={owner.key_id: owner}.get,
            now=datetime.now(UTC),
            request_headers=headers,
        )
        told = json.loads(answer.content)
        if answer.status_code == 200 and told["id"] == basis:
            return str(told["state"])
    except (httpx.HTTPError, MessageError, ValueError, KeyError, TypeError) as error:
        raise Problem("status_unreachable", retry_after=5) from error
    raise Problem("status_unreachable", retry_after=5)
