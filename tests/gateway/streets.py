"""The small world of agencies with a gateway and a trust list between them.

streets = Streets(tmp_path)
with streets.open("tax"):
    routed = streets.ask(agreement, signature)
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agencies.world import RATE, RECIPIENT, World, _bound, _port, _Servers
from minben.demo.agencies import prepare
from minben.gateway.app import Gateway
from minben.gateway.folder import GatewayFolder
from minben.gateway.publishing import Publisher
from minben.kit import routing
from minben.kit.caller import client
from minben.kit.transfer import TransferRequest
from minben.protocol.file_lane import read_lane
from minben.protocol.intake import read_record
from minben.protocol.keys import SigningKey
from minben.protocol.message import ROUTED, sign_request


class Streets:
    """World, trust list, gateway; and a recipient who asks through it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.socket = _bound()
        self.url = f"http://127.0.0.1:{_port(self.socket)}"
        self.world = World(var)
        prepare.prepare(
            var,
            origin=self.world.urls["owner"],
            pseudonyms_url=self.world.urls[prepare.PSEUDONYMS],
            base_urls=self.world.urls,
            gateway_url=self.url,
            pull_trust=True,
        )
        self.publisher = Publisher.open(var / "trust", var / "lanes")
        self.publish()
        self.gateway: Gateway | None = None
        self.key = SigningKey.load(var / "gateway" / "key")
        self.issuer = SigningKey.load(var / "trust" / "key")

    def publish(self, now: datetime | None = None) -> str:
        return self.publisher.publish(now or datetime.now(UTC))

    def close(self) -> None:
        self.publisher.lane.close()
        self.socket.close()

    @contextmanager
    def open(self, *agencies: str, owner: bool = True, **limits: int) -> Iterator[None]:
        """The gateway and some agencies, serving."""
        with self.world.serving(*agencies, owner=owner), _Servers() as servers:
            self.gateway = Gateway(GatewayFolder.load(self.var / "gateway"), **limits)
            try:
                servers.start(_as_asgi(self.gateway), self.socket)
                yield
            finally:
                self.gateway.passing.close()

    def change(self, **settings: Any) -> None:
        """Other words in gateway.json."""
        path = self.var / "gateway" / "gateway.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **settings}))

    def let_the_gateway_vouch(self, provider: str, *recipients: str) -> None:
        """A provider's own decision, in its own folder."""
        path = self.world.folder(provider) / "trust.json"
        told = json.loads(path.read_text())
        path.write_text(json.dumps({**told, "gateways": {self.key.public.text: recipients}}))

    def request(self, *signatures: Any, **how: Any) -> TransferRequest:
        """A transfer as the recipient has it before it is sealed."""
        agreement = how.pop("agreement")
        body = self.world.transfer(agreement, *signatures, **how)
        return TransferRequest.read(json.dumps(body).encode())

    def recipient(self) -> routing.Gateway:
        return routing.Gateway(self.url, key=self.key.public, issuer=self.issuer.public)

    def ask(self, request: TransferRequest, key: SigningKey | None = None) -> routing.Routed:
        """Through the gateway, as the kit does it."""
        return self.recipient().ask(request, key=key or self.world.recipient)

    def send(self, body: bytes, path: str = f"/{RATE}", **how: Any) -> Response:
        """A signed message by hand; `headers` to send others, `key`, `extra`."""
        headers = how.pop("headers", None) or self.signed(body, path, **how)
        return client().post(self.url + path, content=body, headers=headers, timeout=30)

    def signed(self, body: bytes, path: str = f"/{RATE}", **how: Any) -> dict[str, str]:
        return sign_request(
            method="POST",
            url=self.url + path,
            headers=how.pop("extra", {}),
            body=body,
            key=how.pop("key", self.world.recipient),
            created=how.pop("created", datetime.now(UTC)),
            nonce=how.pop("nonce", secrets.token_hex(8)),
            covered=how.pop("covered", ROUTED),
        )

    def sealed(self, request: TransferRequest, **changes: Any) -> bytes:
        """The body of a transfer, sealed to its provider and to a throw-away answer key."""
        from dataclasses import replace

        from minben.protocol.sealing import SealingKey

        trust = self.recipient().trust()
        found = trust.data_set(request.data_set)
        assert found is not None
        assert found[0].sealing_key is not None
        named = replace(request, answer_key=SealingKey.generate().public)
        return json.dumps({**named.sealed_json(found[0].sealing_key), **changes}).encode()

    def lane(self, name: str = "gateway-0") -> list[Mapping[str, Any]]:
        """What the gateway logged."""
        records = read_lane(self.var / "lanes" / name, 0, 1000)
        return [read_record(record.data).payload for record in records]


class _Scope:
    def __init__(self, request: Request) -> None:
        self.method = request.method
        self.path = request.url.path
        self.query_string = request.url.query
        self.headers = self
        self._items = [(k.decode(), v.decode("latin-1")) for k, v in request.headers.raw]

    def items(self) -> list[tuple[str, str]]:
        return self._items


class _Wire:
    def __init__(self, request: Request) -> None:
        self._request = request
        self.answer: Response | None = None

    async def __call__(self) -> bytes:
        return await self._request.body()

    def __aiter__(self) -> Any:
        return self._request.stream().__aiter__()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = Response(body, status, dict(headers))


def _as_asgi(gateway: Gateway) -> Starlette:
    """The gateway behind the tests' own server; granian itself has a test of its own."""

    async def endpoint(request: Request) -> Response:
        wire = _Wire(request)
        await gateway.__rsgi__(_Scope(request), wire)
        assert wire.answer is not None
        return wire.answer

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "POST", "PUT"])])


__all__ = ["RATE", "RECIPIENT", "Streets"]
