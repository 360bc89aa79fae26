"""工作 Words of the lease table that need no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

Payload = Mapping[str, Any]
Handler = Callable[..., None]
Outside = Callable[..., Any]
Dead = Callable[[Payload, str], None]


class RetryLater(Exception):
    """稍後再試 Raised by a handler or its outside call: not now; try again after `after`.

    For a slow or absent neighbour (429, 202, time-out). `reason` is kept and shown to officers,
    so it holds no personal data.
    """

    def __init__(self, after: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason


class GiveUp(Exception):
    """放棄 Raised by a handler or its outside call: trying again cannot help. No personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Kind:
    """工作種類 What is done for one kind of job. See `jobs.registry.handler`."""

    name: str
    handle: Handler
    outside: Outside | None
    dead: Dead | None
    lease: timedelta
    attempts: int
    daily: bool


@dataclass(frozen=True, kw_only=True)
class JobView:
    """工作 One job as officers and tests see it. `reason` says why it waits or died."""

    uuid: UUID
    kind: str
    payload: Payload
    key: str | None
    due_on: date | None
    attempt: int
    reason: str
    done_at: datetime | None
    dead_at: datetime | None
