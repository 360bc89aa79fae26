"""The way a person goes: choose, prove, come back to exactly where they were."""

import time
from uuid import uuid4

import pytest
from django.test import Client

from identity.people import known
from idp.provider import CLERK, FATHER, MOTHER, OFFICER
from minben.identity import models, queries, session
from minben.identity.types import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(provider) -> Client:
    return Client(headers={"host": "localhost:8000"})


def prove(provider, browser, number, method="nhi_card", *, at="/sign-in"):
    """Choose a method and go through the provider's pages and back."""
    leaving = browser.post(at, {"method": method})
    assert leaving.status_code == 302, leaving.content
    back = provider.walk(leaving["Location"], number, method)
    return browser.get(back.removeprefix("http://localhost:8000"))


def sign_in(provider, browser, number, method="nhi_card"):
    told = prove(provider, browser, number, method)
    assert told.status_code == 302
    return browser.get(told["Location"])


def test_a_visitor_is_led_to_sign_in_and_back_to_the_page(provider, browser):
    wanted = browser.get("/account")
    assert (wanted.status_code, wanted["Location"]) == (302, "/sign-in")
    assert "健保卡" in browser.get("/sign-in").content.decode()
    on = sign_in(provider, browser, MOTHER)
    assert (on.status_code, on["Location"]) == (302, "/account")
    assert "示例母" in browser.get("/account").content.decode()
    assert MOTHER not in browser.get("/account").content.decode()


def test_each_goes_to_where_their_work_is(provider, browser):
    known(CLERK, roles=(Role.CLERK,))
    known(OFFICER, roles=(Role.CASE_OFFICER,))
    for number, place in ((CLERK, "/counter"), (OFFICER, "/office/"), (MOTHER, "/for-you")):
        assert (
            sign_in(provider, Client(headers={"host": "localhost:8000"}), number)["Location"]
            == place
        )


def test_a_code_brought_to_another_browser_opens_nothing(provider, browser):
    leaving = browser.post("/sign-in", {"method": "nhi_card"})
    back = provider.walk(leaving["Location"], MOTHER, "nhi_card")
    path = back.removeprefix("http://localhost:8000")
    other = Client(headers={"host": "localhost:8000"})
    assert "逾時" in other.get(path).content.decode()
    assert not models.SignIn.objects.exists()
    assert browser.get(path).status_code == 302
    assert browser.get(path).status_code != 302


def test_cancelling_at_the_provider_leads_back_to_the_choice(provider, browser):
    leaving = browser.post("/sign-in", {"method": "nhi_card"})["Location"]
    name = leaving.partition("request=")[2]
    back = provider.browser.post("/cancel", data={"request": name}).headers["location"]
    told = browser.get(back.removeprefix("http://localhost:8000"))
    assert (told.status_code, told["Location"]) == (302, "/sign-in")


def test_step_up_returns_with_everything_that_was_typed(provider, browser, rf):
    sign_in(provider, browser, MOTHER, "two_documents")
    kept = browser.session
    kept["identity.suspended"] = {
        "method": "POST",
        "path": "/cases/x/appeal",
        "fields": [["why", "我的理由 <b>"], ["step", "check"]],
        "needed": 2,
    }
    kept.save()
    page = browser.get("/sign-in/step-up").content.decode()
    assert "健保卡" in page
    assert "雙證件" not in page
    told = prove(provider, browser, MOTHER, "nhi_card", at="/sign-in/step-up")
    on = browser.get(told["Location"])
    assert on.status_code == 200
    assert 'value="我的理由 &lt;b&gt;"' in on.content.decode()
    assert 'action="/cases/x/appeal"' in on.content.decode()
    assert queries.sign_ins_of(known(MOTHER).person)[0][1] == "nhi_card"


def test_a_step_up_by_somebody_else_does_not_inherit_what_was_typed(provider, browser):
    sign_in(provider, browser, MOTHER, "two_documents")
    kept = browser.session
    kept["identity.suspended"] = {
        "method": "GET",
        "path": "/cases/secret",
        "fields": [],
        "needed": 2,
    }
    kept.save()
    told = prove(provider, browser, FATHER, "nhi_card", at="/sign-in/step-up")
    assert browser.get(told["Location"])["Location"] == "/for-you"


def test_signing_out_leaves_nothing(provider, browser):
    sign_in(provider, browser, MOTHER)
    assert browser.post("/sign-out").status_code == 200
    assert browser.get("/account")["Location"] == "/sign-in"
    assert models.SignIn.objects.get().ended_at is not None


def test_asking_how_long_the_session_lasts_does_not_prolong_it(provider, browser, monkeypatch):
    sign_in(provider, browser, MOTHER)
    real = time.time
    monkeypatch.setattr(session.time, "time", lambda: real() + 1000)
    left = browser.get("/session/expiry").json()["seconds"]
    assert 700 < left <= 800
    stayed = browser.post("/session/extend", headers={"accept": "application/json"})
    assert stayed.json()["seconds"] > 1700
    monkeypatch.setattr(session.time, "time", lambda: real() + 1000 + 1801)
    assert browser.get("/session/expiry").json() == {"seconds": 0}
    assert browser.get("/account")["Location"] == "/sign-in"


