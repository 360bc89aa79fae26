"""A real browser: sign in by card, add a passkey, come back with it, sign an agreement by it."""

import shutil
import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from consent.family import Family
from idp.provider import MOTHER, PIN, Provider, serial
from minben.consent import queries
from minben.identity import queries as people
from minben.protocol.agreement import Signature
from minben.protocol.keys import b64, unb64

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@contextmanager
def serving(app):
    """An ASGI application on a free port of this machine; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


@pytest.fixture
def town(tmp_path, settings, live_server, monkeypatch):
    """The platform and the identity provider, each on its own port."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    settings.VAR, settings.AGENCIES = tmp_path, tmp_path / "agencies"
    settings.ORIGIN = origin
    settings.CSRF_TRUSTED_ORIGINS = [origin]
    provider = Provider(tmp_path, origin=origin)
    with serving(provider.app) as address:
        settings.IDENTITY_PROVIDER_URL = address
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        directives = {**policy, "form-action": ["'self'", address]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        yield Family(provider), origin


@pytest.fixture
def page(monkeypatch):
    # Playwright's synchronous face runs a loop in this thread, which Django mistakes for async.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, headless=True
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="zh-TW", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        yield page
        browser.close()


def no_barriers(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def show_card(page: Page, method: str, button: str) -> None:
    """At the identity provider: card in, PIN, go."""
    no_barriers(page)
    page.get_by_label("序號").or_(page.get_by_label("健保卡號")).fill(serial(MOTHER, method))
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_passkey_from_card_to_signature(town, page):
    family, origin = town
    page.goto(f"{origin}/sign-in")
    no_barriers(page)
    page.get_by_role("button", name="健保卡 註冊過的").click()
    show_card(page, "nhi_card", "登入")
    page.wait_for_url("**/for-you")

    page.goto(f"{origin}/account")
    no_barriers(page)
    page.get_by_label("給它一個名字").fill("我的手機")
    page.get_by_role("button", name="新增通行金鑰").click()
    page.get_by_role("button", name="健保卡").click()
    show_card(page, "nhi_card", "綁定")
    page.wait_for_url("**/account")
    assert page.get_by_role("heading", name="我的手機").is_visible()
    (passkey,) = people.passkeys_of(family.mother.person)

    page.get_by_role("button", name="登出").click()
    page.goto(f"{origin}/sign-in")
    page.get_by_role("button", name="用通行金鑰登入").click()
    page.wait_for_url("**/for-you")

    view = family.proposed(family.tax(family.mother))
    page.goto(f"{origin}/agreements/{view.id}")
    page.get_by_role("button", name="同意並簽署").click()
    assert "絕不提供數值本身" in page.locator("main").inner_text()
    no_barriers(page)
    page.get_by_role("button", name="用通行金鑰簽署").click()
    page.wait_for_function("!location.pathname.endsWith('/sign')")

    (signature,) = queries.evidence_for(view.id)
    assert isinstance(signature, Signature)
    assert signature.evidence["credential_id"] == passkey.credential_id
    told = unb64(signature.evidence["client_data"]).decode()
    assert origin in told
    assert b64(signature.challenge) in told
    assert queries.state(view.id).status == "active"

    page.goto(f"{origin}/agreements/{view.id}")
    page.get_by_role("button", name="撤回我的同意").click()
    page.get_by_role("button", name="用通行金鑰簽署").click()
    page.wait_for_function("!location.pathname.endsWith('/sign')")
    assert queries.state(view.id).status == "revoked"


def test_signing_with_a_card_shows_the_same_words_at_the_provider_in_english(town, page):
    family, origin = town
    page.goto(f"{origin}/sign-in")
    page.get_by_role("button", name="English").click()
    no_barriers(page)
    page.get_by_role("button", name="NHI card A registered").click()
    page.get_by_label("NHI card number").fill(serial(MOTHER, "nhi_card"))
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/for-you")
    view = family.proposed(family.tax(family.mother))
    page.goto(f"{origin}/agreements/{view.id}")
    page.get_by_role("button", name="Agree and sign").click()
    assert "only “income tax rate is 20 % or more: yes/no”" in page.locator("main").inner_text()
    page.get_by_role("button", name="Citizen certificate").click()
    page.get_by_label("Serial").fill(serial(MOTHER, "citizen_certificate"))
    page.get_by_label("PIN").fill(PIN)
    no_barriers(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/agreements/**")
    assert queries.state(view.id).status == "active"
