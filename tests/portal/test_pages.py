"""Every citizen's page in both languages, and nobody on a page that is not theirs."""

import re
from uuid import UUID

import pytest

from minben.base.refusal import Refused
from minben.life_events import actions, queries
from portal.visiting import browser_of, somebody
from ui import samples

OFFER = UUID(int=9)
PUBLIC = ["/", "/life-events", "/life-events/birth", "/counts", "/accessibility"]
OWN = [
    "/for-you",
    f"/offers/{OFFER}",
    f"/offers/{OFFER}/check",
    "/cases",
    f"/cases/{samples.REFERENCE}",
    f"/cases/{samples.REFERENCE}/received",
    f"/cases/{samples.REFERENCE}/decisions/{samples.decision().uuid}",
    f"/cases/{samples.REFERENCE}/what-if",
    f"/cases/{samples.REFERENCE}/object",
    f"/cases/{samples.REFERENCE}/withdraw",
    f"/cases/{samples.REFERENCE}/appeal",
    f"/cases/{samples.REFERENCE}/account",
    "/apply/childcare",
    "/agreements",
    "/my-data",
    "/trail",
    "/notices",
]
HAN = re.compile("[一-鿿]")


@pytest.mark.parametrize("path", PUBLIC + OWN)
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_each_page_speaks_one_language_throughout(browser, sample_rooms, path, language):
    page = browser.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    text = page.content.decode()
    assert f'lang="{"en" if language == "en" else "zh-Hant-TW"}"' in text
    assert text.count("<h1") == 1
    if language == "en":
        words = re.sub(r'lang="zh-Hant-TW">[^<]*|示例．\w+|<script.*?</script>', "", text)
        assert HAN.findall(words) == []


@pytest.mark.parametrize("path", OWN)
@pytest.mark.django_db
def test_a_visitor_is_led_to_signing_in_and_sees_nothing(client, path):
    page = client.get(path)
    assert page.status_code == 302
    assert page.url == "/sign-in"


def test_what_is_about_a_person_is_never_kept_in_a_cache(browser, sample_rooms):
    assert browser.get("/for-you")["Cache-Control"] == "no-store"


def test_the_language_switch_keeps_the_page(client):
    switched = client.post("/language", {"to": "en", "next": "/life-events?x=1"})
    assert switched.url == "/life-events?x=1"
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "javascript:1", "x", "landing", "/" + "x" * 9_000],
)
def test_the_language_switch_leads_nowhere_else(client, elsewhere):
    assert client.post("/language", {"to": "en", "next": elsewhere}).url == "/"


