"""Signed messages between agencies over HTTP, and answers whose signature was checked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import httpx

from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.message import MessageError, sign_request, verify_response

MOST_BYTES = 200_000_000


class Unreachable(Exception):
    """Nobody answered in time; the same message may be sent again."""


class NotSigned(Exception):
    """Something answered, but not with the agency's signature on this very question."""


@dataclass(frozen=True, slots=True)
class Answered:
    """已驗回覆 An answer whose signature was checked, with what is needed to check it again."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_headers: Mapping[str, str]

    @property
    def retry_after(self) -> int:
        """Seconds that the agency asks to wait: 1 to 3,600; 30 when it says nothing useful."""
        written = self.headers.get("retry-after", "")
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            return 30
        return min(3600, max(1, int(written)))


def send(
    method: str,
    url: str,
    body: bytes,
    *,
    key: SigningKey,
    answers: PublicKey,
    seconds: float = 10.0,
) -> Answered:
    """Send with one agency's key and take only an answer signed by another's.

    `seconds` is the longest silence; connecting may take 3. Raises Unreachable or NotSigned.
    """
    headers = sign_request(
        method=method,
        url=url,
        headers={},
        body=body,
        key=key,
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(16),
    )
    status, found, content = call(method, url, body, headers, seconds)
    try:
        verify_response(
            status=status,
            headers=found,
            body=content,
            key_of={answers.key_id: answers}.get,
            now=datetime.now(UTC),
            request_headers=headers,
        )
    except MessageError as error:
        raise NotSigned(str(error)) from error
    kept = {name: headers[name] for name in ("signature", "signature-input")}
    return Answered(status, found, content, kept)


@lru_cache(maxsize=1)
def client() -> httpx.Client:
    """One client for the process: making one reads every certificate of the machine (0.1 s).

    Connections are not kept: an agency may restart at any time, and a call is rare.
    """
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)


def call(
    method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a call whose signatures the caller checks; Unreachable."""
    timeout = httpx.Timeout(seconds, connect=3.0)
    parts: list[bytes] = []
    size = 0
    try:
        with client().stream(
            method, url, content=body, headers=headers, timeout=timeout
        ) as answer:
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise NotSigned("the answer is larger than any answer may be")
            return answer.status_code, dict(answer.headers), b"".join(parts)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error
