"""The calls that the trail makes: a checkpoint is shown to a witness, and stamped with a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import httpx

TIMEOUT = httpx.Timeout(5.0)
_LONGEST = 64_000


@dataclass(frozen=True, slots=True)
class Answer:
    """回覆 The status and text of an HTTP answer; status 0 when there was none."""

    status: int
    text: str


class WitnessClient(Protocol):
    """見證連線 Shows a witness a checkpoint (C2SP tlog-witness, add-checkpoint)."""

    def add_checkpoint(self, url: str, body: str) -> Answer:
        """Post a request to the witness at this submission prefix."""


class HttpWitnessClient:
    """見證 HTTP 連線 The real one. A witness that does not answer in five seconds has not."""

    def __init__(self) -> None:
        self._http = httpx.Client(timeout=TIMEOUT)

    def add_checkpoint(self, url: str, body: str) -> Answer:
        """Post a request to the witness at this submission prefix."""
        try:
            answer = self._http.post(f"{url.rstrip('/')}/add-checkpoint", content=body.encode())
        except httpx.HTTPError as failure:
            return Answer(0, type(failure).__name__)
        return Answer(answer.status_code, answer.text[:_LONGEST])

    def check_config(self) -> None:
        """Nothing is set here: addresses stand in the trust policy."""


class StampClient(Protocol):
    """時戳連線 Asks a time-stamp authority (RFC 3161 over HTTP)."""

    def stamp(self, url: str, request: bytes) -> bytes:
        """Post a request in DER; the answer in DER, empty when there was none."""


class HttpStampClient:
    """時戳 HTTP 連線 The real one."""

    def __init__(self) -> None:
        self._http = httpx.Client(timeout=TIMEOUT)

    def stamp(self, url: str, request: bytes) -> bytes:
        """Post a request in DER; the answer in DER, empty when there was none."""
        kind = {"content-type": "application/timestamp-query"}
        try:
            answer = self._http.post(url, content=request, headers=kind)
        except httpx.HTTPError:
            return b""
        return answer.content if answer.status_code == 200 else b""

    def check_config(self) -> None:
        """The address is `TIME_STAMP_URL`; empty means that nothing is stamped."""