def test_a_wrong_account_is_named_beside_its_field_and_nothing_typed_is_lost(
    browser, sample_rooms
):
    typed = {"pay_to": "other", "bank_code": "70", "account": "12a4"}
    page = browser.post(f"/offers/{OFFER}/check", typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert "銀行代碼是三位數字" in text
    assert 'value="12a4"' in text
    assert 'aria-invalid="true"' in text


def test_a_refusal_comes_back_beside_the_answers(browser, sample_rooms, monkeypatch):
    def refuse(**_):
        raise Refused("life_events.too_late", last=samples.DAY)

    monkeypatch.setattr(actions, "accept_offer", refuse)
    typed = {"pay_to": "other", "bank_code": "700", "account": "1234567"}
    page = browser.post(f"/offers/{OFFER}/check", typed)
    assert page.status_code == 409
    assert 'value="1234567"' in page.content.decode()


def test_an_account_may_be_typed_with_hyphens(browser, sample_rooms, monkeypatch):
    taken = []
    monkeypatch.setattr(
        actions, "accept_offer", lambda **given: taken.append(given) or samples.offer("accepted")
    )
    browser.post(
        f"/offers/{OFFER}/check",
        {"pay_to": "other", "bank_code": "700", "account": "0001-234 567"},
    )
    assert taken[0]["account"].account == "0001234567"


def test_an_appeal_is_checked_before_it_is_sent(browser, sample_rooms, monkeypatch):
    sent = []
    monkeypatch.setattr(actions, "appeal", lambda **given: sent.append(given))
    monkeypatch.setattr(actions, "drop_draft", lambda **_: None)
    path = f"/cases/{samples.REFERENCE}/appeal"
    checked = browser.post(path, {"step": "check", "grounds": "稅率不對", "fact": ""})
    assert "請確認訴願內容" in checked.content.decode()
    assert sent == []
    done = browser.post(path, {"step": "send", "grounds": "稅率不對", "fact": ""})
    assert done.url == f"/cases/{samples.REFERENCE}/received"
    assert sent[0]["grounds"] == "稅率不對"


def test_an_application_is_withdrawn_after_a_look(browser, sample_rooms, monkeypatch):
    done = []
    monkeypatch.setattr(actions, "withdraw", lambda **given: done.append(given["reference"]))
    path = f"/cases/{samples.REFERENCE}/withdraw"
    assert path in browser.get(f"/cases/{samples.REFERENCE}").content.decode()
    browser.get(path)
    assert done == []
    assert browser.post(path).url == f"/cases/{samples.REFERENCE}"
    assert done == [samples.REFERENCE]


def test_an_empty_appeal_is_told_so(browser, sample_rooms):
    page = browser.post(f"/cases/{samples.REFERENCE}/appeal", {"step": "send", "grounds": " "})
    assert page.status_code == 422


def test_an_appeal_can_be_saved_and_taken_up_again(browser, sample_rooms, monkeypatch):
    kept = {}
    monkeypatch.setattr(actions, "save_draft", lambda **given: kept.update(given))
    path = f"/cases/{samples.REFERENCE}/appeal"
    assert browser.post(path, {"step": "save", "grounds": "寫到一半"}).url == "/for-you"
    assert kept["answers"]["grounds"] == "寫到一半"
    monkeypatch.setattr(queries, "draft", lambda actor, key: samples.draft())
    assert "我的稅率不對" in browser.get(path).content.decode()


def test_what_people_write_cannot_become_markup(browser, sample_rooms):
    path = f"/cases/{samples.REFERENCE}/appeal"
    page = browser.post(path, {"step": "check", "grounds": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.content.decode()


@pytest.mark.django_db
def test_a_case_that_is_not_mine_is_refused_in_words(sample_rooms, monkeypatch):
    def not_mine(actor, reference):
        raise Refused("life_events.not_yours")

    monkeypatch.setattr(queries, "case", not_mine)
    page = browser_of(somebody(2)).get(f"/cases/{samples.REFERENCE}")
    assert page.status_code in (403, 404)
    assert sample_rooms.case.subject_name not in page.content.decode()


def test_my_data_comes_as_json_and_as_pdf(browser, sample_rooms, mother):
    record = browser.get("/my-data.json").json()
    assert record["person"]["name"] == mother.name
    assert "•" in record["numbers"][0]
    paper = browser.get("/my-data.pdf")
    assert paper.content.startswith(b"%PDF-")
    assert len(paper.content) > 2000


def test_trying_another_place_needs_a_place_and_whole_numbers(browser, sample_rooms):
    page = browser.post(f"/cases/{samples.REFERENCE}/what-if", {"hours": "4O", "fee": "1,500"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "請選擇一種照顧方式" in text
    assert "請填 0 到 168 的整數" in text
    assert 'value="1,500"' in text


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_both_answers_of_a_trial_stand_side_by_side(browser, sample_rooms, monkeypatch, language):
    monkeypatch.setattr(queries, "what_if", lambda actor, reference, **_: samples.what_if())
    page = browser.post(
        f"/cases/{samples.REFERENCE}/what-if",
        {"placement": "public_care", "hours": "40", "fee": "0"},
        headers={"accept-language": language},
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "+NT$ 2,000" in text
    assert "child.care == &#x27;public&#x27;" in text
