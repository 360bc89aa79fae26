"""Officers: two pairs of eyes; and another's session, which gets nothing anywhere."""

import re

import pytest
from playwright.sync_api import expect

from journeys.driving import until_seen

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def case_of(town, key):
    page = town.visit()
    town.sign_in(page, key)
    page.goto("/cases")
    until_seen(page, "MB-2022-")
    text = page.locator("main").inner_text()
    found = re.search(r"MB-\d{4}-\d{6}-\d", text)
    assert found
    return found[0], page


def open_case(town, page, reference):
    page.goto(f"/office/cases/{reference}")
    page.get_by_role("button", name="記錄並打開").click()
    expect(page.locator("main")).to_contain_text("這次查看已記錄")


def test_an_officer_proposes_a_second_one_approves_and_the_citizen_sees_both(town):
    reference, mother = case_of(town, "low-income-mother")
    first = town.visit(phone=False)
    town.sign_in(first, "officer-1")
    open_case(town, first, reference)
    first.get_by_text("提出人工改判").click()
    first.get_by_label("每月金額").fill("7,500")
    first.get_by_label("自哪個月").fill("2022-10")
    first.get_by_label("理由（民眾會讀到）").last.fill("經訪視，雙親皆無法照顧")
    first.get_by_role("button", name="送請第二人審核").click()
    expect(first.locator("main")).to_contain_text("必須由另一位承辦人審核")

    second = town.visit(phone=False)
    town.sign_in(second, "officer-2")
    second.goto("/office/")
    expect(second.locator("main")).not_to_contain_text(town.name("low-income-child"))
    open_case(town, second, reference)
    second.get_by_role("button", name="核可").click()
    expect(second.locator("main")).to_contain_text("已核可")

    mother.goto(f"/cases/{reference}")
    expect(mother.locator("main")).to_contain_text("NT$ 7,500")
    mother.goto("/trail")
    expect(mother.locator("main")).to_contain_text("查看您的案件")
    expect(mother.locator("main")).to_contain_text(town.name("officer-1"))


def test_another_s_session_tries_every_address_and_gets_nothing(town):
    reference, mother = case_of(town, "low-income-mother")
    mother.goto(f"/cases/{reference}")
    addresses = {f"/cases/{reference}"}
    seen = set()
    while addresses - seen and len(seen) < 40:
        path = (addresses - seen).pop()
        seen.add(path)
        mother.goto(path)
        links = mother.locator("main a[href^='/']").evaluate_all(
            "found => found.map(one => one.getAttribute('href'))"
        )
        addresses |= {
            href.split("#")[0]
            for href in links
            if re.search(r"MB-|[0-9a-f]{8}-|sha-256", href) and "download" not in href
        }
    stranger = town.visit()
    town.sign_in(stranger, "single-mother")
    for path in sorted(addresses | {f"/cases/{reference}/received", f"/cases/{reference}/appeal"}):
        answer = stranger.goto(path)
        assert answer.status in (403, 404), path
        words = stranger.locator("main").inner_text()
        assert town.name("low-income-child") not in words
        assert "NT$" not in words
    for path in ("/office/", "/office/payments", "/office/unusual", f"/office/cases/{reference}"):
        assert stranger.goto(path).status == 403, path
    assert stranger.goto("/counter").status == 403
