"""Families meet their government: on a phone, at a counter, with a second parent, with regret."""

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from journeys.driving import (
    DESK,
    PHONE,
    accept_offer,
    finish_signing,
    sign_here,
    until_seen,
)

pytestmark = [pytest.mark.journey, pytest.mark.slow]
REFERENCE = re.compile(r"MB-\d{4}-\d{6}-\d")


def test_a_family_s_way_from_the_offer_to_the_money_and_back(town):
    """A parent accepts on a phone, the second signs, money is planned, consent is revoked."""
    mother = town.visit()
    town.sign_in(mother, "newborn-mother")
    mother.goto("/for-you")
    until_seen(mother, "看看並決定")
    accept_offer(town, mother, "newborn-mother")

    # The consent page says exactly what is asked, and what is not.
    expect(mother.get_by_role("heading", level=1)).to_have_text("您同意嗎？")
    page = mother.locator("main")
    expect(page).to_contain_text("所得稅")
    expect(page).to_contain_text("只回覆「是／否」")
    for row in ("目的", "依據", "期限", "保存"):
        expect(page.get_by_text(row, exact=True).first).to_be_visible()
    mother.get_by_role("button", name="同意並簽署").click()
    finish_signing(town, mother, "newborn-mother")
    reference = mother.locator(".reference").inner_text()
    assert REFERENCE.fullmatch(reference)
    mother.goto(f"/cases/{reference}")
    expect(mother.locator("main")).to_contain_text("等待資料")

    father = town.visit(viewport=DESK, phone=False, language="en-GB")
    town.sign_in(father, "newborn-father")
    father.goto("/for-you")
    father.get_by_role("link", name="Read and decide").first.click()
    expect(father.locator("html")).to_have_attribute("lang", "en")
    father.get_by_role("button", name="Agree and sign").click()
    finish_signing(town, father, "newborn-father")

    mother.goto(f"/cases/{reference}")
    until_seen(mother, "NT$ 5,000")
    mother.get_by_role("link", name="看完整決定與理由").click()
    page = mother.locator("main")
    for heading in ("決定是什麼", "為什麼", "根據哪些資料", "如果決定錯了"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("link", name="提出訴願")).to_be_visible()

    # The mother's own device proves the trail.
    mother.goto("/trail")
    expect(mother.locator("main")).to_contain_text("您的同意")
    mother.get_by_role("button", name="在這臺裝置上驗證").click()
    expect(mother.locator("[data-result]")).to_contain_text("完整且未經更改", timeout=60_000)

    # The father takes his word back: what was planned and not sent is stopped.
    father.goto("/agreements")
    father.get_by_role("link", name="See or withdraw").first.click()
    father.get_by_role("button", name="Withdraw my consent").click()
    finish_signing(town, father, "newborn-father")
    expect(father.locator("main")).to_contain_text("Withdrawn")
    mother.goto(f"/cases/{reference}")
    until_seen(mother, "已停止")


def test_a_low_income_family_is_paid_without_a_tap_and_may_object(town):
    page = town.visit()
    town.sign_in(page, "low-income-mother")
    page.goto("/cases")
    until_seen(page, "發給中")
    page.get_by_role("link", name="查看進度").first.click()
    expect(page.locator("main")).to_contain_text("NT$ 5,000")
    page.get_by_role("link", name="提出異議").click()
    page.get_by_role("button", name="送出異議").click()
    expect(page.locator(".mistake")).to_contain_text("請寫幾個字")
    page.get_by_label("請說原因").fill("我想先問清楚")
    page.get_by_role("button", name="送出異議").click()
    expect(page.locator("main")).to_contain_text("我想先問清楚")


