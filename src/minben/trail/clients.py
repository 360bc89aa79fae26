"""The calls that the trail makes: a witness is shown a checkpoint."""

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
