"""People, an app and its signed proofs for `bench authorization`; importing it starts Django.

The people sign in by statements of an identity provider whose key was made a moment ago: all that
the platform checks is checked.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from joserfc import jwk, jwt  # noqa: E402

from minben.authorization import actions, asking, proving, queries  # noqa: E402
from minben.authorization.actions import deciding  # noqa: E402
from minben.authorization.types import SignedInAs  # noqa: E402
from minben.base.identifiers import national_id  # noqa: E402
from minben.identity import actions as people  # noqa: E402
from minben.identity import session  # noqa: E402
from minben.protocol import jws  # noqa: E402
from minben.protocol.keys import SigningKey, b64  # noqa: E402
from minben.registry import actions as registry  # noqa: E402

_CALLBACK = "https://app.example/back"
_DAY = date(2022, 9, 15)
_KEY = jwk.generate_key("EC", "P-256")
_PROOF_KEY = jwk.generate_key("EC", "P-256")
_cookies: list[str] = []


class Line(Protocol):
    """A kept connection."""

    async def send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a whole request; status, headers, body."""


@dataclass(frozen=True, slots=True)
class Flow:
    """一次登入 One sign-in with its proofs, signed before the clock started."""

    push: bytes
    proof: str
    assertion: str
    verifier: str

    async def sign_in(self, line: Line, place: int) -> None:
        """PAR, authorization, tokens; AssertionError when one of them is refused."""
        status, _, body = await line.send(self.push)
        told = json.loads(body)
        _expect(status == 201, told)
        query = urlencode({"client_id": "bench", "request_uri": told["request_uri"]})
        cookie = f"Cookie: sessionid={_cookies[place]}\r\n"
        asked = f"GET /oauth/authorize?{query} HTTP/1.1\r\nHost: {_host()}\r\n{cookie}\r\n"
        status, headers, _ = await line.send(asked.encode())
        _expect(status == 302 and "code=" in headers.get("location", ""), headers)
        code = headers["location"].partition("code=")[2].partition("&")[0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _CALLBACK,
            "code_verifier": self.verifier,
            "client_assertion_type": proving.ASSERTION,
            "client_assertion": self.assertion,
        }
        status, _, body = await line.send(_post("/oauth/token", form, self.proof))
        _expect(status == 200 and b'"id_token"' in body, body)


def make(*, people: int) -> None:
    """A database, an agency, an app that is allowed to ask, and people who allowed it."""
    call_command("migrate", verbosity=0)
    provider = SigningKey.generate()
    descriptor = {
        "key": "child-welfare",
        "name": {"zh": "量測機關", "en": "Bench agency"},
        "base_url": "http://localhost:1",
        "public_key": provider.public.text,
        "datasets": [],
    }
    registry.join(descriptor=descriptor)
    folder = settings.AGENCIES / "idp"
    folder.mkdir(parents=True)
    (folder / "agency.json").write_text(json.dumps({"public_key": provider.public.text}), "utf-8")
    public = {**_KEY.as_dict(private=False), "kid": "k1"}
    actions.register(
        descriptor={
            "client_id": "bench",
            "agency": "child-welfare",
            "client_name": {"zh": "量測程式", "en": "Bench app"},
            "profile": "data",
            "redirect_uris": [_CALLBACK],
            "jwks": {"keys": [public]},
            "scope": "openid",
        }
    )
    _cookies[:] = [_person(serial, provider) for serial in range(1, people + 1)]


def prepare(count: int) -> list[Flow]:
    """So many sign-ins, signed; use them within a minute."""
    return [_flow() for _ in range(count)]


def database() -> str:
    """Where it was written, as Django calls it."""
    return connection.vendor


def _person(serial: int, provider: SigningKey) -> str:
    """Sign a person in and let them allow the app; the cookie of their session."""
    now = int(time.time())
    statement = {
        "iss": "idp",
        "aud": "minben",
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(12),
        "nonce": "bench",
        "sub": national_id(letter="L", sex=2, serial=serial),
        "name": f"示例{serial}",
        "amr": ["citizen_certificate"],
        "acr": "urn:minben:assurance:high",
        "serial": str(serial),
    }
    token = jws.sign(statement, key=provider, typ="minben-sign-in+jwt")
    signed_in = people.accept_sign_in(statement=token, nonce="bench", on=_DAY)
    request = HttpRequest()
    request.session = SessionStore()
    request.user = AnonymousUser()
    session.open_for(request, signed_in)
    actor = session.current(request)
    client = queries.client("bench")
    asked = asking.read(
        _question(_challenge(secrets.token_urlsafe(48))), client=client, thumbprint=None
    )
    with transaction.atomic():
        uri = deciding.lodge(client=client, asked=asked)
    view = actions.open_request(request_uri=uri, client_id="bench", mine=set())
    known = SignedInAs(actor.person, actor.assurance, ("citizen_certificate",), signed_in.at)
    actions.allow(request=view, actor=actor, signed_in=known, agreement="")
    request.session.save()
    return str(request.session.session_key)


def _flow() -> Flow:
    verifier = secrets.token_urlsafe(48)
    form = {
        **_question(_challenge(verifier)),
        "client_assertion_type": proving.ASSERTION,
        "client_assertion": _assertion(),
    }
    push = _post("/oauth/par", form, _proof("/oauth/par"))
    return Flow(push, _proof("/oauth/token"), _assertion(), verifier)


def _question(challenge: str) -> dict[str, str]:
    return {
        "client_id": "bench",
        "response_type": "code",
        "redirect_uri": _CALLBACK,
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def _challenge(verifier: str) -> str:
    return b64(hashlib.sha256(verifier.encode()).digest())


def _assertion() -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"iss": "bench", "sub": "bench", "aud": settings.ORIGIN, "iat": now}
    claims |= {"exp": now + 120, "jti": secrets.token_urlsafe(12)}
    return jwt.encode({"alg": "ES256", "kid": "k1"}, claims, _KEY)


def _proof(path: str) -> str:
    now = int(time.time())
    claims = {"htm": "POST", "htu": settings.ORIGIN + path, "iat": now}
    claims |= {"jti": secrets.token_urlsafe(12), "nonce": proving.nonce(now)}
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": _PROOF_KEY.as_dict(private=False)}
    return jwt.encode(header, claims, _PROOF_KEY)


def _post(path: str, form: dict[str, str], proof: str) -> bytes:
    body = urlencode(form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {_host()}\r\nDPoP: {proof}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _host() -> str:
    return urlsplit(settings.ORIGIN).netloc


def _expect(held: bool, told: object) -> None:
    if not held:
        raise AssertionError(f"a sign-in was refused: {told!r}")
