"""How surely and how recently a person was known: asked for, proved, told, never overstated."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authorization.relying_party import RelyingParty, claims_of, returned
from identity.people import known
from idp.provider import CLERK, MOTHER
from minben.identity import models, session
from minben.identity import queries as identity
from minben.identity.types import Method, Role
from minben.trail.models import Disclosure
from portal.visiting import browser_of

pytestmark = pytest.mark.slow
HIGH, MEDIUM, LOW = (f"urn:minben:assurance:{level}" for level in ("high", "medium", "low"))


@pytest.fixture
def by_documents(family):
    """The mother's browser, signed in by what she knows alone."""
    return browser_of(identity.person(family.mother.person), Method.TWO_DOCUMENTS)


def test_who_is_known_too_little_is_led_to_prove_more_and_back(library, by_documents, family):
    shown = library.ask(by_documents, acr_values=f"{HIGH}")
    assert shown["Location"] == "/sign-in/step-up"
    kept = by_documents.session["identity.suspended"]
    assert kept["path"] == library.address


def test_the_lowest_of_the_levels_named_will_do(library, mother, by_documents):
    shown = library.ask(by_documents, acr_values=f"{HIGH} {LOW}")
    assert shown.status_code == 200


def test_a_token_never_says_more_than_was_proved(library, by_documents):
    claims = claims_of(library.tokens(by_documents)["id_token"])
    assert (claims["acr"], claims["amr"]) == (LOW, ["two_documents"])


def test_a_name_leaves_only_after_a_surer_sign_in_and_the_app_is_told_which(
    library, by_documents, mother, family, reasons
):
    token = library.tokens(by_documents, scope="openid profile")["access_token"]
    answer = library.call("/oauth/userinfo", token)
    assert answer.status_code == 401
    assert 'error="insufficient_user_authentication"' in answer["WWW-Authenticate"]
    assert f'acr_values="{MEDIUM}"' in answer["WWW-Authenticate"]
    assert any("surer_sign_in_wanted" in payload for payload in reasons())
    token = library.tokens(mother, scope="openid profile birthdate", acr_values=MEDIUM)
    told = library.call("/oauth/userinfo", token["access_token"]).json()
    assert told["name"] == "示例母"
    entry = Disclosure.objects.get(verb="authorization.released")
    assert entry.subject == family.mother.person


def test_an_app_that_learns_only_who_it_is_leaves_no_entry_of_a_release(library, mother):
    token = library.tokens(mother)["access_token"]
    assert set(library.call("/oauth/userinfo", token).json()) == {"sub"}
    assert not Disclosure.objects.filter(verb="authorization.released").exists()


def test_a_sign_in_that_is_too_old_is_made_again(library, mother, family):
    models.SignIn.objects.update(at=timezone.now() - timedelta(minutes=20))
    assert library.ask(mother, max_age="600")["Location"] == "/sign-in/step-up"
    assert library.ask(mother, max_age="3600").status_code == 200
    assert library.ask(mother, prompt="login")["Location"] == "/sign-in/step-up"


def test_without_pages_nobody_is_asked_anything(library, mother, client):
    shown = library.ask(client, prompt="none")
    assert returned(shown)["error"] == "login_required"
    assert returned(library.ask(mother, prompt="none"))["error"] == "consent_required"
    library.tokens(mother)
    assert "code" in returned(library.ask(mother, prompt="none"))
    too_little = library.ask(mother, prompt="none", max_age="0")
    assert returned(too_little)["error"] == "login_required"


def test_a_visitor_signs_in_first_and_comes_back_to_the_same_request(library, client):
    shown = library.ask(client)
    assert shown["Location"] == "/sign-in"
    assert client.session["identity.suspended"]["path"] == library.address


def test_asking_again_for_consent_or_for_more_shows_the_page_again(library, mother):
    library.tokens(mother)
    assert library.ask(mother, prompt="consent").status_code == 200
    assert library.ask(mother, scope="openid profile").status_code == 200


def test_a_sign_in_that_was_ended_elsewhere_signs_nobody_in(library, mother):
    library.tokens(mother)
    models.SignIn.objects.update(ended_at=timezone.now())
    assert library.ask(mother)["Location"] == "/sign-in"
    assert mother.get("/sign-in").status_code == 200


def test_at_the_counter_nobody_is_signed_in_to_other_apps(library, provider, family):
    clerk = known(CLERK, roles=(Role.CLERK,))
    browser = browser_of(identity.person(clerk.person))
    state = browser.session
    sign_in = models.SignIn.objects.create(
        person=identity.row_of(family.mother.person), method=Method.NHI_CARD, level=2
    )
    state[session._ASSIST] = {
        "person": str(family.mother.person),
        "sign_in": str(sign_in.uuid),
        "methods": ["nhi_card"],
        "level": 2,
    }
    state.save()
    assert returned(library.ask(browser))["error"] == "access_denied"
    assert MOTHER not in str(Disclosure.objects.values_list("payload", flat=True))


def test_a_person_takes_an_app_back_and_its_tokens_are_void(library, mother, family):
    token = library.tokens(mother)["access_token"]
    page = mother.get("/account/apps").content.decode()
    assert "示例圖書館" in page
    grant = page.partition("/account/apps/")[2].partition("/")[0]
    father = browser_of(identity.person(family.father.person))
    assert father.post(f"/account/apps/{grant}/take-back").status_code == 404
    assert library.call("/oauth/userinfo", token).status_code == 200
    assert mother.post(f"/account/apps/{grant}/take-back").status_code == 302
    assert library.call("/oauth/userinfo", token).status_code == 401
    assert library.ask(mother).status_code == 200
    assert "示例圖書館" not in mother.get("/account/apps").content.decode()


def test_a_plain_app_signs_in_without_pushing_and_its_wishes_stay_out_of_addresses(
    family, mother, reasons
):
    pool = RelyingParty("pool", profile="sign_in")
    asked = pool.question(login_hint="A123456789", scope="openid profile")
    lodged = mother.get("/oauth/authorize", asked)
    assert "A123456789" not in lodged["Location"]
    assert mother.get(lodged["Location"]).status_code == 200
    code = returned(mother.post(lodged["Location"], {"answer": "allow"}))["code"]
    answer = pool.redeem(code, proof=None).json()
    assert answer["token_type"] == "Bearer"
    bearer = pool.call("/oauth/userinfo", answer["access_token"], scheme="Bearer", proof=None)
    assert bearer.json()["name"] == "示例母"
    refused = mother.get("/oauth/authorize", pool.question(code_challenge_method="plain"))
    assert returned(refused)["error"] == "invalid_request"
    assert any("challenge_missing" in payload for payload in reasons())
    details = pool.question(authorization_details='[{"type": "agreement"}]')
    assert returned(mother.get("/oauth/authorize", details))["error"] == "unauthorized_client"
