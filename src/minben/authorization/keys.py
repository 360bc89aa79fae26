"""The keys with which the authorization server signs: files, published ahead, retired late.

One file is one ES256 key (private JWK, 0600) and the second from which it signs. A new key lies in
the JWKS before it is used and an old one after, so that no cache is ever wrong.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jwk

ALGORITHM = "ES256"  # FAPI 2.0 security profile, 5.4.1: PS256, ES256 or EdDSA
CACHE_SECONDS = 600  # how long anybody may keep our JWKS
_KEPT_SECONDS = 24 * 3600  # what an old key signed is stale long before


@dataclass(frozen=True, slots=True)
class Signer:
    """簽章金鑰 One key and the second from which it signs."""

    key: jwk.ECKey
    since: int

    @property
    def kid(self) -> str:
        """Its name in headers: the RFC 7638 thumbprint."""
        return self.key.thumbprint()


def current(*, now: int | None = None) -> Signer:
    """The key that signs now: the youngest whose time has come."""
    at = int(time.time()) if now is None else now
    ready = [signer for signer in _signers() if signer.since <= at]
    return max(ready, key=lambda signer: signer.since)


def of(kid: str) -> Signer | None:
    """The key that a header names, as long as it is published."""
    return next((signer for signer in _signers() if signer.kid == kid), None)


def published() -> dict[str, Any]:
    """The JWKS (RFC 7517): keys to come, the one that signs, and those just retired."""
    members = []
    for signer in sorted(_signers(), key=lambda signer: -signer.since):
        public = dict(signer.key.as_dict(private=False))
        members.append({**public, "kid": signer.kid, "use": "sig", "alg": ALGORITHM})
    return {"keys": members}


def rotate(*, now: int | None = None, at_once: bool = False) -> str:
    """Add a key that signs once every cache has seen it; forget keys retired a day ago.

    `at_once` after a compromise: the new key signs now and every other one is gone with what it
    signed. Returns the new key's name.
    """
    at = int(time.time()) if now is None else now
    folder = Path(settings.AUTHORIZATION_KEYS)
    old = sorted(folder.glob("*.json")) if folder.exists() else []
    since = at if at_once or not old else at + CACHE_SECONDS
    made = _write(folder, since)
    doomed = old if at_once else _retired(old, before=at - _KEPT_SECONDS)
    for path in doomed:
        path.unlink()
    return made.kid


def _retired(paths: list[Path], *, before: int) -> list[Path]:
    """Keys whose successor had begun to sign by then: until it does, the older one signs."""
    in_order = sorted(paths, key=_starts)
    return [old for old, new in pairwise(in_order) if _starts(new) <= before]


def _starts(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _signers() -> tuple[Signer, ...]:
    folder = Path(settings.AUTHORIZATION_KEYS)
    found = _read(str(folder), _names(folder))
    if not found:
        if not settings.DEMO:
            raise RuntimeError(f"no signing key in {folder}: run `minben clients rotate-keys`")
        _write(folder, 0)
        found = _read(str(folder), _names(folder))
    return found


def _names(folder: Path) -> tuple[str, ...]:
    """The files there now, by name: a folder's time of change would miss two within one tick."""
    try:
        return tuple(sorted(name for name in os.listdir(folder) if name.endswith(".json")))
    except FileNotFoundError:
        return ()


@lru_cache(maxsize=4)
def _read(folder: str, names: tuple[str, ...]) -> tuple[Signer, ...]:
    found = []
    for path in (Path(folder, name) for name in names):
        try:
            mode, written = path.stat().st_mode, path.read_text("ascii")
        except FileNotFoundError:  # gone since it was listed
            continue
        if mode & 0o077:
            raise PermissionError(f"{path}: others may read this key; run chmod 600 on it")
        found.append(Signer(jwk.import_key(json.loads(written), "EC"), _starts(path)))
    return tuple(found)


def _write(folder: Path, since: int) -> Signer:
    key = jwk.generate_key("EC", "P-256")
    signer = Signer(key, since)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{since:010d}-{signer.kid}.json"
    draft = folder / f".{signer.kid}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(key.as_dict(private=True), file)
    draft.rename(path)  # whole or not at all
    return signer
