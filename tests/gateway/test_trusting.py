"""Trust that is pulled: a lost key is refused within one pull, a version ends, a list runs out."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc import jwt
from joserfc.jwk import ECKey

from agencies.world import MOTHER, RATE, RECIPIENT
from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.gateway import publishing
from minben.gateway.basis import ProvenBasis
from minben.gateway.following import pull_revoked, pull_trust
from minben.gateway.pool import Pool
from minben.gateway.revocations import FeedStale, FollowedFeed, LocalFeed, append
from minben.gateway.seen import Seen, SeenFull
from minben.gateway.tokens import Tokens
from minben.gateway.trusting import Trusting
from minben.protocol import dpop
from minben.protocol.agreement import (
    Agreement,
    FactRequest,
    Party,
    Rule,
    Signature,
    state,
)
from minben.protocol.file_lane import read_lane
from minben.protocol.intake import read_record
from minben.protocol.keys import SigningKey, b64
from minben.protocol.message import MessageError
from minben.protocol.sealing import SealingKey
from minben.protocol.trust_list import LASTS, Offer, OfferedSet, TrustError

# Every test starts servers of its own.
pytestmark = pytest.mark.slow


def refusal(answer):
    return answer.status_code, answer.json()["error"]["key"]


@pytest.fixture
def pull(streets):
    """Publish again, and let the gateway look now instead of within the second."""
    kept = (streets.var / "trust" / "parties.json").read_text()
    offer = (streets.world.folder("tax") / "offer.jws").read_text()
    trusting = streets.gateway.passing.trusting

    def published():
        streets.publish(datetime.now(UTC))
        trusting._looked = float("-inf")

    def provider_pulls():
        streets.world.serving_now["tax"]._door._trusted._pulled = float("-inf")

    yield published
    (streets.var / "trust" / "parties.json").write_text(kept)
    (streets.world.folder("tax") / "offer.jws").write_text(offer)
    published()
    provider_pulls()


def test_a_lost_key_is_refused_within_one_pull_and_its_successor_is_taken(streets, asked, pull):
    """The drill: the recipient's key is stolen; revoke, publish, rotate; the thief is out."""
    folder, now = streets.var / "trust", datetime.now(UTC)
    stolen, fresh = streets.world.recipient, SigningKey.generate()
    body = streets.sealed(asked)
    assert streets.send(body).status_code == 200
    publishing.add_key(
        folder, RECIPIENT, fresh.public, now=now, overlap_until=now + timedelta(days=1)
    )
    pull()
    assert streets.send(body, key=stolen).status_code == 200  # both count while it is rotated
    publishing.revoke_key(folder, RECIPIENT, stolen.key_id, now=now)
    pull()
    assert refusal(streets.send(body, key=stolen)) == (401, "unsigned")
    # The provider pulls the same list: the successor is known to it, the stolen key to nobody.
    trusted = streets.world.serving_now["tax"]._door._trusted
    trusted._pulled = float("-inf")
    assert streets.send(body, key=fresh).status_code == 200
    direct = streets.world.ask("tax", body, f"/{RATE}", headers=streets.signed(body, key=stolen))
    assert direct.json()["error"]["key"] == "unsigned"
    told = [
        read_record(r.data).payload for r in read_lane(streets.var / "lanes/trust-list", 0, 99)
    ]
    assert told[-1]["verb"] == "trust.published"
    assert f"{RECIPIENT} {stolen.key_id} revoked" in told[-1]["details"]["keys"]
    with pytest.raises(publishing.NoSuchKey):
        publishing.revoke_key(folder, RECIPIENT, "unknown", now=now)


def test_a_key_that_is_revoked_ends_its_sessions_too(streets, asked, pull):
    from gateway.test_sessions import coded, shake

    session = shake(streets)
    body = streets.sealed(asked)
    assert streets.send(body, headers=coded(streets, session, body)).status_code == 200
    publishing.revoke_key(
        streets.var / "trust", RECIPIENT, streets.world.recipient.key_id, now=datetime.now(UTC)
    )
    pull()
    answer = streets.send(body, headers=coded(streets, session, body))
    assert refusal(answer) == (401, "session_ended")


