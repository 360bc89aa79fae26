"""Folders of the gateway and of the trust list, and each agency's signed offer. Idempotent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minben.kit.folder import write_json
from minben.protocol.keys import SigningKey
from minben.protocol.sealing import SealingKey
from minben.protocol.trust_list import Listed, ListedKey, Offer, OfferedSet

GATEWAY = "gateway"
TRUST = "trust"
REVOCATIONS = "revocations"
LISTED_SINCE = datetime(2022, 1, 1, tzinfo=UTC)  # what the demo's first keys signed since counts


@dataclass(frozen=True, slots=True)
class Party:
    """列名機關 One name on the demo's trust list; `key` where it is not in an agency's folder."""

    name: str
    role: str
    base_url: str = ""
    key: Path | None = None


def prepare_exchange(
    var: Path, parties: Sequence[Party], *, origin: str, gateway_url: str
) -> None:
    """Make or complete `var/gateway`, `var/trust` and every provider's `offer.jws`.

    Keys and what was rotated or revoked stay; offers are signed anew.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    trust = var / TRUST
    issuer = SigningKey.load_or_make(trust / "key")
    known = _known(trust / "parties.json")
    listed = []
    for party in parties:
        key = SigningKey.load_or_make(party.key or var / "agencies" / party.name / "key")
        told = (
            known.get(party.name)
            or Listed(party.name, party.role, (ListedKey(key.public, LISTED_SINCE),)).to_json()
        )
        told["offer"] = None
        if party.base_url:
            _offer(var / "agencies" / party.name, party, key, now)
            told["offer"] = f"../agencies/{party.name}/offer.jws"
        listed.append(told)
    gateway = SigningKey.load_or_make(var / GATEWAY / "key")
    own = Listed(GATEWAY, "gateway", (ListedKey(gateway.public, LISTED_SINCE),)).to_json()
    listed.append({**(known.get(GATEWAY) or own), "offer": None})
    write_json(trust / "parties.json", {"parties": listed})
    (var / REVOCATIONS).touch(mode=0o600)
    write_json(
        var / GATEWAY / "gateway.json",
        {
            "base_url": gateway_url,
            "public_key": gateway.public.text,
            "trust_list": f"../{TRUST}/list.jws",
            "trust_issuer": issuer.public.text,
            "revocations": f"../{REVOCATIONS}",
            "lanes": "../lanes",
            "relying_party": "localhost",
            "origins": [origin],
        },
    )


def _offer(folder: Path, party: Party, key: SigningKey, now: datetime) -> None:
    descriptor = json.loads((folder / "agency.json").read_text("utf-8"))
    allow = json.loads((folder / "trust.json").read_text("utf-8"))["allow"]
    offer = Offer(
        party=party.name,
        base_url=party.base_url,
        sealing_key=SealingKey.load_or_make(folder / "sealing_key").public,
        data_sets=tuple(
            OfferedSet(one["key"], frozenset(allow.get(one["key"], ())))
            for one in descriptor["datasets"]
        ),
    )
    fresh = folder / "offer.jws.new"
    fresh.write_text(offer.sign(key, at=now) + "\n", "ascii")
    fresh.replace(folder / "offer.jws")


def _known(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    return {one["name"]: one for one in json.loads(path.read_text("utf-8"))["parties"]}
