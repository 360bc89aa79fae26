"""Signed calls to other agencies over HTTP: with time-outs, and never inside a transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import httpx
from django.conf import settings
from django.db import connection

from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.message import MessageError, sign_request, verify_response

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
MOST_BYTES = 50_000_000


class Unreachable(Exception):
    """Nobody answered in time; the same message may be sent again."""


class NotSigned(Exception):
    """Something answered, but not with the agency's signature on this very question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """回覆 An answer whose signature was checked, with what is needed to check it again."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_headers: Mapping[str, str]

    @property
    def retry_after(self) -> int:
        """Seconds that the agency asks to wait: 1 to 3,600; 30 when it says nothing useful."""
        written = self.headers.get("retry-after", "")
        return min(3600, max(1, int(written))) if written.isascii() and written.isdigit() else 30


class Client(Protocol):
    """How a signed message reaches an agency."""

    def send(
        self, method: str, url: str, body: bytes, *, key: SigningKey, answers: PublicKey
    ) -> Reply:
        """Send, wait, check the signature; raises Unreachable or NotSigned."""
        ...


class HttpClient:
    """The real one."""

    def send(
        self, method: str, url: str, body: bytes, *, key: SigningKey, answers: PublicKey
    ) -> Reply:
        """Send, wait, check the signature; raises Unreachable or NotSigned."""
        _refuse_in_transaction()
        headers = sign_request(
            method=method,
            url=url,
            headers={},
            body=body,
            key=key,
            created=datetime.now(UTC),
            nonce=secrets.token_urlsafe(16),
        )
        status, found, content = _call(method, url, body, headers)
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
        return Reply(status, found, content, kept)


def recipient_key(agency: str) -> SigningKey:
    """The key with which a recipient's worker signs, from its own folder."""
    return SigningKey.load(settings.AGENCIES / agency / "key")


def check_config(agency: str) -> list[str]:
    """What is missing before this process can ask in an agency's name; empty when nothing is."""
    path = settings.AGENCIES / agency / "key"
    return [] if path.exists() else [f"{path} is missing: run `minben demo agencies prepare`"]


def _call(
    method: str, url: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    try:
        with httpx.stream(method, url, content=body, headers=headers, timeout=TIMEOUT) as answer:
            content = b""
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise NotSigned("the answer is larger than any answer may be")
            return answer.status_code, dict(answer.headers), content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error


def _refuse_in_transaction() -> None:
    """A call inside a transaction would hold its locks for as long as a neighbour likes."""
    if connection.in_atomic_block and not getattr(settings, "CALLS_IN_TESTS", False):
        raise RuntimeError("exchange.clients: call outside the transaction")
