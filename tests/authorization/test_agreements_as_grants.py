"""A grant carries an agreement: what was signed is what a token says; consent owns the truth."""

import json
from uuid import UUID

import pytest

from authorization.relying_party import RelyingParty, claims_of, fresh_key, returned
from consent.family import PURPOSE
from minben.authorization import models
from minben.consent import actions as consents
from minben.consent import queries as consent
from minben.consent import signing
from minben.facts.catalogue import HOUSEHOLD, TAX
from minben.identity import queries as identity
from portal.visiting import browser_of

pytestmark = pytest.mark.slow
RATE = {"fact": "tax_rate", "op": "at_least", "value": 20, "data_set": TAX}
TERMS = {
    "type": "agreement",
    "purpose": PURPOSE.to_json(),
    "legal_basis": "個人資料保護法第15條第2款",
    "facts": [RATE],
    "frequency": "monthly",
    "valid_days": 90,
}


def signed(family, browser, library, **more):
    """The person signs what the page shows; the code that the client then gets."""
    shown = library.ask(browser, authorization_details=[{**TERMS, **more}], scope="openid")
    assert shown.status_code == 200
    view = consent.pending_for(family.mother.person)[0]
    assert f"/agreements/{view.id}/sign" in shown.content.decode()
    family.says(view, family.mother)
    return returned(browser.get(library.address))["code"], view.id


def introspected(reader, token):
    return reader.post("/oauth/introspect", {"token": token}, proof=None).json()


@pytest.fixture
def tax_office(family):
    """The agency that answers: it checks tokens it is shown."""
    return RelyingParty("tax-api", profile="resource", agency="tax")


def test_what_the_person_signed_is_what_the_token_says(library, mother, family):
    code, agreement = signed(family, mother, library)
    answer = library.redeem(code).json()
    assert answer["authorization_details"][0]["agreement"] == agreement
    assert answer["authorization_details"][0]["facts"] == [RATE]
    claims = claims_of(answer["access_token"])
    assert claims["authorization_details"] == answer["authorization_details"]
    assert claims["aud"] == ["http://localhost:8000", "agency:tax"]
    assert str(family.mother.person) not in json.dumps(claims)


def test_without_a_signature_a_tap_is_not_enough(library, mother):
    library.ask(mother, authorization_details=[TERMS])
    answer = returned(mother.post(library.address, {"answer": "allow"}))
    assert answer["error"] == "consent_required"


def test_a_token_request_may_ask_for_less_and_never_for_more(library, mother, family, reasons):
    code, agreement = signed(family, mother, library)
    more = {**RATE, "op": "value", "value": None}
    for wider in (
        [{"type": "agreement", "agreement": agreement, "facts": [RATE, more]}],
        [{"type": "agreement", "agreement": "sha-256:" + "0" * 64}],
        [{"type": "agreement", "frequency": "unlimited"}],
        [{"type": "agreement", "facts": []}],
        [{"type": "agreement"}, {"type": "agreement"}],
        {"type": "agreement"},
    ):
        answer = library.redeem(code, authorization_details=json.dumps(wider))
        assert answer.json()["error"] == "invalid_authorization_details"
    assert sum("details_widened" in payload for payload in reasons()) == 6
    same = [{"type": "agreement", "agreement": agreement, "facts": [RATE]}]
    assert library.redeem(code, authorization_details=json.dumps(same)).status_code == 200


def test_terms_that_a_client_may_not_propose_are_refused_before_anybody_reads_them(library):
    wrong = [
        {**TERMS, "facts": []},
        {**TERMS, "facts": [{**RATE, "data_set": "tax/unknown/v1"}]},
        {**TERMS, "facts": [{**RATE, "fact": "shoe_size"}]},
        {**TERMS, "facts": [{**RATE, "op": "guess"}]},
        {**TERMS, "facts": [{**RATE, "mandate": "m"}]},
        {**TERMS, "facts": [RATE] * 21},
        {**TERMS, "facts": "all"},
        {**TERMS, "purpose": {"zh": "", "en": ""}},
        {**TERMS, "purpose": "because"},
        {**TERMS, "legal_basis": ""},
        {**TERMS, "frequency": "always"},
        {**TERMS, "valid_days": 4000},
        {**TERMS, "valid_days": True},
        {**TERMS, "retention_days": -1},
        {**TERMS, "recipient": "tax"},
        {"type": "agreement", "agreement": "sha-256:" + "0" * 64},
        {"type": "agreement", "agreement": 7},
    ]
    for detail in wrong:
        pushed = library.push(authorization_details=[detail])
        assert pushed.json()["error"] == "invalid_authorization_details", detail
    assert library.push(authorization_details=[TERMS, TERMS]).status_code == 400


