"""A short-lived signed list tells whom to trust; a lost key is refused, old evidence is not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from minben.protocol import jws, trust_list
from minben.protocol.keys import SigningKey, unb64
from minben.protocol.sealing import SealingKey
from minben.protocol.trust_list import (
    LASTS,
    Listed,
    ListedKey,
    Offer,
    OfferedSet,
    TrustError,
    read,
    sign,
)

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
ISSUER, TAX, NEW, WELFARE = (SigningKey.generate() for _ in range(4))
RATE = OfferedSet("tax/income/rate/v1", frozenset({"child-welfare"}))
OFFER = Offer("tax", "http://localhost:8022", SealingKey.generate().public, (RATE,))


def listed(key=TAX, **more):
    return ListedKey(key.public, NOW - timedelta(days=9), **more)


def tax(*keys, offer=OFFER, signed_by=TAX):
    return Listed("tax", "agency", keys or (listed(),), offer.sign(signed_by, at=NOW))


def issued(*parties, at=NOW, serial=3, by=ISSUER):
    return sign(parties or (tax(),), serial=serial, at=at, key=by)


def taken(*parties, now=NOW, **more):
    return read(issued(*parties, **more), issuer=ISSUER.public, now=now)


def test_a_list_names_keys_and_each_providers_own_offer():
    found = taken(tax(), Listed("child-welfare", "agency", (listed(WELFARE),)))
    assert found.party_of(WELFARE.key_id, at=NOW) == ("child-welfare", WELFARE.public)
    assert found.data_set(RATE.key) == (found.offers["tax"], RATE)
    assert found.party_of(NEW.key_id, at=NOW) is None
    assert found.data_set("tax/income/rate/v2") is None


def test_a_list_that_ended_an_older_one_and_a_strangers_are_refused():
    for token, now, newest in (
        (issued(), NOW + LASTS, 0),
        (issued(), NOW, 4),
        (issued(by=TAX), NOW, 0),
        ("nonsense", NOW, 0),
        (jws.sign({"serial": "x"}, key=ISSUER, typ=trust_list.TYPE), NOW, 0),
        (jws.sign({}, key=ISSUER, typ=trust_list.OFFER), NOW, 0),
    ):
        with pytest.raises(TrustError):
            read(token, issuer=ISSUER.public, now=now, newest=newest)


def test_the_issuer_cannot_widen_what_a_provider_gives():
    wider = replace(OFFER, data_sets=(replace(RATE, allow=frozenset({"police"})),))
    with pytest.raises(TrustError, match="not its own"):
        taken(tax(offer=wider, signed_by=ISSUER))
    with pytest.raises(TrustError, match="offer is tax's"):
        taken(Listed("bank", "agency", (listed(),), OFFER.sign(TAX, at=NOW)))
    foreign = replace(OFFER, data_sets=(OfferedSet("bank/a/b/v1", frozenset()),))
    with pytest.raises(TrustError, match="not its own data set"):
        taken(tax(offer=foreign))


def test_while_a_key_is_rotated_both_count_and_then_the_new_one_alone():
    end = NOW + timedelta(days=1)
    found = taken(tax(listed(until=end), listed(NEW), signed_by=NEW))
    assert found.party_of(TAX.key_id, at=NOW)
    assert found.party_of(NEW.key_id, at=NOW)
    assert found.party_of(TAX.key_id, at=end) is None
    assert found.party_of(NEW.key_id, at=end) == ("tax", NEW.public)


def test_a_lost_key_is_refused_by_the_next_list_and_what_it_signed_before_stays_verifiable():
    """The compromise drill: revoke, publish, pull; then look back."""
    lost_at = NOW + timedelta(hours=1)
    before = taken()
    assert before.party_of(TAX.key_id, at=NOW)
    pulled = taken(tax(listed(revoked_at=lost_at)), at=lost_at, now=lost_at, serial=4)
    assert pulled.party_of(TAX.key_id, at=lost_at) is None
    assert pulled.data_set(RATE.key) is None or RATE.key not in pulled.offers
    # Evidence that the log dates before the loss is checked as of then.
    assert pulled.party_of(TAX.key_id, at=NOW) == ("tax", TAX.public)
    # What the thief signs does not come back by an offer.
    with_new = tax(listed(revoked_at=lost_at), listed(NEW), signed_by=NEW)
    restored = taken(with_new, at=lost_at, now=lost_at, serial=5)
    assert restored.data_set(RATE.key) is not None


def test_identity_providers_and_approvers_are_told_by_role():
    found = taken(
        Listed("idp", "idp", (listed(WELFARE),)), Listed("director", "approver", (listed(NEW),))
    )
    assert dict(found.keys_of("idp", at=NOW)) == {WELFARE.key_id: WELFARE.public}
    assert found.approvers(at=NOW) == {"director": NEW.public}
    assert not found.keys_of("idp", at=NOW - timedelta(days=10))


def test_a_list_holds_public_things_only():
    payload = issued().split(".")[1]
    assert set(json.loads(unb64(payload))) == {"serial", "issued_at", "until", "parties"}
