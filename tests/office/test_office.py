"""The back office: only those on duty, only with a reason, never alone."""

from dataclasses import replace

import pytest

from minben.base.refusal import Refused
from minben.cases import actions
from minben.cases.types import ObjectionView
from minben.identity.types import Method, Role
from portal.visiting import browser_of, official, somebody
from ui import samples

CASE = f"/office/cases/{samples.REFERENCE}"
OFFICER = ["/office/", "/office/runs", "/office/payments", CASE]
PROTECTION = ["/office/register", "/office/mandates", "/office/unusual"]
ANALYST = ["/office/tables"]


@pytest.mark.parametrize("path", OFFICER + PROTECTION + ANALYST)
@pytest.mark.django_db
def test_a_citizen_is_not_let_into_the_office(path):
    page = browser_of(somebody(7)).get(path)
    assert page.status_code == 403


@pytest.mark.parametrize("path", OFFICER + PROTECTION + ANALYST)
@pytest.mark.django_db
def test_a_visitor_is_led_to_signing_in(client, path):
    assert client.get(path).url == "/sign-in"


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        (Role.ANALYST, ["/office/payments", CASE, "/office/unusual"]),
        (Role.DATA_PROTECTION_OFFICER, ["/office/payments", CASE]),
        (Role.CLERK, ["/office/payments", CASE, "/office/register"]),
        (Role.CASE_OFFICER, ["/office/unusual", "/office/register"]),
    ],
)
@pytest.mark.django_db
def test_each_role_opens_the_least(role, closed):
    browser = browser_of(official(role))
    assert [browser.get(path).status_code for path in closed] == [403] * len(closed)


@pytest.mark.django_db
def test_two_documents_are_not_sure_enough_for_duty():
    browser = browser_of(official(Role.CASE_OFFICER), Method.TWO_DOCUMENTS)
    assert browser.get("/office/").url == "/sign-in/step-up"


def test_the_queue_shows_references_and_no_names(officer, seen):
    page = officer.get("/office/").content.decode()
    assert samples.REFERENCE in page
    assert "逾期" in page
    assert samples.my_case().case.subject_name not in page


def test_a_reference_is_looked_for_whatever_is_typed(officer):
    found = officer.get("/office/find", {"reference": " mb-2022-000001-5 "})
    assert found.url == "/office/cases/MB-2022-000001-5"
    assert officer.get("/office/find", {"reference": "../x"}).status_code == 404


def test_a_case_is_opened_only_with_a_reason_and_the_reason_is_recorded(officer, seen):
    assert "為什麼要看" in officer.get(CASE).content.decode()
    assert seen == []
    officer.post(CASE, {"reason": "處理待辦事項"})
    page = officer.get(CASE).content.decode()
    assert seen[0][1]["reason"] == "處理待辦事項"
    assert "這次查看已記錄" in page
    assert samples.office_case().subject_name in page


def test_an_empty_reason_opens_nothing(officer, seen):
    officer.post(CASE, {"reason": "  "})
    assert "為什麼要看" in officer.get(CASE).content.decode()


def test_an_override_names_amount_month_and_reason_or_says_which_is_wrong(officer, seen):
    officer.post(CASE, {"reason": "x"})
    typed = {"status": "due", "amount": "5k", "since": "9/2022", "reason": "雙胞胎"}
    page = officer.post(f"{CASE}/override", typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert "金額是整數元" in text
    assert "月份寫成" in text
    assert "雙胞胎" in text
    officer.post(f"{CASE}/override", {**typed, "amount": "5,000", "since": "2022-09"})
    assert seen[-1][0] == "propose_override"
    assert seen[-1][1]["amount"] == 5000


def test_an_override_without_its_verdict_is_not_taken_for_a_no(officer, seen):
    officer.post(CASE, {"reason": "x"})
    seen.clear()
    for status in ("", "DUE"):
        page = officer.post(
            f"{CASE}/override", {"status": status, "since": "2022-09", "reason": "y"}
        )
        assert page.status_code == 422
        assert "請選擇發給或不發給" in page.content.decode()
    path = f"{CASE}/overrides/{samples.task().uuid}"
    assert officer.post(path, {"reason": "y"}).status_code == 422
    path = f"{CASE}/appeals/{samples.task().uuid}"
    assert officer.post(path, {"answer": "y"}).status_code == 422
    assert {name for name, _ in seen} == {"view_case"}


def test_nobody_approves_their_own_override(officer, seen, monkeypatch):
    def own(**_):
        raise Refused("cases.own_override")

    monkeypatch.setattr(actions, "approve_override", own)
    officer.post(CASE, {"reason": "x"})
    page = officer.post(f"{CASE}/overrides/{samples.task().uuid}", {"verdict": "approve"})
    assert page.status_code in (403, 409)
    assert 'role="alert"' in page.content.decode()


def test_an_objection_is_settled_by_an_officer_who_says_which_way(officer, seen, monkeypatch):
    objected = replace(
        samples.office_case(), objection=ObjectionView(samples.REFERENCE, "不需要", samples.DAY)
    )
    monkeypatch.setattr(actions, "view_case", lambda **_: objected)
    officer.post(CASE, {"reason": "x"})
    assert f'action="{CASE}/objection"' in officer.get(CASE).content.decode()
    page = officer.post(f"{CASE}/objection", {"outcome": ""})
    assert page.status_code == 422
    assert "請選擇停止發放或繼續發放" in page.content.decode()
    assert officer.post(f"{CASE}/objection", {"outcome": "stop"}).status_code == 302
    assert seen[-1] == ("settle_objection", {**seen[-1][1], "stop": True})
    stranger = browser_of(somebody(7))
    assert stranger.post(f"{CASE}/objection", {"outcome": "stop"}).status_code == 403


def test_an_appeal_is_answered_with_reasons(officer, seen):
    officer.post(CASE, {"reason": "x"})
    path = f"{CASE}/appeals/{samples.task().uuid}"
    assert officer.post(path, {"outcome": "upheld", "answer": ""}).status_code == 422
    officer.post(path, {"outcome": "upheld", "answer": "稅率已更正"})
    assert seen[-1] == (
        "answer_appeal",
        {**seen[-1][1], "outcome": "upheld", "answer": "稅率已更正"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROTECTION)
def test_the_data_protection_officer_reads_register_mandates_and_access(path):
    assert browser_of(official(Role.DATA_PROTECTION_OFFICER)).get(path).status_code == 200


@pytest.mark.django_db
def test_an_analyst_reads_the_law_as_tables_and_takes_it_as_dmn():
    browser = browser_of(official(Role.ANALYST))
    listed = browser.get("/office/tables").content.decode()
    assert "/office/tables/childcare/2022-08" in listed
    page = browser.get("/office/tables/childcare/2022-09")
    assert page.status_code == 200
    assert "flowchart" in page.content.decode()
    drawn = browser.get("/office/tables/childcare/2022-09/support.dmn")
    assert drawn.content.startswith(b"<?xml")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["rent/2022-09", "childcare/2022-13", "childcare/1999-01"])
def test_a_table_that_is_not_there_says_so(path):
    assert browser_of(official(Role.ANALYST)).get(f"/office/tables/{path}").status_code == 404
