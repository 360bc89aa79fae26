"""What lives a minute need not outlive a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def brief() -> Iterator[None]:
    """A transaction that is atomic and seen by all, but may be forgotten when the power is cut.

    For requests, codes and used proofs, which are stale before a machine has started again; what
    was lost fails closed (a code without its tokens, a token without its family). Ends of
    processes lose nothing. Never for anything on the trail.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "sqlite":
        _pragma("NORMAL")
        try:
            with transaction.atomic():
                yield
        finally:
            _pragma("FULL")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
            yield


def _pragma(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {level}")
