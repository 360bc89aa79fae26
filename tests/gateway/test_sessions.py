"""A session: one signed handshake, then codes instead of signatures, and receipts as evidence."""

import json
import secrets
from datetime import UTC, datetime

import pytest

from agencies.world import RATE, RECIPIENT
from minben.gateway.passing import ONWARD, RECEIPT, evidence_line
from minben.kit.caller import client
from minben.protocol.batch_receipt import BatchReceipt, ReceiptError
from minben.protocol.keys import SigningKey
from minben.protocol.message import (
    LOGGED,
    ROUTED,
    SENDER,
    VOUCHED,
    sign_request,
    verify_countersigned,
    verify_response,
)
from minben.protocol.session import Hello


def shake(streets, key=None):
    key = key or streets.world.recipient
    hello = Hello()
    headers = streets.signed(hello.body, "/sessions", key=key)
    answer = streets.send(hello.body, "/sessions", headers=headers)
    verified(streets, answer, headers, {streets.key.key_id: streets.key.public}.get)
    if answer.status_code != 200:
        return answer
    return hello.finish(answer.content, client="gateway", client_key=key.key_id)


def verified(streets, answer, asked, key_of):
    return verify_countersigned(
        status=answer.status_code,
        headers=dict(answer.headers),
        body=answer.content,
        key_of=key_of,
        now=datetime.now(UTC),
        request_headers=asked,
    )


def coded(streets, session, body, path=f"/{RATE}"):
    return sign_request(
        method="POST", url=streets.url + path, headers={}, body=body, key=session.asking,
        created=datetime.now(UTC), nonce=secrets.token_hex(8), covered=ROUTED,
    )  # fmt: skip


def test_a_message_with_a_code_is_passed_on_and_its_receipt_convinces_anybody(streets, asked):
    session = shake(streets)
    body = streets.sealed(asked)
    headers = coded(streets, session, body)
    answer = streets.send(body, headers=headers)
    assert answer.status_code == 200, answer.text
    verified(streets, answer, headers, {session.answering.key_id: session.answering}.get)
    receipt = BatchReceipt.from_text(answer.headers[RECEIPT])
    commitment = answer.headers[LOGGED].split(";")[3]
    line = evidence_line(commitment, answer.headers["content-digest"], headers["signature-input"])
    receipt.check(line, streets.key.public)
    tax = streets.world.public("tax")
    verify_response(
        status=200, headers=dict(answer.headers), body=answer.content, now=datetime.now(UTC),
        key_of={tax.key_id: tax}.get, request_headers={"signature": answer.headers[ONWARD]},
    )  # fmt: skip
    assert streets.world.lane("tax")[-1]["vouched_by"] == streets.key.key_id
    with pytest.raises(ReceiptError):
        receipt.check(line + b"x", streets.key.public)


def test_a_gateways_word_counts_only_where_the_provider_said_so(streets, asked):
    """Another recipient than the provider named; and a provider that named no gateway at all."""
    body = streets.sealed(asked)
    headers = sign_request(
        method="POST", url=f"{streets.world.urls['tax']}/{RATE}", headers={SENDER: "bank"},
        body=body, key=streets.key, created=datetime.now(UTC), nonce="n-1", covered=VOUCHED,
    )  # fmt: skip
    url = f"{streets.world.urls['tax']}/{RATE}"
    answer = client().post(url, content=body, headers=headers)
    assert answer.json()["error"]["key"] == "unsigned"
    own = SigningKey.load(streets.world.folder("bank") / "key")
    headers = sign_request(
        method="POST", url=url, headers={SENDER: RECIPIENT}, body=body, key=own,
        created=datetime.now(UTC), nonce="n-2", covered=VOUCHED,
    )  # fmt: skip
    assert client().post(url, content=body, headers=headers).json()["error"]["key"] == "unsigned"


def test_a_session_of_a_stranger_is_not_opened(streets):
    assert shake(streets, SigningKey.generate()).json()["error"]["key"] == "unsigned"


def test_a_code_is_taken_once_and_only_for_what_it_covers(streets, asked):
    session = shake(streets)
    body = streets.sealed(asked)
    headers = coded(streets, session, body)
    changed = streets.send(body + b" ", headers=headers)
    assert changed.json()["error"]["key"] == "unsigned"
    streets.send(body, headers=headers)
    assert streets.send(body, headers=headers).json()["error"]["key"] == "replayed"


def test_a_hello_that_is_none_is_refused(streets):
    for body in (b"{}", b"[]", json.dumps({"format": "minben-session/1"}).encode()):
        answer = streets.send(body, "/sessions")
        assert answer.json()["error"]["key"] == "malformed"
    assert client().get(streets.url + "/sessions").status_code == 404
