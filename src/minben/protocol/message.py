"""Signed HTTP messages: RFC 9421 signatures and RFC 9530 digests, by a small builder of our own.

Requests cover method, target, content type and digest; responses cover status, digest and the
signature of the request they answer, so that an answer cannot be moved to another question.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol

from minben.protocol.signature_base import Message, SignatureParams, signature_base

LABEL = "minben"
HOP = "gateway"  # the label under which a gateway signs, beside the sender's own
MAX_AGE = timedelta(minutes=5)
MAX_SKEW = timedelta(seconds=30)
Broken = Literal["missing", "malformed", "digest", "key", "signature", "stale", "coverage"]


class Signer(Protocol):
    """What signs messages: an Ed25519 key, or a session's key."""

    @property
    def alg(self) -> str:
        """Its name in RFC 9421, section 3.3: "ed25519" or "hmac-sha256"."""
        ...

    @property
    def key_id(self) -> str:
        """By which the receiver finds the key that checks."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        ...


class Verifier(Protocol):
    """What checks messages: the other half of a `Signer`."""

    @property
    def alg(self) -> str:
        """As the signer's."""
        ...

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the signer signed exactly this message."""
        ...


KeyFinder = Callable[[str], Verifier | None]

# What a request signs: addressed to one host, or (routed) to a data set through a gateway.
DIRECT = ('"@method"', '"@target-uri"', '"content-digest"', '"content-type"')
ROUTED = ('"@method"', '"@path"', '"content-digest"', '"content-type"')
# In a session the gateway signs onward in its own name and says for whom (see `kit.doorway`).
SENDER = "minben-sender"
VOUCHED = (*ROUTED, f'"{SENDER}"')
_RESPONSE = ('"@status"', '"content-digest"', '"content-type"')
_ASKED = f'"signature";req;key="{LABEL}"'
# A gateway signs an answer with its place in the log, beside the answerer's own signature.
LOGGED = "minben-logged"
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


class MessageError(ValueError):
    """訊息有誤 A message that cannot be trusted. `broken` says which part: see `Broken`."""

    def __init__(self, broken: Broken, explanation: str) -> None:
        super().__init__(explanation)
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Verified:
    """已驗證訊息 Whose key signed a message, when, and under which nonce.

    The receiver keeps nonces for `MAX_AGE` + `MAX_SKEW` and refuses the second use of one.
    """

    key_id: str
    created: datetime
    nonce: str | None


def content_digest(body: bytes) -> str:
    """The `Content-Digest` field of a body (RFC 9530), SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign_request(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key: Signer,
    created: datetime,
    nonce: str,
    covered: tuple[str, ...] = DIRECT,
) -> dict[str, str]:
    """The headers to send: those given, and Content-Type, Content-Digest, Signature(-Input).

    `covered` is `ROUTED` for a message that goes to a data set through a gateway.
    """
    message = Message(method=method, url=url, headers=_with_digest(headers, body))
    params = SignatureParams(covered, created, key.key_id, nonce, key.alg)
    return _signed(message, params, key)


def verify_request(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key_of: KeyFinder,
    now: datetime,
    covered: tuple[str, ...] = DIRECT,
) -> Verified:
    """Check digest, coverage, age, key and signature of a request; MessageError names the fault.

    `url` is the target as the client wrote it; `key_of` finds the key for a key id, or None.
    """
    message = Message(method=method, url=url, headers=_lower(headers))
    return _verified(message, body, covered, key_of, now)


def sign_response(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    key: Signer,
    created: datetime,
    request_headers: Mapping[str, str],
) -> dict[str, str]:
    """The headers of an answer, bound to the signature of the request it answers.

    When the request carried no signature of ours (it may be what was wrong), it binds to none.
    """
    asked = Message(method="", url="", headers=_lower(request_headers))
    message = Message(status=status, headers=_with_digest(headers, body), request=asked)
    bound: tuple[str, ...] = _RESPONSE
    if asked.dictionary_member("signature", LABEL) is not None:
        bound = (*_RESPONSE, _ASKED)
    return _signed(message, SignatureParams(bound, created, key.key_id, None, key.alg), key)


def verify_response(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    key_of: KeyFinder,
    now: datetime,
    request_headers: Mapping[str, str],
) -> Verified:
    """Check an answer against the request that was sent; MessageError names the fault.

    `request_headers` are those that `sign_request` gave: the answer must be bound to them.
    """
    return _verified(
        _answer(status, headers, request_headers), body, (*_RESPONSE, _ASKED), key_of, now
    )