def test_a_clerk_serves_someone_without_a_phone(town):
    desk = town.visit(phone=False)
    town.sign_in(desk, "clerk")
    desk.goto("/counter")
    desk.get_by_role("button", name="讀卡，開始服務").click()
    desk.wait_for_load_state()
    town.show_card(desk, "counter-mother", "nhi_card")
    desk.wait_for_url(f"{town.origin}/**")
    expect(desk.locator(".ribbon")).to_contain_text(town.name("counter-mother"))
    desk.goto("/my-data")
    expect(desk.locator("main")).to_contain_text(town.name("counter-mother"))
    desk.goto("/office/")
    expect(desk.locator("main")).not_to_contain_text("待辦事項")

    # The offer is taken up at the counter; the person signs with their card, and has a receipt.
    desk.goto("/for-you")
    until_seen(desk, "看看並決定")
    accept_offer(town, desk, "counter-mother")
    sign_here(town, desk, "counter-mother", "nhi_card")
    reference = desk.locator(".reference").inner_text()
    assert REFERENCE.fullmatch(reference)
    expect(desk.locator(".panel")).to_contain_text("臨櫃辦理")
    expect(desk.locator(".panel")).to_contain_text(town.name("clerk"))
    assert len(desk.pdf()) > 1_000  # on paper: the receipt
    desk.emulate_media(media="print")
    expect(desk.locator(".reference")).to_be_visible()
    expect(desk.locator("header.top")).to_be_hidden()
    desk.emulate_media(media="screen")

    desk.goto("/counter")
    desk.get_by_role("button", name="結束服務").click()
    expect(desk.locator("main")).to_contain_text("什麼憑證都沒有")
    expect(desk.locator("main")).to_contain_text("紙本申請")
    desk.goto("/for-you")
    expect(desk.locator("main")).not_to_contain_text(town.name("counter-mother"))


def test_a_keyboard_alone_is_enough(town):
    page = town.visit(phone=False)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到主要內容")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("登入看看")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    button = page.locator("form:has(input[value=citizen_certificate]) button")
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    town.show_card(page, "twins-mother")
    page.wait_for_url(f"{town.origin}/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text(town.name("twins-mother"))


def test_saved_words_are_there_the_next_day_and_the_language_switch_keeps_the_page(town):
    page = town.visit(viewport=PHONE)
    town.sign_in(page, "twins-mother")
    page.goto("/apply/childcare")
    page.get_by_label("填寫帳戶").check()
    page.get_by_label("帳號").fill("0001234567")
    page.get_by_role("button", name="先存起來").click()
    page.get_by_role("link", name=re.compile("繼續填寫")).click()
    expect(page.get_by_label("帳號")).to_have_value("0001234567")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(re.compile("/apply/childcare$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Account number")).to_have_value("0001234567")
    page.get_by_label("Account number").fill("0007654321")  # not saved, and still not lost
    page.get_by_role("button", name="正體中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-TW")
    expect(page.get_by_label("帳號")).to_have_value("0007654321")


def test_the_time_out_warns_and_extends_without_losing_what_was_typed(town):
    page = town.visit()
    page.clock.install()
    town.sign_in(page, "twins-father")
    page.goto("/apply/childcare")
    page.get_by_label("填寫帳戶").check()
    page.get_by_label("帳號").fill("0009876543")
    page.clock.fast_forward("28:30")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("您還在嗎？")
    dialog.get_by_role("button", name="我還在").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("帳號")).to_have_value("0009876543")


def test_a_provider_that_is_down_is_told_and_nothing_is_lost_when_it_is_back(town):
    """The tax agency is stopped before both have signed; the case waits, says so, and goes on."""
    tax = town.stage.supervisor.process_id("tax")
    page = town.visit()
    town.sign_in(page, "single-mother")
    page.goto("/for-you")
    until_seen(page, "看看並決定")
    accept_offer(town, page, "single-mother")
    os.kill(tax, signal.SIGSTOP)
    try:
        page.get_by_role("button", name="同意並簽署").click()
        finish_signing(town, page, "single-mother")
        reference = page.locator(".reference").inner_text()
        page.goto(f"/cases/{reference}")
        expect(page.locator("main")).to_contain_text("等待資料")
    finally:
        os.kill(tax, signal.SIGCONT)
    until_seen(page, "NT$ 5,000")
