"""What somebody with a key, a token or a little patience tries at the gateway, in vain."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from agencies.world import MOTHER, RATE, RECIPIENT
from gateway.test_sessions import shake
from gateway.test_trusting import SERVER, proof, refusal, token
from minben.gateway import app, publishing
from minben.gateway.pool import Answer
from minben.gateway.revocations import LocalFeed, append
from minben.gateway.seen import Seen
from minben.gateway.tokens import Tokens
from minben.protocol import trust_list
from minben.protocol.agreement import Agreement
from minben.protocol.keys import SigningKey

# Every test starts servers of its own.
pytestmark = pytest.mark.slow


@pytest.fixture
def parties(streets):
    """Change parties.json, and find it as it was afterwards."""
    path = streets.var / "trust" / "parties.json"
    kept = path.read_text()

    def pull():
        streets.publish(datetime.now(UTC))
        streets.gateway.passing.trusting._looked = float("-inf")

    yield pull
    path.write_text(kept)
    pull()


def test_a_thief_of_an_identity_providers_key_cannot_sign_as_if_before_the_theft(
    streets, asked, parties
):
    folder, world = streets.var / "trust", streets.world
    body = streets.sealed(asked)
    assert streets.send(body).status_code == 200
    publishing.revoke_key(folder, "idp", world.idp.key_id, now=datetime.now(UTC))
    parties()
    assert refusal(streets.send(body)) == (403, "basis_invalid")


def test_a_session_belongs_to_the_key_that_signed_its_hello_whatever_stands_beside(
    streets, parties
):
    """A stolen key's hello names the good one under another label: it is not the good one's."""
    stolen, now = SigningKey.generate(), datetime.now(UTC)
    publishing.add_key(
        streets.var / "trust", RECIPIENT, stolen.public, now=now, overlap_until=now + timedelta(1)
    )
    parties()
    good, signed = streets.world.recipient.key_id, streets.signed

    def beside(*told, **more):
        headers = signed(*told, **more)
        other = f'other=();created=1;keyid="{good}"'
        return {**headers, "signature-input": f"{headers['signature-input']}, {other}"}

    streets.signed = beside
    try:
        session = shake(streets, key=stolen)
    finally:
        del streets.signed
    opened = streets.gateway.passing.tickets.read(session.asking.key_id)
    assert opened.client_key == stolen.key_id


def test_two_lists_of_one_second_do_not_pass_for_each_other(streets, parties):
    now = datetime.now(UTC)
    one, two = streets.publish(now), streets.publish(now)
    serials = [trust_list.read(each, issuer=streets.issuer.public, now=now).serial
               for each in (one, two)]  # fmt: skip
    assert serials[0] < serials[1]


def test_a_token_for_fewer_facts_opens_no_more(streets, asked, monkeypatch):
    tokens = Tokens(issuer="https://as", keys={"keys": [SERVER.as_dict(private=False)]})
    monkeypatch.setattr(streets.gateway.passing, "tokens", tokens)
    basis, body = Agreement.from_json(asked.basis.document).id, streets.sealed(asked)
    question = asked.requests[0]
    whole = {"fact": question.fact, "op": question.op, "value": question.value, "data_set": RATE}

    def shown(*facts):
        detail = {"type": "agreement", "agreement": basis, "facts": list(facts)}
        written = token(basis, authorization_details=[detail])
        made = proof(f"{streets.url}/{RATE}", written)
        return streets.send(body, extra={"authorization": f"DPoP {written}", "dpop": made})

    assert shown(whole).status_code == 200
    assert refusal(shown({**whole, "value": 5})) == (401, "token")
    assert refusal(shown("nonsense")) == (401, "token")


@pytest.mark.parametrize("status", [201, 203, 206, 302])
def test_what_is_not_logged_does_not_leave_under_another_status(
    streets, asked, monkeypatch, status
):
    async def send(self, *message):
        return Answer(status, {"signature": "minben=:AA==:"}, b"the answer")

    monkeypatch.setattr("minben.gateway.pool.Pool.send", send)
    assert refusal(streets.send(streets.sealed(asked))) == (502, "bad_answer")


def test_what_is_too_deep_or_too_large_is_the_senders_mistake(streets, asked):
    deep = json.loads("[" * 400 + "]" * 400)
    body = streets.sealed(asked, basis={"kind": "agreement", "agreement": deep, "signatures": []})
    assert refusal(streets.send(body)) == (403, "basis_invalid")
    for offset in ("Infinity", "1" + "0" * 40, "-1" + "0" * 40):
        body = f'{{"offset": {offset}}}'.encode()
        assert refusal(streets.send(body, "/revocations")) == (400, "malformed"), offset
    assert MOTHER.number not in str(body)


def test_a_torn_line_does_not_swallow_the_next_revocation(tmp_path):
    path = tmp_path / "revocations"
    append(path, "sha-256:a")
    with path.open("ab") as file:
        file.write(b"sha-256:to")
    append(path, "sha-256:b")
    assert LocalFeed(path).revoked("sha-256:b")
    assert LocalFeed(path).revoked("sha-256:a")


def test_a_signature_is_taken_once_when_the_window_turns_between_two_workers(tmp_path):
    """Or when the clock was set back a little."""
    ahead, behind = (Seen(tmp_path / "seen", window=60, slots=64) for _ in range(2))
    assert ahead.first_sight("k", "n", 120.1)
    assert not behind.first_sight("k", "n", 119.9)
    assert behind.first_sight("k", "m", 119.9)
    assert not ahead.first_sight("k", "m", 120.1)


class Stalling:
    """A request whose body never comes, and the answer to it."""

    method, path, query_string = "POST", f"/{RATE}", ""

    def __init__(self):
        self.headers, self.status = {"content-length": "100"}, 0

    async def __call__(self):
        await asyncio.Event().wait()

    def response_bytes(self, status, headers, body):
        self.status = status


def test_who_sends_nothing_holds_no_place(streets, monkeypatch):
    monkeypatch.setattr(app, "BODY_SECONDS", 0.01)
    stalling = Stalling()
    asyncio.run(streets.gateway.__rsgi__(stalling, stalling))
    assert stalling.status == 408
    assert streets.gateway.metrics.under_way == 0


def test_a_key_that_nothing_can_be_sealed_to_is_refused_before_anything_is_logged(streets, asked):
    before = len(streets.world.lane("tax"))
    answer = streets.send(streets.sealed(asked, answer_key="A" * 43))
    assert answer.status_code == 400, answer.text
    assert len(streets.world.lane("tax")) == before