def test_an_agreement_for_another_agency_is_not_this_clients(library, family):
    view = family.proposed(family.tax(family.mother))
    other = RelyingParty("bank-app", agency="tax")
    detail = [{"type": "agreement", "agreement": view.id}]
    assert other.push(authorization_details=detail).status_code == 400
    assert library.push(authorization_details=detail).status_code == 201


def test_the_wrong_person_is_sent_back_and_learns_nothing(library, family, reasons):
    view = family.proposed(family.tax(family.mother))
    father = browser_of(identity.person(family.father.person))
    detail = [{"type": "agreement", "agreement": view.id}]
    shown = library.ask(father, authorization_details=detail)
    assert returned(shown)["error"] == "access_denied"
    assert any("wrong_person" in payload for payload in reasons())


def test_who_declines_the_agreement_has_answered(library, mother, family):
    library.ask(mother, authorization_details=[TERMS])
    family.says(consent.pending_for(family.mother.person)[0], family.mother, "reject")
    assert returned(mother.get(library.address))["error"] == "access_denied"


def test_a_withdrawn_agreement_is_inactive_from_the_very_next_question(
    library, mother, family, tax_office
):
    code, agreement = signed(family, mother, library)
    token = library.redeem(code).json()["access_token"]
    told = introspected(tax_office, token)
    assert told["active"] is True
    assert told["cnf"] == {"jkt": library.dpop.thumbprint()}
    family.says(consent.agreement(agreement), family.mother, "revoke")
    assert introspected(tax_office, token) == {"active": False}


def test_a_token_is_inactive_for_an_agency_that_it_is_not_meant_for(library, mother, family):
    household = RelyingParty("register-api", profile="resource", agency="household-registration")
    code, _ = signed(family, mother, library)
    assert introspected(household, library.redeem(code).json()["access_token"]) == {
        "active": False
    }
    assert introspected(household, "guess") == {"active": False}


def test_an_introspection_can_be_signed_for_its_reader_alone(library, mother, family, tax_office):
    code, _ = signed(family, mother, library)
    token = library.redeem(code).json()["access_token"]
    answer = tax_office.post(
        "/oauth/introspect",
        {"token": token},
        proof=None,
        Accept="application/token-introspection+jwt",
    )
    assert answer["Content-Type"] == "application/token-introspection+jwt"
    claims = claims_of(answer.content.decode())
    assert (claims["aud"], claims["iss"]) == ("tax-api", "http://localhost:8000")
    assert claims["token_introspection"]["active"] is True


def test_an_app_that_only_signs_people_in_may_not_ask_about_tokens(family):
    pool = RelyingParty("pool", profile="sign_in")
    answer = pool.post("/oauth/introspect", {"token": "guess"}, proof=None)
    assert answer.json()["error"] == "unauthorized_client"


def test_while_the_other_parent_has_not_signed_the_grant_waits(
    library, mother, family, tax_office
):
    view = family.proposed()
    detail = [{"type": "agreement", "agreement": view.id}]
    library.ask(mother, authorization_details=detail)
    family.says(view, family.mother)
    answer = library.redeem(returned(mother.get(library.address))["code"]).json()
    managing = library.own_token("grant_management_query")
    path = f"/oauth/grants/{answer['grant_id']}"
    assert library.call(path, managing).json()["state"] == "pending"
    assert introspected(tax_office, answer["access_token"]) == {"active": False}
    family.says(view, family.father)
    assert library.call(path, managing).json()["state"] == "active"
    assert introspected(tax_office, answer["access_token"])["active"] is True