@pytest.mark.slow
def test_a_session_ends_after_eight_hours_however_busy(provider, browser, monkeypatch):
    sign_in(provider, browser, MOTHER)
    real = time.time
    for minutes in range(20, 480, 20):
        monkeypatch.setattr(session.time, "time", lambda m=minutes: real() + m * 60)
        assert browser.get("/account").status_code == 200
    monkeypatch.setattr(session.time, "time", lambda: real() + 8 * 3600 + 1)
    assert browser.get("/account")["Location"] == "/sign-in"


def test_a_role_taken_away_is_gone_with_the_next_request(provider, browser):
    clerk = known(CLERK, roles=(Role.CLERK,))
    sign_in(provider, browser, CLERK)
    assert browser.get("/counter").status_code == 200
    models.RoleGrant.objects.filter(person__uuid=clerk.person).delete()
    assert browser.get("/counter").status_code == 403


def test_the_counter_serves_a_person_with_their_own_card_and_forgets_them(provider, browser):
    clerk = known(CLERK, roles=(Role.CLERK,))
    sign_in(provider, browser, CLERK)
    told = prove(provider, browser, FATHER, at="/counter/serve")
    assert told["Location"] == "/counter"
    page = browser.get("/account").content.decode()
    assert "示例父" in page
    assert "臨櫃" in page
    assert models.SignIn.objects.get(person__name="示例父").assisted_by.uuid == clerk.person
    assert browser.post("/account/passkeys", {"credential": "{}"}).status_code in (403, 409)
    browser.post("/counter/done")
    assert "示例櫃檯" in browser.get("/account").content.decode()


def test_proving_more_at_the_counter_keeps_the_clerk_and_the_form(provider, browser):
    clerk = known(CLERK, roles=(Role.CLERK,))
    sign_in(provider, browser, CLERK)
    prove(provider, browser, FATHER, "two_documents", at="/counter/serve")
    kept = browser.session
    kept["identity.suspended"] = {
        "method": "POST",
        "path": "/apply/childcare",
        "fields": [["why", "x"]],
        "needed": 2,
    }
    kept.save()
    assert "passkey-options" not in browser.get("/sign-in/step-up").content.decode()
    assert browser.post("/sign-in/passkey", {"credential": "{}"}).status_code == 409
    told = prove(provider, browser, FATHER, "nhi_card", at="/sign-in/step-up")
    assert 'action="/apply/childcare"' in browser.get(told["Location"]).content.decode()
    assert "示例父" in browser.get("/account").content.decode()
    last = models.SignIn.objects.latest("id")
    assert last.assisted_by is not None
    assert last.assisted_by.uuid == clerk.person
    browser.post("/counter/done")
    assert "示例櫃檯" in browser.get("/account").content.decode()


def test_proving_more_keeps_whom_one_acts_for(provider, browser):
    sign_in(provider, browser, MOTHER, "corporate_certificate")
    prove(provider, browser, MOTHER, "citizen_certificate", at="/sign-in/step-up")
    assert "正在代理" in browser.get("/account").content.decode()


def test_the_card_reader_is_for_clerks(provider, browser):
    assert browser.post("/counter/serve")["Location"] == "/sign-in"
    sign_in(provider, browser, MOTHER)
    assert browser.post("/counter/serve").status_code == 403


def test_one_acts_only_for_whom_one_may(provider, browser):
    sign_in(provider, browser, MOTHER)
    told = browser.post("/account/act-for", {"representation": str(uuid4())})
    assert told.status_code == 404
    assert browser.post("/account/act-for", {"representation": "x"}).status_code == 404


def test_a_corporate_certificate_shows_the_company_on_every_page(provider, browser):
    sign_in(provider, browser, MOTHER, "corporate_certificate")
    assert "示例托嬰中心" in browser.get("/account").content.decode()
    browser.post("/account/act-for", {})
    assert "正在代理" not in browser.get("/account").content.decode()


def test_too_many_tries_from_one_address_are_stopped(provider, browser):
    codes = {browser.post("/sign-in", {"method": "nhi_card"}).status_code for _ in range(31)}
    assert codes == {302, 429}


def test_somebody_elses_page_as_the_next_page_is_ignored(provider, browser):
    browser.get("/sign-in?next=https://elsewhere.example/")
    assert sign_in(provider, browser, MOTHER)["Location"] == "/for-you"


def test_a_signature_begun_on_this_page_is_not_ended_on_the_way_back_from_the_provider(browser):
    kept = browser.session
    kept["identity.flow:s"] = {"kind": "passkey", "statement": {}, "at": int(time.time())}
    kept.save()
    told = browser.get("/sign-in/return?state=s&code=c")
    assert told.status_code < 500
    assert "identity.flow:s" not in browser.session


@pytest.mark.parametrize("credential", ["[" * 100_000, '{"a":' * 100_000, "null", '{"id": []}'])
def test_no_passkey_however_odd_breaks_the_page(browser, credential):
    browser.get("/sign-in")
    told = browser.post("/sign-in/passkey", {"credential": credential})
    assert 400 <= told.status_code < 500


def test_a_clerk_known_by_numbers_alone_serves_nobody(provider, browser):
    known(CLERK, roles=(Role.CLERK,))
    sign_in(provider, browser, CLERK, "two_documents")
    for told in (browser.get("/counter"), browser.post("/counter/serve")):
        assert (told.status_code, told["Location"]) == (302, "/sign-in/step-up")
