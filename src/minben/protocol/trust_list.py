"""The trust list: who takes part, with which keys, signed, short-lived and pulled.

It stands where others ask an OCSP responder per message: who holds a list that is still valid
knows every key without asking anybody. What a provider offers and whom it answers stands in its
own signed offer inside the list, so that the list's issuer can leave a provider out but never
widen what it gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from minben.protocol import jws
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.sealing import SealedTo
from minben.protocol.terms import instant, read_instant

TYPE = "minben-trust-list+jwt"
OFFER = "minben-offer+jwt"
LASTS = timedelta(minutes=5)


class TrustError(ValueError):
    """信任清冊有誤 A list or an offer that cannot be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """列名金鑰 One key of a party: from when, until when (rotation), and when it was compromised.

    Two keys of a party may be valid at once while it changes them.
    """

    key: PublicKey
    since: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """As it stands in the list."""
        return {
            "key": self.key.text,
            "since": instant(self.since),
            "until": written(self.until),
            "revoked_at": written(self.revoked_at),
        }

    def valid(self, at: datetime) -> bool:
        """Whether what was signed at an instant counts."""
        ends = [end for end in (self.until, self.revoked_at) if end is not None]
        return self.since <= at and all(at < end for end in ends)


@dataclass(frozen=True, slots=True)
class OfferedSet:
    """提供項目 One version of a data set: to whom it goes, and when it ends (RFC 9745, 8594)."""

    key: str
    allow: frozenset[str]
    deprecated_at: datetime | None = None
    sunset_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """提供宣告 What a provider says of itself over its own signature."""

    party: str
    base_url: str
    sealing_key: SealedTo | None
    data_sets: tuple[OfferedSet, ...]

    def sign(self, key: SigningKey, *, at: datetime) -> str:
        """The offer as it is handed to the list's issuer."""
        sealing = None if self.sealing_key is None else self.sealing_key.text
        sets = [
            {
                "key": one.key,
                "allow": sorted(one.allow),
                "deprecated_at": written(one.deprecated_at),
                "sunset_at": written(one.sunset_at),
            }
            for one in self.data_sets
        ]
        payload = {
            "party": self.party,
            "base_url": self.base_url,
            "sealing_key": sealing,
            "data_sets": sets,
            "at": instant(at),
        }
        return jws.sign(payload, key=key, typ=OFFER)


