"""A transfer through the gateway: passed on, logged first, and read by nobody on the way."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from agencies.world import FATHER, MOTHER, RATE, RECIPIENT
from minben.gateway import revocations
from minben.gateway.revocations import LocalFeed
from minben.kit.caller import NotSigned, client
from minben.kit.transfer import TransferRequest
from minben.protocol.agreement import Agreement, FactRequest
from minben.protocol.keys import SigningKey
from minben.protocol.message import DIRECT, MessageError, verify_countersigned
from minben.protocol.sealing import SealError, SealingKey

# Every test starts servers of its own.
pytestmark = pytest.mark.slow


def refusal(answer):
    return answer.status_code, answer.json()["error"]["key"]


def test_an_answer_comes_signed_by_its_provider_and_by_the_gateway_that_logged_it(streets, asked):
    routed = streets.ask(asked)
    told = json.loads(routed.opened)
    entry = streets.lane()[-1]
    assert told["answers"][0]["result"] is False
    assert entry["verb"] == "exchange.released"
    assert entry["subject"] == str(MOTHER.uuid)
    assert entry["details"]["transfer"] == asked.transfer
    assert entry["details"]["recipient"] == RECIPIENT
    assert entry["details"]["answer"] == routed.answered.headers["content-digest"]
    assert routed.logged.startswith("gateway-0;")
    assert entry["entry"] in routed.logged


def test_neither_gateway_nor_platform_can_read_number_or_answer(streets, asked):
    """All that the gateway saw, sent and wrote, and every key that is not the parties' own."""
    seen = []
    pool_send = type(streets.gateway.passing)._ask

    async def watched(self, offer, path, headers, body):
        answer = await pool_send(self, offer, path, headers, body)
        seen.extend([body, answer.body, str(headers).encode(), str(answer.headers).encode()])
        return answer

    type(streets.gateway.passing)._ask = watched
    try:
        routed = streets.ask(asked)
    finally:
        type(streets.gateway.passing)._ask = pool_send
    written = [p.read_bytes() for p in (streets.var / "gateway").rglob("*") if p.is_file()]
    written += [p.read_bytes() for p in (streets.var / "lanes").rglob("*") if p.is_file()]
    everything = b"".join(seen + written)
    assert MOTHER.number.encode() not in everything
    assert b'"result"' not in everything
    sealed_number = json.loads(seen[0])["subject"]["sealed"]
    sealed_answer = seen[1].decode()
    foreign = [
        path.read_bytes()
        for path in streets.var.rglob("*")
        if path.is_file()
        and path.stat().st_size == 32
        and streets.world.folder("tax") not in path.parents
    ]
    assert len(foreign) > 5  # gateway, trust list, consent owner, other agencies, recipient …
    for secret in foreign:
        key = SealingKey(secret)
        with pytest.raises(SealError):
            key.open(sealed_number, about=asked.transfer, reader="tax")
        with pytest.raises(SealError):
            key.open(sealed_answer, about=asked.transfer, reader=RECIPIENT)
    assert json.loads(routed.opened)["answers"][0]["result"] is False


def test_the_same_transfer_again_gives_the_same_answer_to_a_fresh_key(streets, asked):
    first, again = streets.ask(asked), streets.ask(asked)
    assert first.opened == again.opened
    assert first.answered.body != again.answered.body


def test_a_signature_is_taken_once(streets, asked):
    body = streets.sealed(asked)
    headers = streets.signed(body)
    assert streets.send(body, headers=headers).status_code == 200
    assert refusal(streets.send(body, headers=headers)) == (409, "replayed")


def test_each_refusal_is_signed_and_bound_to_its_question(streets, asked):
    body = streets.sealed(asked)
    headers = streets.signed(body, key=SigningKey.generate())
    answer = streets.send(body, headers=headers)
    verify = {
        "status": answer.status_code, "headers": dict(answer.headers),
        "body": answer.content, "now": datetime.now(UTC),
        "key_of": {streets.key.key_id: streets.key.public}.get,
    }  # fmt: skip
    verify_countersigned(request_headers=headers, **verify)
    with pytest.raises(MessageError):
        verify_countersigned(request_headers=streets.signed(body), **verify)
    assert refusal(answer) == (401, "unsigned")


