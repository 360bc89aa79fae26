"""A client of one's own for the tests: it signs what it is told to, rightly or wrongly."""

import hashlib
import json
import re
import secrets
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.test import Client
from joserfc import jwk, jwt

from minben.authorization import actions, proving
from minben.protocol.dpop import token_hash
from minben.protocol.keys import b64

CALLBACK = "https://app.example/callback"
EVERYTHING = (
    "openid profile birthdate offline_access grant_management_query grant_management_revoke"
)


def fresh_key(kid="k1"):
    made = jwk.generate_key("EC", "P-256")
    return jwk.import_key({**made.as_dict(private=True), "kid": kid})


class RelyingParty:
    """One registered client with its keys, and a browserless way to the endpoints."""

    def __init__(self, key="library", profile="data", agency="child-welfare", **more):
        self.id, self.key, self.dpop = key, fresh_key(), fresh_key("dpop")
        self.http = Client()
        actions.register(
            descriptor={
                "client_id": key,
                "agency": agency,
                "client_name": {"zh": "示例圖書館", "en": "Demo library"},
                "profile": profile,
                "redirect_uris": [CALLBACK],
                "jwks": {"keys": [{**self.key.as_dict(private=False), "kid": "k1"}]},
                "scope": EVERYTHING if profile == "data" else "openid profile birthdate",
                **more,
            }
        )

    def assertion(self, *, header=None, key=None, **claims):
        now = int(time.time())
        told = {
            "iss": self.id,
            "sub": self.id,
            "aud": settings.ORIGIN,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(12),
            **claims,
        }
        return jwt.encode(header or {"alg": "ES256", "kid": "k1"}, told, key or self.key)

    def proof(self, path, *, method="POST", token=None, key=None, typ="dpop+jwt", **claims):
        now = int(time.time())
        key = key or self.dpop
        told = {
            "htm": method,
            "htu": settings.ORIGIN + path,
            "iat": now,
            "jti": secrets.token_urlsafe(12),
            "nonce": proving.nonce(now),
            **claims,
        }
        if token is not None:
            told.setdefault("ath", token_hash(token))
        header = {"alg": "ES256", "typ": typ, "jwk": key.as_dict(private=False)}
        return jwt.encode(header, {k: v for k, v in told.items() if v is not None}, key)

    def post(self, path, form, *, proof="made", assertion=None, **headers):
        fields = {
            "client_assertion_type": proving.ASSERTION,
            "client_assertion": assertion or self.assertion(),
            **form,
        }
        if proof == "made":
            proof = self.proof(path)
        if proof:
            headers["DPoP"] = proof
        return self.http.post(
            path,
            urlencode(fields),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )

    def question(self, **more):
        self.verifier = secrets.token_urlsafe(48)
        challenge = b64(hashlib.sha256(self.verifier.encode()).digest())
        asked = {
            "client_id": self.id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s1",
            "nonce": "n1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **more,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def push(self, *, proof="made", **more):
        details = more.get("authorization_details")
        if isinstance(details, list):
            more["authorization_details"] = json.dumps(details)
        return self.post("/oauth/par", self.question(**more), proof=proof)

    def ask(self, browser, **more):
        """Push, then bring the browser: what it is shown."""
        pushed = self.push(**more)
        assert pushed.status_code == 201, pushed.content
        return self.bring(browser, pushed.json()["request_uri"])

    def bring(self, browser, request_uri):
        self.address = "/oauth/authorize?" + urlencode(
            {"client_id": self.id, "request_uri": request_uri}
        )
        return browser.get(self.address)

    def code(self, browser, **more):
        """A code that the person behind a browser allowed by a tap, where one is needed."""
        shown = self.ask(browser, **more)
        if shown.status_code == 200:
            shown = browser.post(self.address, {"answer": "allow"})
        return returned(shown)["code"]

    def redeem(self, code, *, proof="made", assertion=None, **more):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            **more,
        }
        return self.post("/oauth/token", form, proof=proof, assertion=assertion)

    def tokens(self, browser, **more):
        answer = self.redeem(self.code(browser, **more))
        assert answer.status_code == 200, answer.content
        return answer.json()

    def refresh(self, token, **more):
        return self.post(
            "/oauth/token", {"grant_type": "refresh_token", "refresh_token": token, **more}
        )

    def own_token(self, scope):
        form = {"grant_type": "client_credentials", "scope": scope}
        return self.post("/oauth/token", form).json()["access_token"]

    def call(self, path, token, *, method="GET", proof="made", scheme="DPoP", body=None):
        headers = {"Authorization": f"{scheme} {token}"}
        if proof == "made":
            proof = self.proof(path, method=method, token=token)
        if proof:
            headers["DPoP"] = proof
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.http, method.lower())(path, headers=headers, **data)


def returned(response):
    """What a browser brings back to the client: by redirect, or by the page in between."""
    if response.status_code == 302:
        address = response["Location"]
    else:
        text = response.content.decode()
        address = re.search(r'content="0; url=([^"]+)"', text)[1].replace("&amp;", "&")
    assert address.startswith(CALLBACK + "?"), address
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def claims_of(token):
    """The claims of a token, as its reader sees them after checking our keys."""
    keys = jwk.KeySet.import_key_set(Client().get("/oauth/jwks").json())
    return jwt.decode(token, keys, algorithms=["ES256"]).claims
