"""Each attack is refused with its RFC's error, opens nothing, and stands on the trail."""

import json
import time

import pytest
from joserfc import jwk, jws

from authorization.relying_party import CALLBACK, RelyingParty, claims_of, fresh_key, returned
from minben.authorization import actions, models, proving
from minben.authorization.actions import deciding
from minben.identity import limits
from minben.identity import queries as identity
from minben.identity.types import Method
from minben.protocol.keys import b64
from portal.visiting import browser_of

pytestmark = pytest.mark.slow
OTHER_PLACE = "http://localhost:8000/oauth/par"


def said(response):
    return response.json()["error"]


def on_trail(reasons, reason):
    entries = [json.loads(payload) for payload in reasons()]
    return [entry for entry in entries if entry["details"]["reason"] == f"authorization.{reason}"]


def unsigned(claims):
    """A token that claims to need no signature: RFC 7519, section 6."""
    header = b64(json.dumps({"alg": "none"}).encode())
    return f"{header}.{b64(json.dumps(claims).encode())}."


# ---- the client


def test_an_assertion_for_others_or_for_another_time_is_no_client(library, reasons):
    now = int(time.time())
    wrongs = [
        {"aud": "http://localhost:8000/oauth/token"},
        {"aud": ["http://localhost:8000"]},
        {"aud": "https://other.example"},
        {"iss": "somebody-else"},
        {"sub": "somebody-else"},
        {"exp": now - 60},
        {"exp": now + 7200},
        {"exp": None},
        {"exp": "soon"},
        {"iat": now + 120},
        {"nbf": now + 120},
        {"jti": None},
    ]
    for wrong in wrongs:
        assertion = library.assertion(**wrong)
        pushed = library.post("/oauth/par", library.question(), assertion=assertion)
        assert (pushed.status_code, said(pushed)) == (401, "invalid_client"), wrong
    assert len(on_trail(reasons, "client_refused")) == len(wrongs)


def test_a_clock_that_is_eight_seconds_ahead_is_forgiven(library):
    ahead = int(time.time()) + 8
    assertion = library.assertion(iat=ahead, nbf=ahead)
    pushed = library.post(
        "/oauth/par",
        library.question(),
        assertion=assertion,
        proof=library.proof("/oauth/par", iat=ahead),
    )
    assert pushed.status_code == 201


def test_alg_none_is_nobodys_signature(library, reasons):
    now = int(time.time())
    claims = {"iss": "library", "sub": "library", "aud": "http://localhost:8000"}
    forged = unsigned({**claims, "iat": now, "exp": now + 60, "jti": "x"})
    pushed = library.post("/oauth/par", library.question(), assertion=forged)
    assert (pushed.status_code, said(pushed)) == (401, "invalid_client")
    header = b64(json.dumps({"alg": "none", "typ": "dpop+jwt", "jwk": {}}).encode())
    proof = f"{header}.{b64(b'{}')}."
    assert said(library.push(proof=proof)) == "invalid_dpop_proof"
    assert len(on_trail(reasons, "proof_refused")) == 1


def test_a_symmetric_signature_with_our_public_key_is_none(library):
    """RFC 8725, section 2.1: the key that checks must not be taken for a secret."""
    secret = jwk.import_key(json.dumps(library.key.as_dict(private=False)), "oct")
    header = {"alg": "HS256", "kid": "k1"}
    taken = json.loads(jws.extract_compact(library.assertion().encode()).payload)
    forged = jws.serialize_compact(header, json.dumps(taken), secret, algorithms=["HS256"])
    pushed = library.post("/oauth/par", library.question(), assertion=forged)
    assert said(pushed) == "invalid_client"


def test_a_client_is_proven_by_its_own_key_and_in_one_way_only(library):
    strange = library.assertion(key=fresh_key())
    refused = library.post("/oauth/par", library.question(), assertion=strange)
    assert said(refused) == "invalid_client"
    form = {**library.question(), "client_secret": "guess"}
    answer = library.http.post("/oauth/par", form, headers={"Authorization": "Basic bGliOng="})
    assert answer.status_code in (400, 401)
    unproven = library.http.post(
        "/oauth/par", "client_id=library", content_type="application/x-www-form-urlencoded"
    )
    assert said(unproven) == "invalid_client"


def test_an_assertion_is_used_once(library, reasons):
    assertion = library.assertion()
    assert library.post("/oauth/par", library.question(), assertion=assertion).status_code == 201
    again = library.post("/oauth/par", library.question(), assertion=assertion)
    assert said(again) == "invalid_dpop_proof"
    assert len(on_trail(reasons, "proof_replayed")) == 1


