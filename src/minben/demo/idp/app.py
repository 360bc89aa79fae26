"""The simulated identity provider: a process of its own, with its own key and folder.

The platform lodges a signed request, the browser brings its random name, the person shows card
and PIN here, the browser takes a one-time code back, and the platform fetches the statement with
it over the back channel. Numbers never pass through the browser's address.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from minben.base.text import Language, Text
from minben.demo.idp import pages, stating
from minben.demo.idp.prepare import read_clients
from minben.demo.idp.store import Store
from minben.protocol.keys import PublicKey, SigningKey, unb64

_MOST_BYTES = 64_000


class IdentityProvider:
    """身分驗證中心 The provider of one folder."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._store = Store(folder)
        self._key = SigningKey.load(folder / "key")
        self._clients = read_clients(folder)
        self._clock = clock
        origins = sorted(
            {
                f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
                for client in self._clients.values()
                for address in _strings(client["return_to"])
            }
        )
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {' '.join(origins)}",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def app(self) -> Starlette:
        """The provider as an ASGI application."""
        return Starlette(
            routes=[
                Route("/health", self._health),
                Route("/style.css", self._style),
                Route("/requests", self._lodge, methods=["POST"]),
                Route("/statements", self._hand_over, methods=["POST"]),
                Route("/sign-in", self._ask, methods=["GET"]),
                Route("/sign-in", self._answer, methods=["POST"]),
                Route("/insert", self._insert, methods=["POST"]),
                Route("/cancel", self._cancel, methods=["POST"]),
            ]
        )

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"ok": True, "key_id": self._key.key_id})

    async def _style(self, request: Request) -> Response:
        return Response(pages.STYLE, media_type="text/css")

    async def _lodge(self, request: Request) -> Response:
        client, document = await self._from_client(request)
        if client is None:
            return JSONResponse({"error": "not a known client"}, status_code=401)
        try:
            stating.check(document, _strings(self._clients[client]["return_to"]))
        except stating.Malformed as mistake:
            return JSONResponse({"error": "malformed", "field": str(mistake)}, status_code=400)
        name = self._store.keep_request(client, document, self._clock())
        return JSONResponse({"request": name, "expires_in": 900})

    async def _hand_over(self, request: Request) -> Response:
        client, document = await self._from_client(request)
        if client is None:
            return JSONResponse({"error": "not a known client"}, status_code=401)
        found = self._store.fetch(str(document.get("code", "")), client, self._clock())
        if found is None:
            return JSONResponse({"error": "no such code"}, status_code=404)
        return JSONResponse({"statement": found})

    async def _ask(self, request: Request) -> Response:
        asked = request.query_params
        return self._show(
            asked.get("request", ""),
            asked.get("lang"),
            method=asked.get("method"),
        )

    async def _insert(self, request: Request) -> Response:
        form = await _form(request)
        name, method, serial, language = (
            str(form.get(field, "")) for field in ("request", "method", "serial", "lang")
        )
        return self._show(name, language, method=method, serial=serial[:40])

    async def _answer(self, request: Request) -> Response:
        form = await _form(request)
        name, method, serial, pin = (
            str(form.get(field, "")) for field in ("request", "method", "serial", "pin")
        )
        language = str(form.get("lang", ""))
        found = self._store.request(name, self._clock())
        if found is None or method not in stating.methods_for(found[1]):
            return self._page(pages.closed(_language(language)), 410)
        client, document = found
        address = request.client.host if request.client else "unknown"
        problem = self._problem(document, method, serial, pin, address, language)
        if problem:
            return self._show(name, language, method=method, serial=serial, problem=problem)
        card = self._store.card(method, serial)
        if card is None:
            raise RuntimeError("a card that was just read is gone")
        statement = stating.state(document, card, key=self._key, now=self._clock())
        code = self._store.finish(name, client, statement, self._clock())
        if code is None:
            return self._page(pages.closed(_language(language)), 410)
        return self._back(document, code=code)

    async def _cancel(self, request: Request) -> Response:
        form = await _form(request)
        name, now = str(form.get("request", "")), self._clock()
        found = self._store.request(name, now)
        if found is None:
            return self._page(pages.closed(_language(str(form.get("lang", "")))), 410)
        self._store.finish(name, found[0], None, now)
        return self._back(found[1], error="cancelled")

    def _problem(
        self,
        document: dict[str, Any],
        method: str,
        serial: str,
        pin: str,
        address: str,
        written_language: str,
    ) -> str:
        """What stands in the way, in words; empty when card and PIN are right."""
        language, now = _language(written_language), self._clock()
        if self._store.locked(serial, address, now):
            return pages.say("locked", language)
        card = self._store.card(method, serial)
        if card is None or not hmac.compare_digest(card.pin.encode(), pin.encode()):
            left = self._store.failed(serial, address, now)
            return (
                pages.say("wrong", language, left=left) if left else pages.say("locked", language)
            )
        self._store.succeeded(serial)
        return "" if stating.fits(document, card) else pages.say("another", language)

    def _show(
        self,
        name: str,
        written_language: str | None,
        *,
        method: str | None = None,
        serial: str = "",
        problem: str = "",
    ) -> Response:
        found = self._store.request(name, self._clock())
        if found is None:
            return self._page(pages.closed(_language(written_language)), 410)
        client, document = found
        methods = stating.methods_for(document)
        language = _language(written_language or str(document.get("language", "")))
        chosen = method if method in methods else (methods[0] if len(methods) == 1 else None)
        body = pages.asked(
            document,
            methods,
            name=name,
            client=_text(self._clients[client]["name"]),
            language=language,
            method=chosen,
            serial=serial,
            cards=self._store.demo_cards(chosen) if chosen else (),
            problem=problem,
        )
        return self._page(body, 422 if problem else 200)

    def _back(self, document: dict[str, Any], **told: str) -> Response:
        query = urlencode({**told, "state": document["state"]})
        return RedirectResponse(
            f"{document['return_to']}?{query}", status_code=303, headers=self._headers
        )

    def _page(self, body: str, status: int) -> Response:
        return HTMLResponse(body, status_code=status, headers=self._headers)

    async def _from_client(self, request: Request) -> tuple[str | None, dict[str, Any]]:
        """The client that signed this very request, and what it says."""
        body = await request.body()
        signed = request.url.path.encode() + b"\n" + body
        for client, told in self._clients.items():
            key = PublicKey.from_text(str(told["public_key"]))
            try:
                signature = unb64(request.headers.get("x-signature", ""))
            except ValueError:
                break
            if len(body) <= _MOST_BYTES and key.verify(signature, signed):
                document = json.loads(body)
                return (client, document) if isinstance(document, dict) else (None, {})
        return None, {}


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; the first of each name."""
    body = (await request.body())[:_MOST_BYTES].decode("utf-8", "replace")
    try:
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=20)
    except ValueError:  # more fields than any of our forms has
        return {}
    return dict(reversed(fields))


def _language(written: str | None) -> Language:
    return "en" if written == "en" else "zh"


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _text(value: object) -> Text:
    if not isinstance(value, dict):
        raise TypeError("a client's name is {zh, en}")
    return Text.from_json(value)