def test_a_grant_is_asked_about_by_its_client_alone(library, mother, family):
    code, agreement = signed(family, mother, library)
    path = f"/oauth/grants/{library.redeem(code).json()['grant_id']}"
    told = library.call(path, library.own_token("grant_management_query")).json()
    assert told["authorization_details"][0]["agreement"] == agreement
    assert told["revocation_uri"].endswith(f"/agreements/{agreement}")
    other = RelyingParty("pool")
    answer = other.call(path, other.own_token("grant_management_query"))
    assert answer.status_code == 404
    assert library.call(path, library.own_token("grant_management_revoke")).status_code == 403


def test_revoking_a_grant_with_the_persons_word_is_consent_revoke(
    library, mother, family, tax_office
):
    code, agreement = signed(family, mother, library)
    answer = library.redeem(code).json()
    view = consent.agreement(agreement)
    statement = family.statement(view, family.mother, "revoke")
    word = {
        "statement": signing.to_json(statement),
        "evidence": family.evidence(statement, family.mother),
    }
    path = f"/oauth/grants/{answer['grant_id']}"
    managing = library.own_token("grant_management_revoke")
    forged = {**word, "evidence": family.evidence(statement, family.father)}
    refused = library.call(path, managing, method="DELETE", body=json.dumps(forged))
    assert (refused.status_code, consent.state(agreement).status) == (400, "active")
    done = library.call(path, managing, method="DELETE", body=json.dumps(word))
    assert (done.status_code, consent.state(agreement).status) == (204, "revoked")
    assert introspected(tax_office, answer["access_token"]) == {"active": False}


def test_without_the_persons_word_a_client_gives_back_only_what_it_holds(
    library, mother, family, tax_office
):
    code, agreement = signed(family, mother, library)
    answer = library.redeem(code).json()
    path = f"/oauth/grants/{answer['grant_id']}"
    managing = library.own_token("grant_management_revoke")
    assert library.call(path, managing, method="DELETE").status_code == 204
    assert introspected(tax_office, answer["access_token"]) == {"active": False}
    assert consent.state(agreement).status == "active"


def test_a_spent_agreement_gives_no_more_tokens(library, mother, family):
    code, agreement = signed(family, mother, library, frequency="once")
    consents.spend(
        agreement_id=agreement, data_set=TAX, subject=family.mother.ref, transfer=UUID(int=7)
    )
    assert library.redeem(code).json()["error"] == "invalid_grant"


def test_a_standing_agreement_is_refreshed_until_it_ends(library, mother, family):
    shown = library.ask(mother, authorization_details=[TERMS], scope="openid offline_access")
    assert shown.status_code == 200
    view = consent.pending_for(family.mother.person)[0]
    family.says(view, family.mother)
    first = library.redeem(returned(mother.get(library.address))["code"]).json()
    row = models.TokenFamily.objects.get()
    assert (row.expires_at - row.started_at).days == 30
    second = library.refresh(first["refresh_token"]).json()
    assert second["authorization_details"] == first["authorization_details"]
    family.says(consent.agreement(view.id), family.mother, "revoke")
    assert library.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_token_is_ended_by_its_own_client(library, mother, family):
    pool = RelyingParty("pool")
    tokens = library.tokens(mother, scope="openid offline_access")
    assert pool.post("/oauth/revoke", {"token": tokens["refresh_token"]}).status_code == 200
    assert library.call("/oauth/userinfo", tokens["access_token"]).status_code == 200
    for held in (tokens["access_token"], tokens["refresh_token"], "unknown"):
        assert library.post("/oauth/revoke", {"token": held}).status_code == 200
    assert library.call("/oauth/userinfo", tokens["access_token"]).status_code == 401


def test_an_agreement_about_one_data_set_names_that_agency_alone(library, mother, family):
    about = {"fact": "birth_date", "op": "value", "value": None, "data_set": HOUSEHOLD}
    code, _ = signed(family, mother, library, facts=[about])
    assert claims_of(library.redeem(code).json()["access_token"])["aud"][1:] == [
        "agency:household-registration"
    ]


def test_a_key_that_proves_nothing_manages_nothing(library):
    managing = library.own_token("grant_management_query")
    strange = library.proof(
        "/oauth/grants/" + str(UUID(int=1)), method="GET", token=managing, key=fresh_key()
    )
    answer = library.call(f"/oauth/grants/{UUID(int=1)}", managing, proof=strange)
    assert answer.status_code == 401
