"""A person with a plain browser: follows links, fills forms, keeps cookies. No script runs.

The story drives the running platform through it, as a person would; what it cannot do, nobody
without script can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from urllib.parse import urljoin

import httpx


class Lost(Exception):
    """What a visitor looked for was not there; says on which page and what was there instead."""


@dataclass
class Form:
    """表單 One form of a page: where it goes and what it holds."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)  # radio buttons and selects
    buttons: list[tuple[str, str]] = field(default_factory=list)  # (name, value) of submits

    def offers(self, name: str) -> bool:
        """Whether it has a field, choice or button of this name."""
        named = {button for button, _ in self.buttons}
        return name in self.fields or name in self.choices or name in named


@dataclass
class Page:
    """頁面 What the visitor sees: address, words, links and forms."""

    url: str
    status: int
    text: str
    links: list[tuple[str, str]]
    forms: list[Form]
    body: str

    def form(self, *names: str, action: str = "") -> Form:
        """The first form with these fields whose action holds `action`; Lost if there is none."""
        for one in self.forms:
            if action in one.action and all(one.offers(name) for name in names):
                return one
        there = [(one.action, sorted({*one.fields, *one.choices})) for one in self.forms]
        raise Lost(f"{self.url} ({self.status}): no form {action!r} with {names}; {there}")

    def link(self, part: str) -> str:
        """The first link whose address holds `part`; Lost if there is none."""
        for href, _ in self.links:
            if part in href:
                return href
        raise Lost(f"{self.url} ({self.status}): no link {part!r}")

    def has_link(self, part: str) -> bool:
        """Whether a link leads there."""
        return any(part in href for href, _ in self.links)


class Visitor:
    """訪客 One person's browser. Use it as a context manager."""

    def __init__(self, origin: str, *, language: str = "zh-hant") -> None:
        self.origin = origin
        headers = {"Accept-Language": language, "Accept": "text/html"}
        self._client = httpx.Client(follow_redirects=True, headers=headers, timeout=30)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, address: str) -> Page:
        """Open a page; an address without a host is the platform's."""
        return _page(self._client.get(urljoin(self.origin, address)))

    def fetch(self, address: str) -> bytes:
        """Download a file; Lost when it is not there."""
        answer = self._client.get(urljoin(self.origin, address))
        if answer.status_code != httpx.codes.OK:
            raise Lost(f"{address}: {answer.status_code}")
        return answer.content

    def submit(self, page: Page, form: Form, values: Mapping[str, str] | None = None) -> Page:
        """Fill a form, press its first button, and see what comes."""
        sent = dict(form.fields)
        if form.buttons and form.buttons[0][0]:
            sent |= dict(form.buttons[:1])
        sent |= values or {}
        address = urljoin(page.url, form.action or page.url)
        origin = {"Referer": page.url, "Origin": _origin_of(page.url)}
        if form.method == "post":
            return _page(self._client.post(address, data=sent, headers=origin))
        return _page(self._client.get(address, params=sent, headers=origin))


def _origin_of(url: str) -> str:
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode()}"


def _page(answer: httpx.Response) -> Page:
    reader = _Reader()
    reader.feed(answer.text)
    text = " ".join("".join(reader.words).split())
    return Page(str(answer.url), answer.status_code, text, reader.links, reader.forms, answer.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._silent = 0
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "a" and "href" in told:
            self.links.append((told["href"], told.get("aria-label", "")))
        elif tag == "form":
            self.forms.append(Form(told.get("action", ""), told.get("method", "get").lower()))
        elif self.forms:
            self._control(tag, told)

    def _control(self, tag: str, told: dict[str, str]) -> None:
        form, name = self.forms[-1], told.get("name", "")
        kind = told.get("type", "submit" if tag == "button" else "text")
        if tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(told.get("value", ""))
            if "selected" in told:
                form.fields[self._select] = told.get("value", "")
        elif tag == "textarea" and name:
            form.fields.setdefault(name, "")
        elif tag in ("input", "button") and kind == "submit":
            form.buttons.append((name, told.get("value", "")))
        elif tag == "input" and kind in ("radio", "checkbox") and name:
            form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                form.fields[name] = told.get("value", "on")
        elif tag == "input" and name:
            form.fields[name] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
