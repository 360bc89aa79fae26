"""The door of an agency's process: who is knocking, and answers that carry its signature."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from minben.kit.folder import AgencyFolder
from minben.kit.problems import Problem
from minben.kit.reading import MOST_BYTES
from minben.kit.store import Store
from minben.kit.trusted import TrustedKeys
from minben.protocol.keys import PublicKey
from minben.protocol.message import (
    DIRECT,
    MAX_AGE,
    MAX_SKEW,
    ROUTED,
    SENDER,
    VOUCHED,
    KeyFinder,
    MessageError,
    Verified,
    sign_response,
    verify_request,
)

JSON_TYPE = "application/json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Knock:
    """來訊 A request whose signature was checked: who sent it, and its exact bytes."""

    sender: str
    body: bytes
    headers: Mapping[str, str]
    vouched_by: str = ""  # the gateway's key, where its word stands for the sender's signature


@dataclass(frozen=True, slots=True)
class Reply:
    """回覆 What goes back, before it is signed."""

    body: bytes
    status: int = 200
    media_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, value: object, status: int = 200, **headers: str) -> Reply:
        """A JSON reply."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(
            body, status, headers=tuple((k.replace("_", "-"), v) for k, v in headers.items())
        )


class Doorway:
    """門口 Checks signatures of callers and signs every reply, refusals too."""

    def __init__(self, folder: AgencyFolder, store: Store) -> None:
        self._key = folder.key
        self._store = store
        self._base_url = str(folder.descriptor["base_url"]).rstrip("/")
        gateways = {
            PublicKey.from_text(text): names for text, names in folder.trust.gateways.items()
        }
        self._gateways = {key.key_id: key for key in gateways}
        self._vouches = {key.key_id: names for key, names in gateways.items()}
        self._trusted = TrustedKeys(folder.trust)

    def endpoint(
        self,
        answer: Callable[[Request, Knock], Awaitable[Reply]],
        *,
        most: int = MOST_BYTES,
        covered: tuple[str, ...] = DIRECT,
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that sees only signed requests of known callers.

        `covered` is what they must have signed: `ROUTED` where messages come through a gateway.
        """

        async def endpoint(request: Request) -> Response:
            try:
                return self.signed(
                    request, await answer(request, await self.knock(request, most, covered))
                )
            except Problem as problem:
                return self.signed(request, refusal(problem))
            except Exception as error:
                # Where and what kind only: its words may hold what the register holds.
                where = "".join(traceback.format_tb(error.__traceback__))
                _log.error("%s in\n%s", type(error).__name__, where)
                return self.signed(request, refusal(Problem("broken_program", retry_after=30)))

        return endpoint

    async def knock(self, request: Request, most: int, covered: tuple[str, ...] = DIRECT) -> Knock:
        """Read a body with a limit and check its signature; raises Problem."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise Problem("too_large")
        if self._trusted.is_due:
            await run_in_threadpool(self._trusted.pull)
        if covered == ROUTED and SENDER in request.headers:
            return self._vouched_for(request, body)
        found: list[str] = []

        def sender(key_id: str) -> PublicKey | None:
            known = self._trusted.find(key_id, datetime.now(UTC))
            if known is None:
                return None
            found.append(known[0])
            return known[1]

        self._check(request, body, sender, covered)
        return Knock(found[0], body, dict(request.headers))

    def _vouched_for(self, request: Request, body: bytes) -> Knock:
        """A gateway's own signature, and for whom: where this provider said that it counts."""
        gateway = self._check(request, body, self._gateways.get, VOUCHED).key_id
        sender = request.headers[SENDER]
        if sender not in self._vouches[gateway]:
            raise Problem("unsigned", what="this gateway's word does not count for that sender")
        return Knock(sender, body, dict(request.headers), gateway)

    def _check(
        self, request: Request, body: bytes, key_of: KeyFinder, covered: tuple[str, ...]
    ) -> Verified:
        now = datetime.now(UTC)
        try:
            verified = verify_request(
                method=request.method,
                url=self._target(request),
                headers=dict(request.headers),
                body=body,
                key_of=key_of,
                now=now,
                covered=covered,
            )
        except MessageError as error:
            raise Problem("unsigned", what=str(error)) from error
        window = (MAX_AGE + MAX_SKEW).total_seconds()
        if verified.nonce is None:
            raise Problem("unsigned", what="the signature carries no nonce")
        nonce = f"{verified.key_id}:{verified.nonce}"
        if not self._store.first_sight(nonce, now.timestamp(), window):
            raise Problem("replayed")
        return verified

    def _target(self, request: Request) -> str:
        """The address as the caller wrote it: our own base address, never a Host header."""
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        query: bytes = request.scope.get("query_string", b"")
        return self._base_url + raw.decode("latin-1") + (f"?{query.decode()}" if query else "")

    def signed(self, request: Request, reply: Reply) -> Response:
        """The reply with the agency's signature, bound to the request."""
        headers = sign_response(
            status=reply.status,
            headers={"content-type": reply.media_type, **dict(reply.headers)},
            body=reply.body,
            key=self._key,
            created=datetime.now(UTC),
            request_headers=dict(request.headers),
        )
        return Response(reply.body, reply.status, headers)


def refusal(problem: Problem) -> Reply:
    """A problem as a reply, with Retry-After where trying again can help."""
    headers = {} if problem.retry_after is None else {"retry_after": str(problem.retry_after)}
    return Reply.of(problem.to_json(), problem.status, **headers)
