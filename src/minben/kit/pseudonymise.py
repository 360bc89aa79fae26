"""Asking the pseudonym authority, so that an export names nobody."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import httpx

from minben.kit.folder import AgencyFolder
from minben.kit.problems import Problem
from minben.kit.types import JSON
from minben.protocol.message import MessageError, sign_request, verify_response

BATCH = 20_000
SECONDS = 60.0


def ask(
    folder: AgencyFolder,
    mandate: Mapping[str, JSON],
    signature: Mapping[str, JSON],
    numbers: Sequence[str],
) -> dict[str, str]:
    """Number → pseudonym under the mandate's purpose; Problem when there is no answer."""
    names: dict[str, str] = {}
    for start in range(0, len(numbers), BATCH):
        batch = list(numbers[start : start + BATCH])
        body = {"mandate": dict(mandate), "signature": dict(signature), "numbers": batch}
        answer = _post(folder, "/pseudonyms", body)
        names.update(zip(batch, answer, strict=True))
    return names


def _post(folder: AgencyFolder, path: str, value: Mapping[str, object]) -> list[str]:
    trust = folder.trust
    authority = trust.pseudonym_authority_key
    if authority is None:
        raise Problem("pseudonyms_unreachable", retry_after=60)
    url, body = trust.pseudonym_authority_url + path, json.dumps(value).encode()
    headers = sign_request(
        method="POST",
        url=url,
        headers={},
        body=body,
        key=folder.key,
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(16),
    )
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=SECONDS)
        verify_response(
            status=answer.status_code,
            headers=dict(answer.headers),
            body=answer.content,
            key_of={authority.key_id: authority}.get,
            now=datetime.now(UTC),
            request_headers=headers,
        )
        if answer.status_code == 200:
            return [str(name) for name in json.loads(answer.content)["pseudonyms"]]
    except (httpx.HTTPError, MessageError, ValueError, KeyError, TypeError) as error:
        raise Problem("pseudonyms_unreachable", retry_after=10) from error
    raise Problem("pseudonyms_unreachable", retry_after=10)