def test_keys_that_a_client_replaced_open_nothing(library):
    new = fresh_key("k2")
    actions.renew_keys(client="library", jwks={"keys": [new.as_dict(private=False)]})
    assert said(library.push()) == "invalid_client"


def test_a_client_that_left_opens_nothing(library, mother):
    tokens = library.tokens(mother)
    actions.close(client="library")
    assert said(library.push()) == "invalid_client"
    assert library.call("/oauth/userinfo", tokens["access_token"]).status_code == 401


# ---- proof of possession


def test_a_proof_for_another_request_or_time_proves_nothing(library, reasons):
    now = int(time.time())
    wrongs = [
        {"method": "GET"},
        {"htu": OTHER_PLACE},
        {"htu": "https://localhost:8000/oauth/token"},
        {"htu": 8000},
        {"iat": now - 120},
        {"iat": now + 120},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
        {"typ": "jwt"},
    ]
    for wrong in wrongs:
        proof = library.proof("/oauth/token", **wrong)
        answer = library.post("/oauth/token", {"grant_type": "client_credentials"}, proof=proof)
        assert (answer.status_code, said(answer)) == (400, "invalid_dpop_proof"), wrong
    assert len(on_trail(reasons, "proof_refused")) == len(wrongs)


def test_a_proof_needs_the_nonce_of_now_and_is_told_it(library, reasons):
    for nonce in (None, "old", proving.nonce(int(time.time()) - 3600)):
        answer = library.push(proof=library.proof("/oauth/par", nonce=nonce))
        assert (answer.status_code, said(answer)) == (400, "use_dpop_nonce")
        assert answer["DPoP-Nonce"] == proving.nonce(int(time.time()))
    assert reasons() == []


def test_a_replayed_proof_is_refused_whatever_it_accompanied(library, reasons):
    proof = library.proof("/oauth/par")
    assert library.push(proof=proof).status_code == 201
    again = library.push(proof=proof)
    assert (again.status_code, said(again)) == (400, "invalid_dpop_proof")
    assert len(on_trail(reasons, "proof_replayed")) == 1


def test_a_proof_of_a_refused_request_is_used_up_too(library):
    proof = library.proof("/oauth/par")
    library.post("/oauth/par", library.question(scope="everything"), proof=proof)
    assert said(library.push(proof=proof)) == "invalid_dpop_proof"


def test_a_private_or_symmetric_key_in_a_proof_is_refused(library):
    for told in (library.dpop.as_dict(private=True), {"kty": "oct", "k": "AAAA"}):
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": told}
        proof = jws.serialize_compact(header, b"{}", library.dpop, algorithms=["ES256"])
        assert said(library.push(proof=proof)) == "invalid_dpop_proof"


def test_a_client_that_moves_data_gets_no_tokens_without_a_proof(library, mother):
    code = library.code(mother)
    assert said(library.redeem(code, proof=None)) == "invalid_dpop_proof"


def test_a_code_is_bound_to_the_key_that_pushed(library, mother, reasons):
    code = library.code(mother)
    thief = library.proof("/oauth/token", key=fresh_key())
    assert said(library.redeem(code, proof=thief)) == "invalid_grant"
    assert len(on_trail(reasons, "code_refused")) == 1
    assert library.redeem(code).status_code == 200


def test_a_stolen_token_is_worth_nothing_without_its_key(library, mother):
    token = library.tokens(mother)["access_token"]
    as_bearer = library.call("/oauth/userinfo", token, scheme="Bearer", proof=None)
    assert (as_bearer.status_code, said(as_bearer)) == (401, "invalid_token")
    thief = library.proof("/oauth/userinfo", method="GET", token=token, key=fresh_key())
    stolen = library.call("/oauth/userinfo", token, proof=thief)
    assert (stolen.status_code, said(stolen)) == (401, "invalid_dpop_proof")
    for_another = library.proof("/oauth/userinfo", method="GET", token="another")
    assert library.call("/oauth/userinfo", token, proof=for_another).status_code == 401
    assert library.call("/oauth/userinfo", token).status_code == 200


# ---- the request


