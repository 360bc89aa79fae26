"""Whatever a stranger writes is refused as RFC 6749 says: nothing falls over, nothing is kept."""

import json
import os
import time

import pytest
from joserfc import jws

from minben.authorization import keys
from minben.protocol.keys import b64

pytestmark = pytest.mark.slow
_HALF = "\ud800"  # half of a character: JSON can say it, no text holds it


@pytest.fixture(autouse=True)
def halves(monkeypatch):
    """Half characters are sent as JSON's escapes: the library that signs would not write them."""

    def encode(header, claims, key):
        return jws.serialize_compact(header, json.dumps(claims).encode(), key)

    monkeypatch.setattr("authorization.relying_party.jwt.encode", encode)


def said(response):
    return response.json()["error"]


def test_a_name_that_no_text_holds_is_nobodys(library):
    header = b64(json.dumps({"alg": "ES256"}).encode())
    for name in (_HALF, "a\0b"):
        claims = b64(json.dumps({"iss": name}).encode())
        assertion = f"{header}.{claims}.AAAA"
        pushed = library.post("/oauth/par", {}, assertion=assertion)
        assert (pushed.status_code, said(pushed)) == (401, "invalid_client")


def test_an_assertion_with_odd_numbers_and_names_is_refused(library):
    for odd in ({"exp": 10**400}, {"iat": 10**400}, {"jti": _HALF}):
        pushed = library.post("/oauth/par", library.question(), assertion=library.assertion(**odd))
        assert (pushed.status_code, said(pushed)) == (401, "invalid_client"), odd


def test_a_proof_with_odd_names_is_refused(library):
    for odd in ({"jti": _HALF}, {"nonce": "é"}, {"nonce": _HALF}):
        pushed = library.post(
            "/oauth/par", library.question(), proof=library.proof("/oauth/par", **odd)
        )
        assert pushed.status_code == 400, odd
        assert said(pushed) in ("invalid_dpop_proof", "use_dpop_nonce")


def test_terms_that_no_database_holds_are_refused(library):
    for half in ("a\0b", _HALF):
        terms = {
            "type": "agreement",
            "purpose": {"zh": half, "en": "x"},
            "legal_basis": half,
            "facts": [
                {"fact": "tax_rate", "op": "at_least", "value": 20,
                 "data_set": "tax/income/rate/v1"}
            ],
        }  # fmt: skip
        pushed = library.push(authorization_details=json.dumps([terms]))
        assert said(pushed) == "invalid_authorization_details"


def test_keys_turned_twice_in_a_row_leave_one_that_signs_and_what_it_signed_holds(db):
    now = int(time.time())
    old = keys.current(now=now).kid
    keys.rotate(now=now)
    keys.rotate(now=now + 10)
    assert keys.current(now=now + 20).kid == old
    turned = now + 10 + keys.CACHE_SECONDS
    keys.rotate(now=turned + 1)
    assert keys.of(old) is not None


def test_a_key_that_went_within_one_tick_of_the_clock_is_gone_at_once(db, settings):
    folder, old = settings.AUTHORIZATION_KEYS, keys.current().kid
    tick = folder.stat().st_mtime_ns
    new = keys.rotate(at_once=True)
    os.utime(folder, ns=(tick, tick))
    assert keys.of(old) is None
    assert keys.current().kid == new
