"""Whatever is typed into an address or a form, a page answers in words: it never breaks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from minben.identity.types import Role
from portal.visiting import browser_of, official, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NUL = "a\x00b"
FIELDS = (
    "step", "child", "account", "bank_code", "pay_to", "words", "grounds", "fact", "verb", "next",
    "with", "state", "credential", "number", "name", "document", "compared", "until", "role",
    "person", "reason", "status", "amount", "since", "verdict", "outcome", "answer", "pack",
    "method", "representation", "placement", "hours", "fee", "to",
)  # fmt: skip
JUNK = (NUL, "../x")


def _addresses(patterns: list[object], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.pattern.describe().find("api/") < 0:
                yield from _addresses(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def _filled(route: str, junk: str) -> str:
    for name in ("<uuid:uuid>", "<uuid:task>", "<uuid:decision>", "<uuid:appeal>"):
        route = route.replace(name, str(uuid4()))
    for name in ("reference", "agreement", "month", "path"):
        for kind in ("str", "path"):
            route = route.replace(f"<{kind}:{name}>", junk)
    for name in ("key", "pack", "rule"):
        route = route.replace(f"<slug:{name}>", "childcare")
    return "/" + route


ADDRESSES = sorted(
    a
    for a in _addresses(get_resolver().url_patterns)
    if "^" not in a and not a.startswith("static")
)


def _browsers() -> dict[str, Client]:
    officer = official(Role.CASE_OFFICER, 931)
    found = {"citizen": browser_of(somebody(31)), "officer": browser_of(officer)}
    for browser in found.values():
        browser.raise_request_exception = False
    return found


def test_no_junk_in_an_address_or_a_form_breaks_a_page() -> None:
    broken = set()
    for who, browser in _browsers().items():
        for route in ADDRESSES:
            for junk in JUNK:
                address = _filled(route, "x%00y" if junk == NUL else "MB-2022-0001")
                body = dict.fromkeys(FIELDS, junk)
                for answer in (
                    browser.get(address, {"reference": junk, "next": junk, "kind": junk}),
                    browser.post(address, body),
                ):
                    if answer.status_code == 500:
                        broken.add((who, answer.request["REQUEST_METHOD"], route, junk[:8]))
    assert sorted(broken) == []


def test_an_unreadable_sign_is_named_with_its_mend() -> None:
    browser = browser_of(somebody(31))
    for answer in (browser.get("/cases/x%00y"), browser.post("/language", {"next": NUL})):
        assert answer.status_code == 400
        assert "空字元" in answer.content.decode()
    told = browser.get("/api/life-events", {"x": NUL}).json()
    assert told["error"] == "ui.unreadable_sign"


def test_an_unreadable_sign_from_a_program_is_told_as_its_rfc_says() -> None:
    told = Client().post(
        "/oauth/par", "client_id=a%00b", content_type="application/x-www-form-urlencoded"
    )
    assert (told.status_code, told.json()["error"]) == (400, "invalid_request")