def countersign_response(
    *,
    status: int,
    headers: Mapping[str, str],
    key: Signer,
    created: datetime,
    request_headers: Mapping[str, str],
) -> dict[str, str]:
    """A gateway's own signature beside the answerer's: status, digest, place in the log, question.

    `headers` (lower case) hold `minben-logged`. A refusal of the gateway's own carries no other
    signature than this. RFC 9421, section 4.3.
    """
    asked = Message(method="", url="", headers=request_headers)
    message = Message(status=status, headers=headers, request=asked)
    covered: tuple[str, ...] = (*_RESPONSE, f'"{LOGGED}"')
    if asked.dictionary_member("signature", LABEL) is not None:
        covered = (*covered, _ASKED)
    params = SignatureParams(covered, created, key.key_id, None, key.alg)
    return _signed(message, params, key, HOP)


def verify_countersigned(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    key_of: KeyFinder,
    now: datetime,
    request_headers: Mapping[str, str],
) -> Verified:
    """Check a gateway's signature on an answer; MessageError names the fault."""
    covered = (*_RESPONSE, f'"{LOGGED}"', _ASKED)
    answer = _answer(status, headers, request_headers)
    return _verified(answer, body, covered, key_of, now, HOP)


def _answer(
    status: int, headers: Mapping[str, str], request_headers: Mapping[str, str]
) -> Message:
    asked = Message(method="", url="", headers=_lower(request_headers))
    return Message(status=status, headers=_lower(headers), request=asked)


def _signed(
    message: Message, params: SignatureParams, key: Signer, label: str = LABEL
) -> dict[str, str]:
    text = params.written
    signature = base64.b64encode(key.sign(signature_base(message, params, text))).decode()
    written, value = f"{label}={text}", f"{label}=:{signature}:"
    if label != LABEL and "signature" in message.headers:
        written = f"{message.headers['signature-input']}, {written}"
        value = f"{message.headers['signature']}, {value}"
    return {**message.headers, "signature-input": written, "signature": value}


def _verified(
    message: Message,
    body: bytes,
    covered: tuple[str, ...],
    key_of: KeyFinder,
    now: datetime,
    label: str = LABEL,
) -> Verified:
    written = message.dictionary_member("signature-input", label)
    value = message.dictionary_member("signature", label)
    if written is None or value is None:
        raise MessageError("missing", f"no signature labelled {label!r} on the message")
    try:
        params = SignatureParams.parse(written)
        signature = base64.b64decode(value.strip(":"), validate=True)
    except ValueError as mistake:
        raise MessageError("malformed", f"the signature cannot be read: {mistake}") from mistake
    _check_body(message, body, covered, params)
    if not -MAX_SKEW <= now - params.created <= MAX_AGE:
        raise MessageError("stale", "the signature is too old, or from the future")
    key = key_of(params.key_id)
    if key is None:
        raise MessageError("key", f"no trusted key {params.key_id}")
    if params.alg not in ("", key.alg):
        raise MessageError("malformed", f"the algorithm is {params.alg}, the key's {key.alg}")
    try:
        base = signature_base(message, params)
    except ValueError as mistake:
        raise MessageError("malformed", str(mistake)) from mistake
    if not key.verify(signature, base):
        raise MessageError("signature", "the signature does not fit the message")
    return Verified(params.key_id, params.created, params.nonce)


def _check_body(
    message: Message, body: bytes, covered: tuple[str, ...], params: SignatureParams
) -> None:
    if missing := _missing(covered, params.components):
        raise MessageError("coverage", f"the signature leaves open: {missing}")
    told = message.headers.get("content-digest", "")
    if told == content_digest(body):
        return
    if not _DIGEST.fullmatch(told):
        raise MessageError("digest", "Content-Digest must hold one sha-256 digest")
    raise MessageError("digest", "the body is not the one that was signed")


@lru_cache(maxsize=256)
def _missing(wanted: tuple[str, ...], covered: tuple[str, ...]) -> str:
    return ", ".join(sorted(set(wanted) - set(covered)))


def _with_digest(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    lowered = {"content-type": "application/json", **_lower(headers)}
    return {**lowered, "content-digest": content_digest(body)}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Field names in lower case; a field sent twice is joined as RFC 9110, section 5.3 says."""
    joined: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        joined[name] = f"{joined[name]}, {value.strip()}" if name in joined else value.strip()
    return joined
