"""Driving a real browser as people do: by what they see, never by what is underneath."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE = 90_000  # milliseconds for what other processes do


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Town:
    """A running platform and the people one can be in it."""

    origin: str
    browser: Browser
    people: dict[str, dict[str, Any]]
    stage: Any

    def visit(
        self,
        *,
        phone: bool = True,
        language: str = "zh-TW",
        dark: bool = False,
        viewport: dict[str, int] | None = None,
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.origin,
            viewport=viewport or (PHONE if phone else DESK),
            locale=language,
            color_scheme="dark" if dark else "light",
            has_touch=phone,
        )
        context.set_default_timeout(30_000)
        return context.new_page()

    def sign_in(self, page: Page, key: str, method: str = "citizen_certificate") -> None:
        page.goto("/sign-in")
        page.locator(f"form:has(input[value={method}]) button").click()
        self.show_card(page, key, method)
        page.wait_for_url(f"{self.origin}/**")

    def show_card(self, page: Page, key: str, method: str = "citizen_certificate") -> None:
        """At the identity provider: card and PIN, as at a reader."""
        page.wait_for_url(lambda url: not url.startswith(self.origin))
        way = next(w for w in self.people[key]["sign_in"] if w["method"] == method)
        if page.locator("input[name=pin]").count() == 0:
            page.locator(f"button[value={method}]").first.click()
        page.locator("input[name=serial]").fill(way["card"])
        page.locator("input[name=pin]").fill(way["pin"])
        page.locator("input[name=pin]").press("Enter")

    def name(self, key: str) -> str:
        return str(self.people[key]["name"]["zh"])


def accept_offer(town: Town, page: Page, key: str) -> None:
    """From "for you" to the signed consent, as a parent does it."""
    page.goto("/for-you")
    page.get_by_role("link", name="看看並決定").first.click()
    page.get_by_role("link", name="繼續：確認內容").click()
    account = town.people[key]["account"]
    page.get_by_label("填寫帳戶").check()
    page.get_by_label("銀行代碼").fill(account["bank_code"])
    page.get_by_label("帳號").fill(account["account"])
    page.get_by_role("button", name="內容正確").click()


def sign_here(town: Town, page: Page, key: str, method: str = "citizen_certificate") -> None:
    """Agree on the consent page and prove it with the card."""
    page.get_by_role("button", name="同意並簽署").click()
    finish_signing(town, page, key, method)


def finish_signing(town: Town, page: Page, key: str, method: str = "citizen_certificate") -> None:
    page.wait_for_load_state()
    if page.url.startswith(town.origin):  # a passkey is offered first
        page.get_by_role("button", name="改用憑證簽署").click()
    town.show_card(page, key, method)
    page.wait_for_url(f"{town.origin}/**")


def until_seen(page: Page, text: str) -> None:
    """Look again until other processes have done their part."""
    target = page.get_by_text(text).first
    for _ in range(60):
        if target.count() and target.is_visible():
            return
        page.wait_for_timeout(1_500)
        page.reload()
    expect(target).to_be_visible()


def faults_of_access(page: Page) -> list[str]:
    """What axe finds wrong on a page: rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