def test_who_may_not_is_refused_before_the_provider_hears_of_it(streets, asked):
    before, answered = streets.lane(), streets.world.lane("tax")
    world = streets.world
    tax, idp = (SigningKey.load(world.folder(name) / "key") for name in ("tax", "idp"))
    agreement = world.agreement()
    accepted = world.signature(agreement, MOTHER)
    elsewhere = streets.request(accepted, agreement=agreement, fact="income_class", op="is",
                                value="general")  # fmt: skip
    unsigned = streets.request(world.signature(agreement, MOTHER, key=SigningKey.generate()),
                               agreement=agreement)  # fmt: skip
    took_back = streets.request(accepted, world.signature(agreement, MOTHER, verb="revoke"),
                                agreement=agreement)  # fmt: skip
    other = streets.request(accepted, agreement=agreement, subject=FATHER)
    over = world.agreement(valid_for=timedelta(seconds=-3600))
    ended = streets.request(
        world.signature(over, MOTHER, at=over.valid_from), agreement=over
    )  # fmt: skip
    body = streets.sealed(asked)
    told = json.loads(body)

    def changed(**changes):
        return json.dumps({**told, **changes}).encode()

    number = {"ref": MOTHER.ref, "number": MOTHER.number, "salt": "s"}
    for sent, expected, how in (
        (body, (401, "unsigned"), {"key": SigningKey.generate()}),
        (body, (401, "unsigned"), {"covered": DIRECT}),
        (body, (401, "unsigned"), {"created": datetime.now(UTC) - timedelta(minutes=6)}),
        (body, (403, "not_yours"), {"key": idp}),
        (changed(recipient="tax"), (403, "not_allowed"), {"key": tax}),
        (body, (400, "wrong_route"), {"path": "/tax/income/rate/v2"}),
        (changed(data_set="tax/income/rate/v2"), (404, "no_data_set"),
         {"path": "/tax/income/rate/v2"}),
        (changed(subject=number), (400, "not_sealed"), {}),
        (changed(answer_key="x", more=1), (400, "malformed"), {}),
        (streets.sealed(elsewhere), (403, "not_covered"), {}),
        (streets.sealed(other), (403, "not_covered"), {}),
        (streets.sealed(unsigned), (403, "basis_invalid"), {}),
        (streets.sealed(took_back), (403, "revoked"), {}),
        (streets.sealed(ended), (403, "not_active"), {}),
        (b"[" * 9999, (400, "malformed"), {}),
        (b"{}", (400, "not_sealed"), {}),
        (b"x" * 300_000, (413, "too_large"), {}),
        (body, (404, "not_found"), {"path": "/nowhere"}),
    ):  # fmt: skip
        assert refusal(streets.send(sent, **how)) == expected
    assert streets.lane() == before
    assert streets.world.lane("tax") == answered


def test_what_is_revoked_is_refused_from_the_next_message_on(streets, asked):
    streets.ask(asked)
    revocations.append(streets.var / "revocations", Agreement.from_json(asked.basis.document).id)
    answer = streets.send(streets.sealed(asked))
    assert refusal(answer) == (403, "revoked")


def test_nothing_leaves_when_nobody_knows_what_was_revoked(streets, asked, monkeypatch):
    body = streets.sealed(asked)
    lost = LocalFeed(streets.var / "nowhere")
    monkeypatch.setattr(streets.gateway.passing, "feed", lost)
    assert refusal(streets.send(body)) == (503, "feed_stale")


def test_a_mandate_carries_exactly_its_facts(streets):
    world = streets.world
    mandate = world.mandate((RATE, "tax_rate"))
    body = world.transfer(world.agreement()) | {
        "basis": {
            "kind": "mandate",
            "mandate": mandate.to_json(),
            "signatures": [world.signed(mandate)],
        }
    }
    request = TransferRequest.read(json.dumps(body).encode())
    other = world.mandate((RATE, "income"))
    narrow = body["basis"] | {"mandate": other.to_json(), "signatures": [world.signed(other)]}
    forged = body["basis"] | {"signatures": [world.signed(mandate, SigningKey.generate())]}
    assert json.loads(streets.ask(request).opened)["answers"][0]["result"] is False
    for basis, key in ((narrow, "not_covered"), (forged, "basis_invalid")):
        answer = streets.send(streets.sealed(request, basis=basis))
        assert refusal(answer) == (403, key)


def test_an_answer_that_was_changed_on_the_way_is_not_taken(streets, asked, monkeypatch):
    real = type(streets.gateway.passing)._ask

    async def altered(self, offer, path, headers, body):
        answer = await real(self, offer, path, headers, body)
        answer.body = answer.body[:-2] + b"AA"
        return answer

    monkeypatch.setattr(type(streets.gateway.passing), "_ask", altered)
    with pytest.raises(NotSigned):
        streets.ask(asked)


def test_nothing_leaves_when_the_disk_does_not_take_the_entry(streets, asked, monkeypatch):
    body = streets.sealed(asked)

    def full(records):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(streets.gateway.passing.committer._file, "append_many", full)
    answer = streets.send(body)
    assert refusal(answer) == (503, "log_down")
    assert answer.headers["retry-after"]


def test_too_many_at_once_are_asked_to_come_back(streets, monkeypatch):
    monkeypatch.setattr(streets.gateway, "_most", 0)
    answer = streets.send(b"{}")
    assert refusal(answer) == (429, "busy")
    assert answer.headers["retry-after"] == "1"


def test_health_and_metrics_name_routes_and_outcomes_but_nobody(streets, asked, monkeypatch):
    streets.ask(asked)
    streets.send(b"[]")
    health = client().get(streets.url + "/health")
    metrics = client().get(streets.url + "/metrics").text
    monkeypatch.setattr(streets.gateway.passing, "feed", LocalFeed(streets.var / "nowhere"))
    failing = client().get(streets.url + "/health")
    assert (health.status_code, health.json()["status"]) == (200, "pass")
    assert (failing.status_code, failing.json()["why"]) == (503, "feed_stale")
    assert f'answers_total{{route="{RATE}",status="200",refusal=""}}' in metrics
    assert 'status="400",refusal="malformed"}' in metrics
    assert metrics.endswith("# EOF\n")
    assert MOTHER.number not in metrics
    assert str(MOTHER.uuid) not in metrics


def test_a_provider_that_does_not_answer_is_named_and_the_transfer_may_be_sent_again(streets):
    """The bank is on the list, but does not serve."""
    bank = "bank/accounts/ownership/v1"
    fact = FactRequest(MOTHER.ref, "owns_account", "is", "700", bank)
    agreement = streets.world.agreement(fact)
    request = streets.request(
        streets.world.signature(agreement, MOTHER),
        agreement=agreement,
        fact="owns_account",
        op="is",
        value="700",
        data_set=bank,
    )
    answer = streets.send(streets.sealed(request), f"/{bank}")
    assert refusal(answer) == (504, "unreachable")
    assert answer.headers["retry-after"] == "5"