def test_two_versions_live_side_by_side_until_the_old_one_ends(streets, asked, pull):
    world = streets.world
    tax = SigningKey.load(world.folder("tax") / "key")
    now = datetime.now(UTC)

    def offer(**ending):
        sets = (
            OfferedSet(RATE, frozenset({RECIPIENT}), **ending),
            OfferedSet("tax/income/rate/v2", frozenset({RECIPIENT})),
        )
        sealing = SealingKey.load_or_make(world.folder("tax") / "sealing_key").public
        told = Offer("tax", world.urls["tax"], sealing, sets).sign(tax, at=now)
        (world.folder("tax") / "offer.jws").write_text(told)
        pull()

    offer(deprecated_at=now, sunset_at=now + timedelta(days=90))
    answer = streets.send(streets.sealed(asked))
    assert answer.status_code == 200
    assert answer.headers["deprecation"] == f"@{int(now.timestamp())}"
    assert answer.headers["sunset"].endswith("GMT")
    assert streets.gateway.passing.trust(now).data_set("tax/income/rate/v2") is not None
    offer(deprecated_at=now, sunset_at=now)
    assert refusal(streets.send(streets.sealed(asked))) == (410, "gone")


def test_without_a_list_that_is_still_valid_nobody_is_trusted(tmp_path, streets):
    now = datetime.now(UTC)
    token = streets.publish(now)
    held = Trusting(streets.issuer.public)
    with pytest.raises(TrustError):
        held.current(now)
    held.take(token, now)
    assert held.current(now + LASTS / 2)
    with pytest.raises(TrustError):
        held.current(now + LASTS)


def test_a_gateway_that_follows_another_host_refuses_when_it_has_not_heard_for_a_second(tmp_path):
    feed = FollowedFeed()
    with pytest.raises(FeedStale):
        feed.revoked("a")
    feed.take(b"a\n", asked_at=time.monotonic())
    assert feed.revoked("a")
    assert not feed.revoked("b")
    feed.take(b"", asked_at=time.monotonic() - 1.01)  # asked for too long ago
    with pytest.raises(FeedStale):
        feed.revoked("a")


def test_a_local_revocation_is_seen_by_the_very_next_question(tmp_path):
    path = tmp_path / "revocations"
    append(path, "sha-256:a")
    feed = LocalFeed(path)
    assert feed.revoked("sha-256:a")
    assert not feed.revoked("sha-256:b")
    append(path, "sha-256:b")
    assert feed.revoked("sha-256:b")
    assert feed.since(len("sha-256:a\n")) == b"sha-256:b\n"
    with pytest.raises(ValueError, match="one line"):
        append(path, "a\nb")


def test_a_followed_gateway_hands_on_what_was_revoked_signed(streets):
    body = json.dumps({"offset": 0}).encode()
    append(streets.var / "revocations", "sha-256:elsewhere")
    answer = streets.send(body, "/revocations")
    assert answer.content.endswith(b"sha-256:elsewhere\n")
    assert "gateway=" in answer.headers["signature-input"]
    assert refusal(streets.send(b"{}", "/revocations")) == (400, "malformed")


def test_a_gateway_on_another_host_pulls_list_and_revocations_and_believes_signatures_only(
    streets,
):
    here = streets.gateway.folder
    far = replace(here, revocations=streets.url, revocations_key=streets.key.public)
    feed, held = FollowedFeed(), Trusting(streets.issuer.public)

    async def pulled(folder):
        pool = Pool(streets.url)
        await pull_trust(Pool(f"{streets.url}/trust-list"), held)
        await pull_revoked(pool, folder, feed)
        pool.close()

    append(streets.var / "revocations", "sha-256:far")
    asyncio.run(pulled(far))
    assert held.current(datetime.now(UTC)).data_set(RATE) is not None
    assert feed.revoked("sha-256:far")
    append(streets.var / "revocations", "sha-256:farther")
    asyncio.run(pulled(far))
    assert feed.revoked("sha-256:farther")
    with pytest.raises(MessageError):
        asyncio.run(pulled(replace(far, revocations_key=SigningKey.generate().public)))


def test_a_used_signature_is_known_to_every_worker_and_after_a_restart(tmp_path):
    one, two = (Seen(tmp_path / "seen", window=60, slots=64) for _ in range(2))
    assert one.first_sight("k", "n", 1000.0)
    assert not two.first_sight("k", "n", 1059.0)
    assert not two.first_sight(
        "k", "n", 1061.0
    )  # the window turned; it is remembered for one more
    one.close()
    assert not Seen(tmp_path / "seen", window=60, slots=64).first_sight("k", "n", 1061.0)
    assert two.first_sight("k", "n", 1181.0)


