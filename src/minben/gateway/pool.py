"""Connections to providers: kept open, bounded in number, time and size. Own, on httptools.

A general client costs more than everything else that the gateway does (aiohttp 146 µs a request,
httpx 2,324; this 38). It speaks what the exchange needs of HTTP/1.1: no redirects, no
cookies, no compression.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httptools

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
MOST_CONNECTIONS = 64  # to one provider
MOST_WAITING = 256  # requests that wait for one of them
MOST_BYTES = 4_000_000
_MOST_HEADERS = 100


class Unreachable(Exception):
    """No answer in time, or the connection broke."""


class Full(Exception):
    """As many requests to this provider are under way or waiting as may be."""


class BadAnswer(Exception):
    """Not HTTP, or larger than an answer may be."""


@dataclass(slots=True)
class Answer:
    """回應 What a provider sent back, before anybody has looked at it."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Pool:
    """連線池 One provider's connections."""

    def __init__(
        self,
        base_url: str,
        *,
        most: int = MOST_CONNECTIONS,
        waiting: int = MOST_WAITING,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an HTTP address: {base_url}")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._prefix = parts.path.rstrip("/")
        self._authority = parts.netloc
        self._most, self._waiting, self._seconds = most, waiting, seconds
        self._idle: list[_Connection] = []
        self._open = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Send and wait; raises Unreachable, Full or BadAnswer.

        A kept connection that the provider has just closed is tried once more on a fresh one:
        transfers are answered once by their id.
        """
        lines = [f"{method} {self._prefix}{path} HTTP/1.1\r\nhost: {self._authority}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in headers.items()]
        lines.append(f"content-length: {len(body)}\r\n\r\n")
        message = "".join(lines).encode("latin-1") + body
        await self._turn()
        try:
            connection, kept = await self._connection()
            try:
                answer = await connection.ask(message, self._seconds)
            except _Closed as closed:
                if not kept:
                    raise Unreachable("the connection broke") from closed
                connection, _ = await self._connection(fresh=True)
                try:
                    answer = await connection.ask(message, self._seconds)
                except _Closed as again:
                    raise Unreachable("the connection broke") from again
            if connection.reusable:
                self._idle.append(connection)
            return answer
        finally:
            self._done()

    def close(self) -> None:
        """Let go of what is kept."""
        while self._idle:
            self._idle.pop().drop()

    async def _turn(self) -> None:
        if self._open < self._most:
            self._open += 1
            return
        if len(self._queue) >= self._waiting:
            raise Full
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await asyncio.wait_for(turn, self._seconds)
        except TimeoutError as late:
            raise Unreachable("no connection became free") from late

    def _done(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)  # the place goes on to who waited longest
                return
        self._open -= 1

    async def _connection(self, *, fresh: bool = False) -> tuple[_Connection, bool]:
        while self._idle and not fresh:
            connection = self._idle.pop()
            if connection.reusable:
                return connection, True
        loop = asyncio.get_running_loop()
        try:
            _, made = await asyncio.wait_for(
                loop.create_connection(_Connection, self._host, self._port, ssl=self._tls),
                CONNECT_SECONDS,
            )
        except (OSError, TimeoutError) as error:
            raise Unreachable("no connection") from error
        return made, False


class _Closed(Exception):
    """The other side hung up before it answered."""


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, and again."""

    def __init__(self) -> None:
        self.reusable = False
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._parser: Any = None
        self._answer = Answer()
        self._parts: list[bytes] = []
        self._size = 0

    async def ask(self, message: bytes, seconds: float) -> Answer:
        """Send one request, wait for its answer."""
        loop = asyncio.get_running_loop()
        self.reusable = False
        if self._transport is None or self._transport.is_closing():
            raise _Closed
        self._waiting = loop.create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._answer, self._parts, self._size = Answer(), [], 0
        self._transport.write(message)
        alarm = loop.call_later(seconds, self._fail, Unreachable("no answer in time"))
        try:
            return await self._waiting
        finally:
            alarm.cancel()
            if not self.reusable:
                self.drop()

    def drop(self) -> None:
        """Hang up."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]  # uvloop's is not a subclass

    def connection_lost(self, exc: Exception | None) -> None:
        self.reusable = False
        self._fail(_Closed())

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done():
            self.drop()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, BadAnswer) as error:
            self._fail(BadAnswer(type(error).__name__))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser for each header line; a field sent twice is joined."""
        headers = self._answer.headers
        if len(headers) >= _MOST_HEADERS:
            raise BadAnswer("too many headers")
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_body(self, part: bytes) -> None:
        """Called by the parser for each piece of the body."""
        self._size += len(part)
        if self._size > MOST_BYTES:
            raise BadAnswer("too large")
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """Called by the parser at the end."""
        answer = self._answer
        answer.status = self._parser.get_status_code()
        answer.body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self.reusable = bool(self._parser.should_keep_alive())
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    def _fail(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
