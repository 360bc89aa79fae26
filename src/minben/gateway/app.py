"""The gateway's door, raw RSGI on granian: limits first, then routes, then a signed answer."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime
from typing import Protocol

from minben.gateway import metrics
from minben.gateway.envelope import MOST_BYTES
from minben.gateway.folder import GatewayFolder
from minben.gateway.following import follow
from minben.gateway.passing import Passing, Reply, refused
from minben.gateway.problems import Problem
from minben.gateway.revocations import FeedStale, LocalFeed
from minben.protocol.message import LOGGED, content_digest, countersign_response
from minben.protocol.session import SessionError

MOST_AT_ONCE = 512  # transfers under way in one worker; more are asked to come back
BODY_SECONDS = 10.0  # in which a body has to come: nobody holds a place by sending nothing
_log = logging.getLogger(__name__)


class Headers(Protocol):
    """The request's header fields, as granian gives them."""

    def items(self) -> list[tuple[str, str]]:
        """Names in lower case; a field sent twice comes twice."""
        ...


class Scope(Protocol):
    """The request line and headers (RSGI 1.5)."""

    method: str
    path: str
    query_string: str
    headers: Headers


class Wire(Protocol):
    """The body coming in and the answer going out (RSGI 1.5)."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body piece by piece."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send the answer."""
        ...


class Gateway:
    """閘道 One worker's application."""

    def __init__(
        self,
        folder: GatewayFolder,
        *,
        most_at_once: int = MOST_AT_ONCE,
        passing: type[Passing] = Passing,
    ) -> None:
        self.folder = folder
        self.passing = passing(folder)
        self.metrics = metrics.Metrics()
        self._most = most_at_once
        self._counts = folder.path / "counts"
        self._counts.mkdir(exist_ok=True)
        self._tasks: list[asyncio.Task[None]] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by granian before the first request."""
        self._tasks.append(loop.create_task(self._keep()))
        self._tasks.extend(loop.create_task(one) for one in follow(self.passing))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by granian after the last."""
        for task in self._tasks:
            task.cancel()
        self.passing.close()

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        """One request."""
        began = time.perf_counter()
        self.metrics.under_way += 1
        headers: dict[str, str] = {}
        try:
            for name, value in scope.headers.items():
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            reply = await self._reply(scope, wire, headers)
        except Problem as problem:
            reply = refused(problem)
        except Exception as error:
            # Where and what kind only: its words may hold what a message held.
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("%s in\n%s", type(error).__name__, where)
            reply = refused(Problem("log_down", retry_after=30))
        finally:
            self.metrics.under_way -= 1
        self._send(reply, headers, wire)
        self.metrics.count(reply.route, reply.status, reply.refusal, time.perf_counter() - began)

    async def _reply(self, scope: Scope, wire: Wire, headers: dict[str, str]) -> Reply:
        path = scope.path
        if scope.query_string:
            raise Problem("not_found")
        if scope.method == "GET":
            return self._look(path)
        if scope.method != "POST":
            raise Problem("not_found")
        if self.metrics.under_way > self._most:
            raise Problem("busy", retry_after=1)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(wire, headers)
        except TimeoutError as late:
            raise Problem("too_slow", most=round(BODY_SECONDS)) from late
        now = datetime.now(UTC)
        if path == "/sessions":
            return self._handshake(headers, body, now)
        if path == "/revocations":
            return self._revocations(headers, body, now)
        if path.count("/") != 4:
            raise Problem("not_found")
        return await self.passing.transfer(path, headers, body, now)

    def _handshake(self, headers: dict[str, str], body: bytes, now: datetime) -> Reply:
        sender = self.passing.sender(
            method="POST", path="/sessions", headers=headers, body=body, now=now
        )
        if sender.in_session:
            raise Problem("unsigned", what="a hello is signed with the agency's own key")
        try:
            opened = self.passing.tickets.open(
                body, client=sender.name, client_key=sender.key_id, now=now
            )
        except SessionError as error:
            raise Problem("malformed", what=str(error)) from error
        return Reply(200, {"content-type": "application/json"}, opened, sender.answers_with)

    def _revocations(self, headers: dict[str, str], body: bytes, now: datetime) -> Reply:
        """What was revoked since an offset, for a listed party's own gateway."""
        sender = self.passing.sender(
            method="POST", path="/revocations", headers=headers, body=body, now=now
        )
        try:
            offset = int(json.loads(body)["offset"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise Problem("malformed", "offset", what="offset must be an integer") from error
        if not isinstance(self.passing.feed, LocalFeed):
            raise Problem("not_found")
        if not 0 <= offset < 2**63:
            raise Problem("malformed", "offset", what="offset must be a place in a file")
        try:
            lines = self.passing.feed.since(offset)
        except (FeedStale, OSError) as error:
            raise Problem("feed_stale", retry_after=1) from error
        return Reply(200, {"content-type": "text/plain"}, lines, sender.answers_with)

    def _look(self, path: str) -> Reply:
        if path == "/health":
            return self._health()
        if path == "/metrics":
            text = self.metrics.text(self._counts, self.passing.committer.name)
            return Reply(200, {"content-type": metrics.MEDIA_TYPE}, text.encode())
        if path == "/trust-list":
            self.passing.trust(datetime.now(UTC))
            token = self.passing.trusting.token.encode()
            return Reply(200, {"content-type": "application/jose"}, token)
        raise Problem("not_found")

    def _health(self) -> Reply:
        """Whether transfers can pass now, and if not, why: 200 or 503."""
        try:
            trust = self.passing.trust(datetime.now(UTC))
            self.passing.feed.revoked("")
            told: dict[str, object] = {"status": "pass", "trust_list": trust.serial}
            status = 200
        except Problem as problem:
            told, status = {"status": "fail", "why": problem.key}, 503
        except FeedStale:
            told, status = {"status": "fail", "why": "feed_stale"}, 503
        body = json.dumps(told).encode()
        return Reply(status, {"content-type": "application/health+json"}, body)

    def _send(self, reply: Reply, headers: dict[str, str], wire: Wire) -> None:
        """Sign for whoever signed; answers to nobody in particular go as they are."""
        back = reply.headers
        if reply.signer is not None or "signature" in headers:
            if "content-digest" not in back:
                back["content-digest"] = content_digest(reply.body)
            back.setdefault(LOGGED, "")
            back = countersign_response(
                status=reply.status,
                headers=back,
                key=reply.signer or self.folder.key,
                created=datetime.now(UTC),
                request_headers=headers,
            )
        wire.response_bytes(reply.status, list(back.items()), reply.body)

    async def _keep(self) -> None:
        """Leave the counts where the other workers find them."""
        path = self._counts / f"{self.passing.committer.name}.json"
        while True:
            await asyncio.sleep(1)
            self.metrics.save(path)


async def _body(wire: Wire, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "")
    if length.isdecimal() and len(length) < 12:
        if int(length) > MOST_BYTES:
            raise Problem("too_large", most=MOST_BYTES)
        return await wire()
    parts, size = [], 0
    async for part in wire:
        size += len(part)
        if size > MOST_BYTES:
            raise Problem("too_large", most=MOST_BYTES)
        parts.append(part)
    return b"".join(parts)