def test_a_full_table_of_signatures_takes_no_more(tmp_path):
    seen = Seen(tmp_path / "seen", window=60, slots=64)
    for i in range(64):
        assert seen.first_sight("k", str(i), 0.0)
    with pytest.raises(SeenFull):
        seen.first_sight("k", "one more", 0.0)


SERVER = ECKey.generate_key("P-256")
CLIENT = ECKey.generate_key("P-256")


def token(agreement, key=SERVER, **changes):
    claims = {
        "iss": "https://as",
        "aud": "agency:tax",
        "exp": int(time.time()) + 60,
        "cnf": {"jkt": CLIENT.thumbprint()},
        "authorization_details": [{"type": "minben_agreement", "agreement": agreement}],
        **changes,
    }
    return jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, key)


def proof(url, written, key=CLIENT, **changes):
    claims = {
        "htm": "POST",
        "htu": url,
        "iat": int(time.time()),
        "jti": b64(str(time.time_ns()).encode()),
        "ath": dpop.token_hash(written),
        **changes,
    }
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    return jose.serialize_compact(header, json.dumps(claims).encode(), key)


def test_where_tokens_are_asked_only_one_for_this_agreement_by_its_own_client_is_taken(
    streets, asked, monkeypatch
):
    tokens = Tokens(issuer="https://as", keys={"keys": [SERVER.as_dict(private=False)]})
    monkeypatch.setattr(streets.gateway.passing, "tokens", tokens)
    basis = Agreement.from_json(asked.basis.document).id
    url = f"{streets.url}/{RATE}"
    body = streets.sealed(asked)
    good = token(basis)

    def shown(written, shown_with):
        extra = {"authorization": f"DPoP {written}", "dpop": shown_with}
        return streets.send(body, extra=extra)

    used = proof(url, good)
    assert shown(good, used).status_code == 200
    assert refusal(shown(good, used)) == (409, "replayed")
    assert refusal(streets.send(body)) == (401, "token")
    for written, shown_with in (
        (token("sha-256:other"), None),
        (token(basis, aud="agency:bank"), None),
        (token(basis, iss="https://other"), None),
        (token(basis, exp=int(time.time()) - 1), None),
        (token(basis, key=CLIENT), None),
        ("nonsense", ""),
        (good, proof(url, good, key=SERVER)),
        (good, proof(url, good, htm="GET")),
        (good, proof(url + "2", good)),
        (good, proof(url, good, ath="x")),
        (good, proof(url, good, iat=int(time.time()) - 120)),
    ):
        answer = shown(written, proof(url, written) if shown_with is None else shown_with)
        assert refusal(answer) == (401, "token")
    assert MOTHER.number not in str(answer.content)


@given(st.lists(st.sampled_from(["accept", "reject", "revoke"]), max_size=4), st.data())
def test_a_state_that_was_found_before_is_the_state_that_is_found_anew(verbs, data):
    """Whatever was signed when: between two of an agreement's instants its state does not move."""
    begins = datetime(2022, 9, 1, tzinfo=UTC)
    days = st.integers(-2, 12).map(lambda n: begins + timedelta(days=n))
    agreement = Agreement(
        parties=(Party("mother", MOTHER.ref),),
        facts=(FactRequest(MOTHER.ref, "tax_rate", "at_least", 20, RATE),),
        rule=Rule.all("mother"),
        purpose=Text("審核", "Deciding"),
        recipient=RECIPIENT,
        legal_basis="x",
        valid_from=begins,
        valid_until=begins + timedelta(days=9),
        nonce="n",
    )
    signed = tuple(
        Signature(
            agreement=agreement.id, verb=verb, by=MOTHER.ref, at=data.draw(days),
            assurance=AssuranceLevel.HIGH, text_digest="",
        )
        for verb in verbs
    )  # fmt: skip
    basis = ProvenBasis(agreement.id, RECIPIENT, None, agreement, signed, frozenset())
    for at in data.draw(st.lists(days, max_size=12)):
        assert basis.state(at) == state(agreement, signed, at).status
