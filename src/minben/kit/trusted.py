"""Whose signature a provider takes now: by its own list, and where it names one, the trust list.

`trust.json` says *who* may ask; the pulled trust list says *which keys* are theirs today. So a key
that was lost is refused within one pull, and its successor needs no visit to every provider.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from minben.kit import caller
from minben.kit.folder import Trust
from minben.kit.problems import Problem
from minben.protocol import trust_list
from minben.protocol.keys import PublicKey
from minben.protocol.trust_list import TrustError, TrustList

PULL_SECONDS = 10.0


class TrustedKeys:
    """可信金鑰 The recipients whom a provider knows, by the keys that count now."""

    def __init__(self, trust: Trust) -> None:
        self._names = {public.key_id: name for name, public in trust.recipients.items()}
        self._keys = {public.key_id: public for public in trust.recipients.values()}
        self._known = frozenset(trust.recipients)
        self._url, self._issuer = trust.trust_list_url, trust.trust_list_key
        self._held: TrustList | None = None
        self._pulled = float("-inf")
        self._lock = threading.Lock()

    @property
    def is_due(self) -> bool:
        """Whether the list has to be pulled before anybody is believed."""
        return self._issuer is not None and time.monotonic() - self._pulled >= PULL_SECONDS

    def pull(self) -> None:
        """Pull the list; one that cannot be had changes nothing until the held one ends."""
        with self._lock:
            if not self.is_due or self._issuer is None:
                return
            self._pulled = time.monotonic()
            newest = 0 if self._held is None else self._held.serial
            try:
                status, _, body = caller.call("GET", self._url, b"", {}, 5.0)
                if status == 200:
                    token, now = body.decode("ascii"), datetime.now(UTC)
                    self._held = trust_list.read(
                        token, issuer=self._issuer, now=now, newest=newest
                    )
            except (caller.Unreachable, caller.NotSigned, TrustError, UnicodeDecodeError):
                return

    def find(self, key_id: str, now: datetime) -> tuple[str, PublicKey] | None:
        """Name and key of a caller, or None. Problem `trust_stale` without a valid list."""
        if self._issuer is None:
            key = self._keys.get(key_id)
            return None if key is None else (self._names[key_id], key)
        if self._held is None or now >= self._held.until:
            raise Problem("trust_stale", retry_after=5)
        found = self._held.party_of(key_id, at=now)
        return found if found is not None and found[0] in self._known else None
