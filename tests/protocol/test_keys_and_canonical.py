"""Keys, base64url, canonical JSON, signed statements and signed notes."""

import json
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as oracle
from joserfc.jwk import OKPKey

from minben.protocol import checkpoint, jws
from minben.protocol.canonical import canonical_json, digest
from minben.protocol.checkpoint import Head
from minben.protocol.entry import read_entry
from minben.protocol.keys import PublicKey, SigningKey, b64, unb64
from minben.protocol.rule import Rule
from minben.protocol.signed_note import NoteError, NoteKey


def test_canonical_json_is_that_of_rfc_8785() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert (
        canonical_json(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys, 0)))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


def test_numbers_are_written_as_rfc_8785_appendix_b_says() -> None:
    for bits, text in [
        (0x0000000000000001, "5e-324"),
        (0x7FEFFFFFFFFFFFFF, "1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0x444B1AE4D6E2EF4E, "999999999999999700000"),
        (0x3EB0C6F7A0B5ED8D, "0.000001"),
        (0x41B3DE4355555554, "333333333.33333325"),
    ]:
        (number,) = struct.unpack(">d", bits.to_bytes(8, "big"))
        assert canonical_json(number).decode() == text
    assert canonical_json(-0.0) == b"0"


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), object(), {1: 2}, b"x"])
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        digest(value)


def test_a_seed_gives_the_published_key_and_signature() -> None:
    """RFC 8032, section 7.1, test 2."""
    key = SigningKey(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    assert key.public.raw.hex() == (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_weak_signatures_are_refused() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"m")
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    malleable = signature[:32] + s.to_bytes(32, "little")
    assert key.public.verify(signature, b"m")
    assert not key.public.verify(malleable, b"m")
    small = PublicKey(bytes([1]) + bytes(31))
    assert not small.verify(bytes([1]) + bytes(63), b"m")
    assert not key.public.verify(signature[:-1], b"m")


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    made = SigningKey.load_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SigningKey.load_or_make(path).public == made.public
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        SigningKey.load(path)
    with pytest.raises(FileExistsError):
        made.save(path)
    assert made.key_id in repr(made)
    assert os.listdir(path.parent) == ["key"]


@given(st.binary(max_size=40))
def test_base64url_has_one_spelling(raw: bytes) -> None:
    assert unb64(b64(raw)) == raw
    for other in (b64(raw) + "=", b64(raw) + " ", "+" + b64(raw)):
        with pytest.raises(ValueError, match="base64url"):
            unb64(other)


def test_base64url_with_stray_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="canonical"):
        unb64("AB")


KEY = SigningKey.generate()


def key_of(key_id: str) -> PublicKey | None:
    return KEY.public if key_id == KEY.key_id else None


def test_a_statement_is_read_back_and_by_joserfc_too() -> None:
    token = jws.sign({"sub": "person:1"}, key=KEY, typ="t+jwt")
    assert jws.verify(token, key_of=key_of, typ="t+jwt") == {"sub": "person:1"}
    jwk = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": KEY.public.text})
    read = oracle.deserialize_compact(token, jwk, algorithms=["Ed25519"])
    assert json.loads(read.payload) == {"sub": "person:1"}


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"alg": "none", "kid": KEY.key_id, "typ": "t"}, "algorithm"),
        ({"alg": "HS256", "kid": KEY.key_id, "typ": "t"}, "algorithm"),
        ({"alg": "Ed25519", "kid": KEY.key_id, "typ": "u"}, "type"),
        ({"alg": "Ed25519", "kid": KEY.key_id, "typ": "t", "crit": ["x"]}, "type"),
        ({"alg": "Ed25519", "kid": "0" * 16, "typ": "t"}, "nobody"),
        ([], "algorithm"),
    ],
)
def test_a_statement_with_another_header_is_refused(header: object, why: str) -> None:
    signed = f"{b64(json.dumps(header).encode())}.{b64(b'{}')}"
    with pytest.raises(jws.TokenError, match=why):
        jws.verify(f"{signed}.{b64(KEY.sign(signed.encode()))}", key_of=key_of, typ="t")


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "..", "é.a.a", "x" * 70_000])
def test_what_is_no_statement_is_refused(token: str) -> None:
    with pytest.raises(jws.TokenError):
        jws.verify(token, key_of=key_of, typ="t")


def test_a_changed_statement_is_refused() -> None:
    head, _, signature = jws.sign({"a": 1}, key=KEY, typ="t").split(".")
    with pytest.raises(jws.TokenError, match="does not fit"):
        jws.verify(f"{head}.{b64(b'[]')}.{signature}", key_of=key_of, typ="t")


def test_a_checkpoint_is_a_signed_note_as_c2sp_writes_it() -> None:
    """The example key of the signed-note specification (PeterNeumann)."""
    key = NoteKey.from_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
        "dngotpRZb6KE6RyyBwJnAM=\n"
    )
    with pytest.raises(NoteError, match="not a checkpoint"):
        checkpoint.read(note, key)  # the signature holds; it is no checkpoint
    with pytest.raises(NoteError, match="is false"):
        checkpoint.read(note.replace("answer", "question"), key)


def test_a_checkpoint_is_read_back_beside_a_witness_and_with_extensions() -> None:
    head = Head("example.org/trail", 7, bytes(range(32)))
    note = checkpoint.sign(head, KEY)
    key = NoteKey("example.org/trail", KEY.public)
    assert NoteKey.from_text(key.text) == key
    assert checkpoint.read(note, key) == head
    assert checkpoint.read(note + "\u2014 witness AAAAAAA=\n", key) == head
    for changed in (note.replace("\n7\n", "\n8\n"), note.replace("org", "net"), "", note[:-90]):
        with pytest.raises(NoteError):
            checkpoint.read(changed, key)


def test_deep_nesting_is_refused_not_a_crash() -> None:
    deep = b"[" * 40_000
    with pytest.raises(jws.TokenError):
        jws.verify(f"{b64(deep)}.{b64(b'{}')}.{b64(bytes(64))}", key_of=key_of, typ="t")
    with pytest.raises(ValueError, match="not an entry"):
        read_entry("[" * 100_000)
    rule: dict[str, object] = {"role": "a"}
    for _ in range(400):
        rule = {"at_least": 1, "of": [rule]}
    with pytest.raises(ValueError, match="not a rule"):
        Rule.from_json(rule)
