"""Signed messages: RFC 9421's own examples, an independent library as oracle, and every fault."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import http_message_signatures as oracle
import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from requests import Request

from minben.protocol.keys import PublicKey, SigningKey, unb64
from minben.protocol.message import (
    DIRECT,
    ROUTED,
    MessageError,
    content_digest,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from minben.protocol.session import SessionKey
from minben.protocol.signature_base import Message, SignatureParams, signature_base

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
KEY = SigningKey.generate()
CODES = SessionKey("a-ticket", b"s" * 32)
ORACLES = (oracle.algorithms.ED25519, oracle.algorithms.HMAC_SHA256)
URL = "http://localhost:8021/transfers?a=1&b="

# RFC 9421, appendix B.1: keys published for tests.
ED25519 = SigningKey(unb64("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
P256 = ec.EllipticCurvePublicNumbers(
    int.from_bytes(unb64("qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"), "big"),
    int.from_bytes(unb64("Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"), "big"),
    ec.SECP256R1(),
).public_key()
RSA_PSS = rsa.RSAPublicNumbers(
    65537,
    int.from_bytes(
        unb64(
            "r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-"
            "oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1F"
            "pWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0K"
            "SyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oy"
            "c6XI2w"
        ),
        "big",
    ),
).public_key()
SHARED = base64.b64decode(
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
)

REQUEST = Message(
    method="POST",
    url="https://example.com/foo?param=Value&Pet=dog",
    headers={
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7"
        "BNNyealdVLvRwEmTHWXvJwew==:",
        "content-length": "18",
    },
)
RESPONSE = Message(
    status=200,
    headers={
        "date": "Tue, 20 Apr 2021 02:07:56 GMT",
        "content-type": "application/json",
        "content-digest": "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69w"
        "WdXymyU0rjJuahq4l5aGgfLQ==:",
        "content-length": "23",
    },
)
B2 = {
    "B.2.1 minimal, RSA-PSS": (
        REQUEST,
        '();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
        "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRx"
        "f8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2"
        "VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5Tm"
        "cAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
    ),
    "B.2.2 selective, RSA-PSS": (
        REQUEST,
        '("@authority" "content-digest" "@query-param";name="Pet");created=1618884473'
        ';keyid="test-key-rsa-pss";tag="header-example"',
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5"
        "qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SAR"
        "YhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5"
        "rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
    ),
    "B.2.3 full coverage, RSA-PSS": (
        REQUEST,
        '("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" '
        '"content-length");created=1618884473;keyid="test-key-rsa-pss"',
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpR"
        "RU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1p"
        "Fkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH"
        "8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
    ),
    "B.2.4 response, ECDSA": (
        RESPONSE,
        '("@status" "content-type" "content-digest" "content-length");created=1618884473'
        ';keyid="test-key-ecc-p256"',
        "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
    ),
    "B.2.5 request, HMAC": (
        REQUEST,
        '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=",
    ),
    "B.2.6 request, Ed25519": (
        REQUEST,
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
    ),
}


def fits(key_id: str, signature: bytes, base: bytes) -> bool:
    if key_id == "test-key-ed25519":
        return ED25519.public.verify(signature, base)
    if key_id == "test-key-rsa-pss":
        salted = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
        RSA_PSS.verify(signature, base, salted, hashes.SHA512())
    elif key_id == "test-key-ecc-p256":
        pair = encode_dss_signature(
            int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        )
        P256.verify(pair, base, ec.ECDSA(hashes.SHA256()))
    else:
        code = hmac.HMAC(SHARED, hashes.SHA256())
        code.update(base)
        code.verify(signature)
    return True


@pytest.mark.parametrize("name", B2)
def test_the_signature_base_is_that_of_rfc_9421_appendix_b_2(name: str) -> None:
    """Each published signature verifies over our base, whatever its algorithm."""
    message, written, signature = B2[name]
    params = SignatureParams.parse(written)
    base = signature_base(message, params)
    assert fits(params.key_id, base64.b64decode(signature), base)


def test_signing_b_2_6_gives_the_published_signature() -> None:
    message, written, signature = B2["B.2.6 request, Ed25519"]
    base = signature_base(message, SignatureParams.parse(written))
    assert base64.b64encode(ED25519.sign(base)).decode() == signature


def test_appendix_b_4_says_which_changes_keep_a_signature() -> None:
    params = SignatureParams.parse(
        '("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"'
    )
    signature = base64.b64decode(
        "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA=="
    )

    def holds(method: str, url: str, accept: str) -> bool:
        message = Message(method=method, url=url, headers={"accept": accept})
        return ED25519.public.verify(signature, signature_base(message, params))

    url = "https://example.org/demo?name1=Value1&Name2=value2"
    assert holds("GET", url, "application/json, */*")
    assert holds("GET", url + "&param=added", "application/json, */*")
    assert not holds("POST", url.replace("org", "com"), "application/json, */*")
    assert not holds("GET", url, "*/*, application/json")


class _Keys(oracle.HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        if key_id == CODES.key_id:
            return CODES.secret
        return serialization.load_der_public_key(
            bytes.fromhex("302a300506032b6570032100") + KEY.public.raw
        )

    def resolve_private_key(self, key_id: str) -> Any:
        return CODES.secret


paths = st.text("abcXYZ019-._~/%20", max_size=12).map(lambda path: "/" + path.lstrip("/"))
queries = st.text("abc=&+%20.~", max_size=12)


@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    paths,
    queries,
    st.binary(max_size=30),
    st.sampled_from([DIRECT, ROUTED]),
    st.booleans(),
)
def test_an_independent_library_accepts_what_we_sign(
    method: str, path: str, query: str, body: bytes, covered: tuple[str, ...], coded: bool
) -> None:
    url = f"http://localhost:8021{path}" + (f"?{query}" if query else "")
    prepared = Request(method, url, data=body or None).prepare()
    assert prepared.url
    headers = sign_request(
        method=method, url=prepared.url, headers={}, body=body, key=CODES if coded else KEY,
        created=datetime.now(UTC), nonce="n-1", covered=covered,
    )  # fmt: skip
    prepared.headers.update(headers)
    verifier = oracle.HTTPMessageVerifier(signature_algorithm=ORACLES[coded], key_resolver=_Keys())
    (result,) = verifier.verify(prepared, max_age=timedelta(minutes=5))
    assert result.parameters["keyid"] == (CODES if coded else KEY).key_id
    assert set(result.covered_components) >= set(covered)


@given(paths, queries, st.binary(max_size=30), st.sampled_from([DIRECT, ROUTED]))
def test_we_accept_what_an_independent_library_signs(
    path: str, query: str, body: bytes, covered: tuple[str, ...]
) -> None:
    url = f"http://localhost:8021{path}" + (f"?{query}" if query else "")
    headers = {"Content-Type": "application/json"}
    prepared = Request("POST", url, data=body or None, headers=headers).prepare()
    assert prepared.url
    oracle.HTTPMessageSigner(signature_algorithm=ORACLES[True], key_resolver=_Keys()).sign(
        prepared,
        key_id=CODES.key_id,
        nonce="n",
        label="minben",
        body=body,
        covered_component_ids=[name.strip('"') for name in covered],
    )
    verified = verify_request(
        method="POST",
        url=prepared.url,
        headers=dict(prepared.headers),
        body=body,
        key_of={CODES.key_id: CODES}.get,
        now=datetime.now(UTC),
        covered=covered,
    )
    assert (verified.key_id, verified.nonce) == (CODES.key_id, "n")


def key_of(key_id: str) -> PublicKey | None:
    return KEY.public if key_id == KEY.key_id else None


def request(body: bytes = b"{}", **changes: Any) -> dict[str, str]:
    asked: dict[str, Any] = {"method": "POST", "url": URL, "headers": {}, "key": KEY,
                             "created": NOW, "nonce": "n", **changes}  # fmt: skip
    return sign_request(body=body, **asked)


def check(headers: dict[str, str], body: bytes = b"{}", **changes: Any) -> Any:
    got: dict[str, Any] = {"method": "POST", "url": URL, "now": NOW, "key_of": key_of, **changes}
    return verify_request(headers=headers, body=body, **got)


def test_a_signed_request_is_read_back() -> None:
    verified = check(request())
    assert (verified.key_id, verified.created, verified.nonce) == (KEY.key_id, NOW, "n")
    capitals = {name.title(): value for name, value in request().items()}
    assert check(capitals).nonce == "n"


@pytest.mark.parametrize(
    ("broken", "headers", "changes"),
    [
        ("missing", {}, {}),
        ("digest", request(), {"body": b"{ }"}),
        ("digest", {**request(), "content-digest": content_digest(b"{ }")}, {}),
        ("digest", {**request(), "content-digest": "sha-512=:AA==:"}, {}),
        ("signature", request(), {"url": URL.replace("transfers", "exports")}),
        ("signature", request(), {"url": URL + "c"}),
        ("signature", request(), {"url": URL.replace("8021", "8022")}),
        ("signature", request(), {"method": "PUT"}),
        ("signature", {**request(), "content-type": "text/plain"}, {}),
        ("signature", {**request(), "content-digest": content_digest(b"!")}, {"body": b"!"}),
        ("stale", request(), {"now": NOW + timedelta(minutes=6)}),
        ("stale", request(), {"now": NOW - timedelta(minutes=2)}),
        ("key", request(key=SigningKey.generate()), {}),
        ("malformed", {**request(), "signature-input": "minben=(broken"}, {}),
        ("malformed", {**request(), "signature": "minben=:*:"}, {}),
        (
            "malformed",
            {k: v.replace("ed25519", "hmac-sha256") for k, v in request().items()},
            {},
        ),
        (
            "coverage",
            {k: v.replace(' "content-digest"', "") for k, v in request().items()},
            {},
        ),
        ("missing", {**request(), "signature": request()["signature"] + ", minben=:AA==:"}, {}),
    ],
)
def test_each_fault_is_named(broken: str, headers: Any, changes: Any) -> None:
    with pytest.raises(MessageError) as caught:
        check(headers, **changes)
    assert caught.value.broken == broken


def answer(asked: dict[str, str], status: int = 200, body: bytes = b"[]") -> dict[str, str]:
    return sign_response(
        status=status, headers={}, body=body, key=KEY, created=NOW, request_headers=asked
    )


def read(headers: dict[str, str], asked: dict[str, str], status: int = 200) -> Any:
    return verify_response(
        status=status, headers=headers, body=b"[]", key_of=key_of, now=NOW, request_headers=asked
    )


def test_an_answer_belongs_to_its_question_and_status() -> None:
    asked, other = request(), request(nonce="another")
    assert read(answer(asked), asked).key_id == KEY.key_id
    with pytest.raises(MessageError, match="does not fit"):
        read(answer(asked), other)
    with pytest.raises(MessageError, match="does not fit"):
        read(answer(asked, status=200), asked, status=403)
    with pytest.raises(MessageError, match="leaves open"):
        read(answer({}), asked)


@given(st.text(max_size=40))
def test_no_text_crashes_the_reader_of_signatures(text: str) -> None:
    for field in ("signature-input", "signature"):
        with pytest.raises(MessageError):
            check({**request(), field: f"minben={text}"})


def test_a_nonce_that_would_end_its_quotes_is_refused() -> None:
    with pytest.raises(ValueError, match="nonce"):
        request(nonce='n";keyid="other')
