"""Every page for everybody: axe in both languages, light and dark; narrow, with large text."""

import re

import pytest

from journeys.driving import faults_of_access, until_seen

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PUBLIC = ["/", "/life-events", "/life-events/birth", "/counts", "/accessibility", "/sign-in",
          "/api/docs", "/no-such-page"]  # fmt: skip
OWN = ["/for-you", "/cases", "/my-data", "/trail", "/notices", "/agreements", "/apply/childcare",
       "/account", "/account/powers"]  # fmt: skip
DUTY = {
    "officer-1": ["/office/", "/office/runs", "/office/payments"],
    "dpo": ["/office/register", "/office/mandates", "/office/unusual", "/office/appointments"],
    "analyst": ["/office/tables", "/office/tables/childcare/2022-09"],
    "clerk": ["/counter", "/counter/witness"],
}


def deep_pages(page):
    """One offer and one case of the person, with every page below them."""
    found = []
    for start, part in (("/for-you", "/offers/"), ("/cases", "/cases/MB-")):
        page.goto(start)
        link = page.locator(f"main a[href*='{part}']").first
        if link.count():
            href = link.get_attribute("href")
            found.append(href)
            if part == "/cases/MB-":
                found += [f"{href}/received", f"{href}/appeal", f"{href}/account"]
                page.goto(href)
                decided = page.locator("main a[href*='/decisions/']").first
                if decided.count():
                    found.append(decided.get_attribute("href"))
    return found


def case_of(page):
    """The reference of a decided case of the person."""
    page.goto("/cases")
    until_seen(page, "MB-2022-")
    found = re.search(r"MB-\d{4}-\d{6}-\d", page.locator("main").inner_text())
    assert found
    return found[0]


def consent_page(town, language, dark):
    """An agreement that waits for the signature of the reader, in the reader's language."""
    page = town.visit(language=language, dark=dark)
    town.sign_in(page, "income-too-high-mother")
    page.goto("/for-you")
    for _ in range(40):
        if page.locator("main a[href^='/offers/'], main a[href^='/agreements/']").count():
            break
        page.wait_for_timeout(1_500)
        page.reload()
    if not page.locator("main a[href^='/agreements/']").count():
        page.goto(page.locator("main a[href^='/offers/']").first.get_attribute("href"))
        page.locator("main a[href$='/check']").click()
        page.locator("main form button.btn").last.click()
    else:
        page.locator("main a[href^='/agreements/']").first.click()
    page.wait_for_url("**/agreements/**")
    page.locator("input[name=verb][value=accept]").wait_for(state="attached")
    return page


@pytest.mark.parametrize(
    ("language", "dark"), [("zh-TW", False), ("zh-TW", True), ("en-GB", False), ("en-GB", True)]
)
def test_axe_finds_nothing_on_any_page(town, language, dark):
    wrong = {}

    def look(page, paths):
        for path in paths:
            page.goto(path)
            found = faults_of_access(page)
            if found:
                wrong[path] = found

    def look_here(page, name):
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        found = faults_of_access(page)
        if found:
            wrong[name] = found

    visitor = town.visit(language=language, dark=dark)
    look(visitor, PUBLIC)
    town.sign_in(visitor, "low-income-mother")
    look(visitor, OWN + deep_pages(visitor))
    reference = case_of(visitor)
    visitor.goto(f"/cases/{reference}/appeal")
    visitor.locator("textarea[name=grounds]").fill("示例")
    visitor.locator("button[value=check]").click()
    look_here(visitor, "appeal, to check")
    visitor.goto(f"/cases/{reference}")
    visitor.goto(visitor.locator("main a[href*='/decisions/']").first.get_attribute("href"))
    look_here(visitor, "decision, unfolded")
    visitor.goto("/trail")
    look_here(visitor, "trail, unfolded")
    look_here(consent_page(town, language, dark), "consent, pending")
    officer = town.visit(phone=False, language=language, dark=dark)
    town.sign_in(officer, "officer-1")
    officer.goto(f"/office/cases/{reference}")
    look_here(officer, "why an officer looks")
    officer.locator("main form button.btn").last.click()
    officer.wait_for_load_state()
    look_here(officer, "case and override, open")
    officer.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    officer.locator("form[action$='/override'] button").click()
    look_here(officer, "override, with mistakes")
    officer.context.close()
    for key, paths in DUTY.items():
        officer = town.visit(phone=False, language=language, dark=dark)
        town.sign_in(officer, key)
        look(officer, paths)
        officer.context.close()
    assert wrong == {}


def test_nothing_scrolls_sideways_at_320_pixels_with_double_text(town):
    page = town.visit(viewport={"width": 320, "height": 640})
    town.sign_in(page, "low-income-mother")
    page.goto("/cases")
    until_seen(page, "MB-2022-")
    wide = {}
    for path in PUBLIC + OWN + deep_pages(page):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    assert wide == {}


def test_every_target_is_large_enough_for_a_thumb(town):
    page = town.visit()
    town.sign_in(page, "low-income-mother")
    small = {}
    for path in ["/", *OWN]:
        page.goto(path)
        found = page.locator("header a, header button, main .btn, footer a").evaluate_all(
            "all => all.filter(o => o.offsetHeight && o.getBoundingClientRect().height < 44)"
            ".map(o => o.textContent.trim())"
        )
        if found:
            small[path] = found
    assert small == {}
