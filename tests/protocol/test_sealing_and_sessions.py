"""What is sealed opens for its reader alone; a session stands for the key that opened it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OKPKey

from minben.protocol import merkle
from minben.protocol.batch_receipt import BatchReceipt, ReceiptError, receipts
from minben.protocol.keys import SigningKey, b64
from minben.protocol.message import MessageError, sign_request, verify_request
from minben.protocol.sealing import SealedTo, SealError, SealingKey, seal
from minben.protocol.session import LASTS, Hello, SessionError, Tickets

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
CLIENT = SigningKey.generate()


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_reader_and_its_purpose_alone(content, about):
    reader, other = SealingKey.generate(), SealingKey.generate()
    sealed = seal(content, to=reader.public, about=about, reader="tax")
    assert reader.open(sealed, about=about, reader="tax") == content
    for key, purpose, name in (
        (other, about, "tax"),
        (reader, about + "x", "tax"),
        (reader, about, "bank"),
    ):
        with pytest.raises(SealError):
            key.open(sealed, about=purpose, reader=name)


def test_an_independent_library_opens_what_we_seal_and_seals_what_we_open():
    ours = SealingKey.generate()
    private = OKPKey.import_key(
        {"kty": "OKP", "crv": "X25519", "x": ours.public.text, "d": ours.text}
    )
    sealed = seal(b"yes", to=ours.public, about="t-1", reader="tax")
    opened = jwe.decrypt_compact(sealed, private, algorithms=["ECDH-ES", "A256GCM"])
    assert opened.plaintext == b"yes"
    theirs = jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": "A256GCM", "apu": b64(b"t-1"), "apv": b64(b"tax")},
        b"no",
        private,
        algorithms=["ECDH-ES", "A256GCM"],
    )
    assert ours.open(theirs, about="t-1", reader="tax") == b"no"


@pytest.mark.parametrize("part", range(5))
def test_a_changed_letter_anywhere_opens_nothing(part):
    key = SealingKey.generate()
    parts = seal(b"content", to=key.public, about="t", reader="r").split(".")
    parts[part] = ("B" if parts[part][:1] != "B" else "C") + parts[part][1:]
    with pytest.raises(SealError):
        key.open(".".join(parts), about="t", reader="r")


@given(st.text(max_size=60))
def test_no_text_breaks_the_opener(text):
    with pytest.raises(SealError):
        SealingKey(b"\x01" * 32).open(text, about="", reader="")


def test_sealing_to_a_point_that_gives_everybody_the_same_secret_is_refused():
    with pytest.raises(SealError):
        seal(b"x", to=SealedTo(bytes(32)), about="", reader="")


def shaken(tickets=None):
    """A handshake between a client and a server."""
    tickets = tickets or Tickets(b"s" * 32)
    hello = Hello()
    answer = tickets.open(hello.body, client="tax", client_key=CLIENT.key_id, now=NOW)
    session = hello.finish(answer, client="gateway", client_key=CLIENT.key_id)
    return SimpleNamespace(tickets=tickets, hello=hello, answer=answer, session=session)


def test_both_sides_of_a_handshake_hold_the_same_keys_and_each_way_its_own():
    made = shaken()
    ticket = made.session.asking.key_id
    seen = Tickets(b"s" * 32).read(ticket)  # another worker of the same server
    assert (seen.client, seen.client_key) == ("tax", CLIENT.key_id)
    assert seen.until == NOW + LASTS == made.session.until
    assert seen.asking.verify(made.session.asking.sign(b"m"), b"m")
    assert made.session.answering.verify(seen.answering.sign(b"m"), b"m")
    assert not seen.asking.verify(made.session.answering.sign(b"m"), b"m")
    assert "secret" not in repr(made.session)


def test_a_ticket_of_another_server_and_a_changed_one_are_refused():
    ticket = shaken().session.asking.key_id
    for wrong in (ticket[:-2] + ("AA" if ticket[-2:] != "AA" else "BB"), "", "é", ticket * 9):
        with pytest.raises(SessionError):
            Tickets(b"s" * 32).read(wrong)
    with pytest.raises(SessionError):
        Tickets(b"t" * 32).read(ticket)


def test_whoever_answers_another_hello_shares_no_key():
    """A man in the middle who swaps the hello is found out: its key goes into the secret."""
    made, other = shaken(), Hello()
    wrong = other.finish(made.answer, client="gateway", client_key=CLIENT.key_id)
    seen = made.tickets.read(wrong.asking.key_id)
    assert not seen.asking.verify(wrong.asking.sign(b"m"), b"m")


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader_of_handshakes(body):
    with pytest.raises(SessionError):
        Tickets(b"s" * 32).open(body, client="c", client_key="k", now=NOW)
    with pytest.raises(SessionError):
        Hello().finish(body, client="c", client_key="k")


def test_a_session_signs_messages_and_never_under_the_name_of_the_other_algorithm():
    session = shaken().session
    asked = {"method": "POST", "url": "http://gateway/tax/income/rate/v1"}
    headers = sign_request(
        **asked, headers={}, body=b"{}", key=session.asking, created=NOW, nonce="n"
    )
    seen = Tickets(b"s" * 32)

    def check(found, key_of):
        return verify_request(**asked, headers=found, body=b"{}", key_of=key_of, now=NOW)

    assert check(headers, lambda ticket: seen.read(ticket).asking).key_id == session.asking.key_id
    with pytest.raises(MessageError, match="algorithm"):
        check(headers, lambda _: CLIENT.public)
    with pytest.raises(MessageError, match="does not fit"):
        check(headers, lambda ticket: seen.read(ticket).answering)


@given(st.integers(1, 40), st.integers(0, 1000))
def test_every_line_of_a_batch_has_the_path_of_rfc_9162_under_one_signature(size, first):
    lines = [f"line {i}".encode() for i in range(size)]
    made = receipts(lines, lane="gateway", first=first, key=CLIENT)
    hashes = [merkle.leaf_hash(line) for line in lines]
    for i, receipt in enumerate(made):
        path = merkle.inclusion_proof(i, size, merkle.nodes_of(hashes))
        assert receipt.path == tuple(path)
        BatchReceipt.from_text(receipt.text).check(lines[i], CLIENT.public)


def test_a_batch_receipt_proves_its_own_line_in_its_own_place_only():
    lines = [b"a", b"b", b"c"]
    one = receipts(lines, lane="gateway", first=7, key=CLIENT)[1]
    with pytest.raises(ReceiptError):
        one.check(b"a", CLIENT.public)
    with pytest.raises(ReceiptError):
        one.check(b"b", SigningKey.generate().public)
    elsewhere = BatchReceipt.from_text(one.text.replace("gateway;8", "gateway;9"))
    with pytest.raises(ReceiptError):
        elsewhere.check(b"b", CLIENT.public)
    for wrong in ("", "a;b;c;d;e;f", one.text + ";", "gateway;1;5;2;;AA"):
        with pytest.raises(ReceiptError):
            BatchReceipt.from_text(wrong).check(b"b", CLIENT.public)