WRONG_REQUESTS = [
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"redirect_uri": CALLBACK + "/"}, "invalid_request"),
    ({"redirect_uri": "https://app.example.evil.example/callback"}, "invalid_request"),
    ({"redirect_uri": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    ({"request_uri": "https://evil.example/r"}, "request_uri_not_supported"),
    ({"scope": "openid admin"}, "invalid_scope"),
    ({"scope": "profile"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"acr_values": "urn:other:level"}, "unmet_authentication_requirements"),
    ({"dpop_jkt": "x" * 43}, "invalid_dpop_proof"),
    ({"client_id": "pool"}, "invalid_client"),
    ({"authorization_details": "{"}, "invalid_authorization_details"),
    ({"authorization_details": [{"type": "all-of-it"}]}, "invalid_authorization_details"),
]


def test_a_request_that_is_not_as_the_profile_says_is_refused(library, reasons):
    for wrong, error in WRONG_REQUESTS:
        pushed = library.push(**wrong)
        status = 401 if error == "invalid_client" else 400
        assert (pushed.status_code, said(pushed)) == (status, error), wrong
        assert pushed.json()["error_description"].isascii()
        assert pushed.json()["message"]["zh"]
    assert len(reasons()) == len(WRONG_REQUESTS)
    assert models.AuthorizationRequest.objects.count() == 0


def test_a_parameter_that_stands_twice_is_refused(library, reasons):
    body = "scope=openid&scope=profile"
    answer = library.http.post(
        "/oauth/par", body, content_type="application/x-www-form-urlencoded"
    )
    assert said(answer) == "invalid_request"
    assert library.http.get("/oauth/userinfo").status_code == 401
    assert len(on_trail(reasons, "request_malformed")) == 1
    assert len(on_trail(reasons, "token_refused")) == 1


def test_a_client_that_moves_data_has_to_push(library, mother, reasons):
    answer = mother.get("/oauth/authorize", library.question())
    assert answer.status_code == 400
    assert "Location" not in answer
    assert len(on_trail(reasons, "must_push")) == 1


def test_nobody_is_sent_to_an_address_that_is_not_registered(family, mother, reasons):
    plain = RelyingParty("pool", profile="sign_in")
    wrong = plain.question(redirect_uri="https://evil.example/")
    answer = mother.get("/oauth/authorize", wrong)
    assert answer.status_code == 400
    assert "Location" not in answer
    assert len(on_trail(reasons, "redirect_unknown")) == 1


def test_a_pushed_request_goes_stale_and_is_the_clients_own(library, mother, monkeypatch, reasons):
    other = RelyingParty("pool")
    uri = library.push().json()["request_uri"]
    assert other.bring(mother, uri).status_code == 400
    monkeypatch.setattr(deciding, "PUSHED_SECONDS", 0)
    stale = library.push().json()["request_uri"]
    assert library.bring(mother, stale).status_code == 400
    assert len(on_trail(reasons, "request_unknown")) == 2
    assert library.bring(mother, uri).status_code == 200


def test_a_request_is_answered_once_and_in_one_browser(library, mother, family):
    uri = library.push().json()["request_uri"]
    assert library.bring(mother, uri).status_code == 200
    father = browser_of(identity.person(family.father.person))
    assert library.bring(father, uri).status_code == 400
    assert mother.post(library.address, {"answer": "allow"}).status_code == 302
    assert mother.post(library.address, {"answer": "allow"}).status_code == 400
    assert library.bring(mother, uri).status_code == 400


def test_what_the_address_adds_to_a_pushed_request_changes_nothing(family):
    """A downgrade on the way through the browser: lower acr, another scope, another return."""
    library = RelyingParty(least_acr="urn:minben:assurance:high")
    low = browser_of(identity.person(family.mother.person), Method.TWO_DOCUMENTS)
    uri = library.push().json()["request_uri"]
    library.bring(low, uri)
    more = "&acr_values=urn:minben:assurance:low&scope=profile&redirect_uri=https://evil.example/"
    answer = low.get(library.address + more)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/step-up")


# ---- the code


def test_a_stolen_code_opens_nothing_for_another_client(library, mother, reasons):
    thief = RelyingParty("pool")
    code = library.code(mother)
    thief.verifier = library.verifier
    assert said(thief.redeem(code)) == "invalid_grant"
    assert len(on_trail(reasons, "code_refused")) == 1
    assert library.redeem(code).status_code == 200


def test_a_code_comes_back_the_way_it_went(library, mother):
    code = library.code(mother)
    wrongs = [
        {"code_verifier": "a" * 43},
        {"code_verifier": ""},
        {"redirect_uri": CALLBACK + "/other"},
        {"redirect_uri": ""},
        {"code": "guess"},
    ]
    for wrong in wrongs:
        form = {"code": code} | wrong
        assert said(library.redeem(form.pop("code"), **form)) == "invalid_grant", wrong
    assert library.redeem(code).status_code == 200


def test_a_code_goes_stale(library, mother, monkeypatch):
    monkeypatch.setattr(deciding, "CODE_SECONDS", -1)
    assert said(library.redeem(library.code(mother))) == "invalid_grant"


def test_a_code_that_comes_twice_ends_the_tokens_of_the_first(library, mother, reasons):
    code = library.code(mother, scope="openid offline_access")
    tokens = library.redeem(code).json()
    assert library.call("/oauth/userinfo", tokens["access_token"]).status_code == 200
    assert said(library.redeem(code)) == "invalid_grant"
    assert library.call("/oauth/userinfo", tokens["access_token"]).status_code == 401
    assert said(library.refresh(tokens["refresh_token"])) == "invalid_grant"
    assert len(on_trail(reasons, "code_reused")) == 1


def test_an_answer_names_its_issuer_so_that_clients_cannot_be_mixed_up(library, mother):
    """RFC 9207: in every answer, errors too."""
    shown = library.ask(mother)
    assert shown.status_code == 200
    assert returned(mother.post(library.address, {"answer": "decline"})) == {
        "error": "access_denied",
        "error_description": "The person declined.",
        "iss": "http://localhost:8000",
        "state": "s1",
    }
    told = library.http.get("/.well-known/openid-configuration").json()
    assert told["issuer"] == "http://localhost:8000"
    assert told["authorization_response_iss_parameter_supported"] is True


# ---- refreshing


def test_a_replayed_refresh_token_ends_its_whole_family(library, mother, reasons):
    first = library.tokens(mother, scope="openid offline_access")
    second = library.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert said(library.refresh(first["refresh_token"])) == "invalid_grant"
    assert said(library.refresh(second["refresh_token"])) == "invalid_grant"
    assert library.call("/oauth/userinfo", second["access_token"]).status_code == 401
    assert len(on_trail(reasons, "refresh_replayed")) == 1


def test_a_refresh_token_is_its_clients_and_its_keys_own(library, mother):
    token = library.tokens(mother, scope="openid offline_access")["refresh_token"]
    thief = RelyingParty("pool")
    assert said(thief.refresh(token)) == "invalid_grant"
    strange = library.proof("/oauth/token", key=fresh_key())
    form = {"grant_type": "refresh_token", "refresh_token": token}
    assert said(library.post("/oauth/token", form, proof=strange)) == "invalid_grant"
    assert said(library.refresh(token, scope="openid profile")) == "invalid_scope"
    assert library.refresh(token).status_code == 200


# ---- tokens


def test_a_token_that_we_did_not_sign_so_is_none(library, mother):
    tokens = library.tokens(mother)
    claims = dict(claims_of(tokens["access_token"]))
    for forged in (unsigned(claims), tokens["id_token"], "guess", "a.b.c"):
        answer = library.call("/oauth/userinfo", forged)
        assert (answer.status_code, said(answer)) == (401, "invalid_token")
    assert "DPoP error=" in answer["WWW-Authenticate"]


def test_mutual_tls_is_neither_offered_nor_promised(library):
    told = library.http.get("/.well-known/oauth-authorization-server").json()
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert told["tls_client_certificate_bound_access_tokens"] is False
    assert not any("mtls" in name for name in told)


def test_who_proves_nothing_cannot_fill_the_trail(library, mother, reasons, monkeypatch):
    monkeypatch.setitem(limits._TRIES, "unproven", (2, 300))
    strange = {"assertion": "guess"}
    told = [library.post("/oauth/par", library.question(), **strange) for _ in range(3)]
    assert [answer.status_code for answer in told] == [401, 401, 429]
    assert (said(told[2]), int(told[2]["Retry-After"]) > 0) == ("temporarily_unavailable", True)
    assert len(reasons()) == 2
    assert library.push().status_code == 201
    assert library.call("/oauth/userinfo", "guess").status_code == 429
    plain = RelyingParty("pool", profile="sign_in")
    assert mother.get("/oauth/authorize", plain.question()).status_code == 429


def test_a_refusal_keeps_no_parameter_and_names_no_person(library, mother, reasons):
    library.push(scope="openid admin", login_hint="示例母", state="secret-state")
    library.redeem("guess-me", code_verifier="b" * 43)
    for payload in reasons():
        assert not any(word in payload for word in ("admin", "示例母", "secret-state", "guess-me"))
