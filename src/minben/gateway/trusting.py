"""The trust list as this process holds it: pulled when it changes, refused when it has ended."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from minben.protocol import trust_list
from minben.protocol.keys import PublicKey
from minben.protocol.trust_list import TrustError, TrustList

PULL_SECONDS = 1.0


class Trusting:
    """持有的清冊 The newest list that was seen. Nothing is trusted without one that is valid.

    A list on this host is a file, looked at once a second; a list of another host is given to
    `take` by whoever pulls it.
    """

    def __init__(self, issuer: PublicKey, path: Path | None = None) -> None:
        self._issuer, self._path = issuer, path
        self._looked = float("-inf")
        self._token = ""
        self._held: TrustList | None = None

    def current(self, now: datetime) -> TrustList:
        """The list that counts now; TrustError when there is none."""
        clock = time.monotonic()
        if self._path is not None and clock - self._looked >= PULL_SECONDS:
            self._looked = clock
            self._look(now)
        if self._held is None or now >= self._held.until:
            raise TrustError("no trust list that is still valid")
        return self._held

    def take(self, token: str, now: datetime) -> None:
        """A list that was pulled; TrustError when it is not the issuer's, ended or older."""
        if token == self._token:
            return
        newest = 0 if self._held is None else self._held.serial
        self._held = trust_list.read(token, issuer=self._issuer, now=now, newest=newest)
        self._token = token

    @property
    def token(self) -> str:
        """The list as it was signed, for whoever pulls it from here."""
        return self._token

    def _look(self, now: datetime) -> None:
        """A file that is not there or not right changes nothing: the held list runs out."""
        assert self._path is not None
        try:
            self.take(self._path.read_text("ascii").strip(), now)
        except (OSError, ValueError):
            return