@dataclass(frozen=True, slots=True)
class Listed:
    """列名者 One party: its role ("agency", "idp", "approver", "consent"), keys, signed offer."""

    name: str
    role: str
    keys: tuple[ListedKey, ...]
    offer_token: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it stands in the list."""
        keys = [one.to_json() for one in self.keys]
        return {"name": self.name, "role": self.role, "keys": keys, "offer": self.offer_token}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Listed:
        """Read what `to_json` wrote."""
        keys = tuple(
            ListedKey(
                PublicKey.from_text(one["key"]),
                read_instant(one["since"]),
                _instant(one["until"]),
                _instant(one["revoked_at"]),
            )
            for one in value["keys"]
        )
        return cls(str(value["name"]), str(value["role"]), keys, str(value["offer"]))


class TrustList:
    """信任清冊 A list that was checked. `serial` only grows: an older list is refused."""

    def __init__(
        self, *, serial: int, issued_at: datetime, until: datetime, parties: tuple[Listed, ...]
    ) -> None:
        self.serial, self.issued_at, self.until, self.parties = serial, issued_at, until, parties
        self._keys = {one.key.key_id: (party, one) for party in parties for one in party.keys}
        self.offers: dict[str, Offer] = {}
        self._sets: dict[str, tuple[Offer, OfferedSet]] = {}
        for party in parties:
            if party.offer_token:
                self._take(party)

    def _take(self, party: Listed) -> None:
        """An offer counts under a key of its party that is not revoked; else the list is false."""
        usable = {one.key.key_id: one.key for one in party.keys if one.revoked_at is None}
        try:
            offer = _offer(jws.verify(party.offer_token, key_of=usable.get, typ=OFFER))
        except (jws.TokenError, KeyError, TypeError, ValueError) as mistake:
            if any(one.revoked_at is not None for one in party.keys):
                return  # signed by the key that was lost: it offers nothing until it signs anew
            raise TrustError(f"{party.name}: its offer is not its own: {mistake}") from mistake
        if offer.party != party.name:
            raise TrustError(f"{party.name}: the offer is {offer.party}'s")
        self.offers[party.name] = offer
        for one in offer.data_sets:
            if one.key.split("/", 1)[0] != party.name or one.key in self._sets:
                raise TrustError(f"{party.name}: {one.key} is not its own data set")
            self._sets[one.key] = (offer, one)

    def party_of(self, key_id: str, *, at: datetime) -> tuple[str, PublicKey] | None:
        """Whose live key this is, or None: unknown, not yet, ended or compromised."""
        party, one = self._keys.get(key_id, (None, None))
        if party is None or one is None or not one.valid(at):
            return None
        return party.name, one.key

    def is_lost(self, key_id: str) -> bool:
        """Whether a key was compromised: then what it signed counts only where a log dates it."""
        _, one = self._keys.get(key_id, (None, None))
        return one is not None and one.revoked_at is not None

    def keys_of(self, role: str, *, at: datetime) -> Mapping[str, PublicKey]:
        """The live keys of all parties in a role, by key id."""
        found = {
            one.key.key_id: one.key
            for party in self.parties
            if party.role == role
            for one in party.keys
            if one.valid(at)
        }
        return MappingProxyType(found)

    def approvers(self, *, at: datetime) -> Mapping[str, PublicKey]:
        """Approvers of mandates by name."""
        return {
            party.name: one.key
            for party in self.parties
            if party.role == "approver"
            for one in party.keys
            if one.valid(at)
        }

    def data_set(self, key: str) -> tuple[Offer, OfferedSet] | None:
        """Who offers `agency/subsystem/dataset/vN`, and to whom."""
        return self._sets.get(key)


def sign(parties: tuple[Listed, ...], *, serial: int, at: datetime, key: SigningKey) -> str:
    """A list, valid for `LASTS`."""
    payload = {
        "serial": serial,
        "issued_at": instant(at),
        "until": instant(at + LASTS),
        "parties": [party.to_json() for party in parties],
    }
    return jws.sign(payload, key=key, typ=TYPE)


def read(token: str, *, issuer: PublicKey, now: datetime, newest: int = 0) -> TrustList:
    """A list signed by its issuer, still valid and not older than one seen before; TrustError."""
    try:
        told = jws.verify(token, key_of={issuer.key_id: issuer}.get, typ=TYPE)
        found = TrustList(
            serial=int(told["serial"]),
            issued_at=read_instant(told["issued_at"]),
            until=read_instant(told["until"]),
            parties=tuple(Listed.from_json(one) for one in told["parties"]),
        )
    except (TrustError, jws.TokenError) as mistake:
        raise TrustError(f"the trust list: {mistake}") from mistake
    except (KeyError, TypeError, ValueError, AttributeError) as mistake:
        raise TrustError("not a trust list") from mistake
    if now >= found.until:
        raise TrustError("the trust list has ended; pull a new one")
    if found.serial < newest:
        raise TrustError("the trust list is older than one seen before")
    return found


def _offer(told: Mapping[str, Any]) -> Offer:
    sealing = told["sealing_key"]
    return Offer(
        party=str(told["party"]),
        base_url=str(told["base_url"]),
        sealing_key=None if sealing is None else SealedTo.from_text(sealing),
        data_sets=tuple(
            OfferedSet(
                str(one["key"]),
                frozenset(str(name) for name in one["allow"]),
                _instant(one["deprecated_at"]),
                _instant(one["sunset_at"]),
            )
            for one in told["data_sets"]
        ),
    )


def written(at: datetime | None) -> str | None:
    """An instant as it stands in the list; None stays None."""
    return None if at is None else instant(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
