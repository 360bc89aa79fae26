"""Which function does which kind of job. Rooms register theirs when their app is ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from minben.jobs.types import Dead, Handler, Kind, Outside

_KINDS: dict[str, Kind] = {}


def handler(
    kind: str,
    *,
    outside: Outside | None = None,
    dead: Dead | None = None,
    lease: timedelta = timedelta(seconds=60),
    attempts: int = 10,
    daily: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the function that does a kind of job.

    `handle(payload)` runs in one transaction with the job's completion: what it writes to the
    database happens exactly once. It must not call out; what calls out is split:
    `outside(payload, key)` runs first without a transaction and may run again after a crash,
    always with the same `key` (send it as the idempotency key); its JSON answer is then passed on:
    `handle(payload, answer)`. Raise `RetryLater` or `GiveUp` from either; any other exception is
    tried again with back-off, `attempts` times in all, then the job is dead.
    `dead(payload, reason)` runs in the transaction in which a job dies: open a task for someone.
    `lease` is how long one attempt may take before another worker may start it again.
    A `daily` kind comes by itself: `jobs.actions.begin_day` enqueues it once for each civil day,
    with `{"day": "2022-09-15"}`.
    """

    def register(handle: Handler) -> Handler:
        known = _KINDS.get(kind)
        if known is not None and known.handle is not handle:
            raise ValueError(f"two handlers for jobs of kind {kind!r}")
        _KINDS[kind] = Kind(
            name=kind,
            handle=handle,
            outside=outside,
            dead=dead,
            lease=lease,
            attempts=attempts,
            daily=daily,
        )
        return handle

    return register


def kinds() -> dict[str, Kind]:
    """Every kind that this process can do."""
    return dict(_KINDS)
