"""Issuing the trust list: who takes part is a file, the list is signed anew before it ends.

`parties.json` names each party's role and keys; its offer is a file that the party itself signed.
Every change of who is trusted goes on the trail before the list that carries it is put out.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minben.protocol import jws, trust_list
from minben.protocol.canonical import canonical_json
from minben.protocol.file_lane import FileLane
from minben.protocol.intake import entry_record
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.trust_list import Listed, ListedKey

LANE = "trust-list"
EVERY_SECONDS = 30.0


class NoSuchKey(Exception):
    """The party or its key is not in parties.json."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """清冊發布者 `folder` holds `key`, `parties.json` and, put out, `list.jws`."""

    folder: Path
    lane: FileLane

    @classmethod
    def open(cls, folder: Path, lanes: Path) -> Publisher:
        """Open the folder; BrokenLane when another process publishes from it."""
        return cls(folder, FileLane(lanes / LANE))

    def publish(self, now: datetime) -> str:
        """Sign and put out the list as parties.json has it now; returns the token."""
        written = json.loads((self.folder / "parties.json").read_text("utf-8"))
        parties = tuple(self._listed(one) for one in written["parties"])
        told = [party.to_json() for party in parties]
        digest = hashlib.sha256(canonical_json(told)).hexdigest()
        if digest != self._published():
            self._record(parties, digest, now)
        key = SigningKey.load(self.folder / "key")
        serial = max(int(now.timestamp()), self._serial(key) + 1)
        token = trust_list.sign(parties, serial=serial, at=now, key=key)
        trust_list.read(token, issuer=key.public, now=now)
        _write(self.folder / "list.jws", token)
        _write(self.folder / "published", digest)
        return token

    def run(self) -> None:
        """Publish now and again, until the process ends; at once when parties.json changes."""
        seen, due = 0, 0.0
        while True:
            changed = (self.folder / "parties.json").stat().st_mtime_ns
            if changed != seen or time.monotonic() >= due:
                self.publish(datetime.now(UTC))
                seen, due = changed, time.monotonic() + EVERY_SECONDS
            time.sleep(0.5)

    def _listed(self, one: Mapping[str, Any]) -> Listed:
        offer = one.get("offer")
        token = "" if offer is None else (self.folder / offer).read_text("ascii").strip()
        return Listed.from_json({**one, "offer": token})

    def _serial(self, key: SigningKey) -> int:
        """The serial that is out: two lists of one second must not pass for each other."""
        path = self.folder / "list.jws"
        if not path.exists():
            return 0
        token = path.read_text("ascii").strip()
        try:
            told = jws.verify(token, key_of={key.key_id: key.public}.get, typ=trust_list.TYPE)
        except jws.TokenError:  # another issuer's: nobody who believes this one holds it
            return 0
        return int(told["serial"])

    def _published(self) -> str:
        path = self.folder / "published"
        return path.read_text("ascii").strip() if path.exists() else ""

    def _record(self, parties: tuple[Listed, ...], digest: str, now: datetime) -> None:
        """On the trail before the list is out: whom everybody is told to trust."""
        keys = "; ".join(
            f"{party.name} {one.key.key_id}{' revoked' if one.revoked_at else ''}"
            for party in parties
            for one in party.keys
        )
        entry = entry_record(
            verb="trust.published",
            subject=None,
            actor="system:trust-list",
            basis="",
            details={"parties": digest, "keys": keys},
            at=now,
        )
        self.lane.append_many([entry.record])


def add_key(
    folder: Path, name: str, key: PublicKey, *, now: datetime, overlap_until: datetime
) -> None:
    """Begin a rotation: the new key counts from now, the keys before it until the overlap ends."""
    with_keys = _read(folder)
    party = _party(with_keys, name)
    for one in party["keys"]:
        one["until"] = one["until"] or trust_list.written(overlap_until)
    party["keys"].append(ListedKey(key, now).to_json())
    _save(folder, with_keys)


def revoke_key(folder: Path, name: str, key_id: str, *, now: datetime) -> None:
    """A key was lost: from the next list on, nothing that it signs counts. NoSuchKey."""
    with_keys = _read(folder)
    for one in _party(with_keys, name)["keys"]:
        if PublicKey.from_text(one["key"]).key_id == key_id:
            one["revoked_at"] = trust_list.written(now)
            _save(folder, with_keys)
            return
    raise NoSuchKey(f"{name} has no key {key_id}")


def _party(parties: Mapping[str, Any], name: str) -> dict[str, Any]:
    for one in parties["parties"]:
        if one["name"] == name:
            found: dict[str, Any] = one
            return found
    raise NoSuchKey(f"parties.json names no {name}")


def _read(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "parties.json").read_text("utf-8"))
    return found


def _save(folder: Path, parties: Mapping[str, Any]) -> None:
    _write(folder / "parties.json", json.dumps(parties, ensure_ascii=False, indent=2))


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(text + "\n", "utf-8")
    fresh.replace(path)
