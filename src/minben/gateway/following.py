"""What a gateway pulls from another host: the trust list, and what was revoked."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from minben.gateway.folder import GatewayFolder, is_address
from minben.gateway.passing import Passing
from minben.gateway.pool import BadAnswer, Full, Pool, Unreachable
from minben.gateway.revocations import FollowedFeed
from minben.gateway.trusting import Trusting
from minben.protocol.keys import PublicKey
from minben.protocol.message import ROUTED, MessageError, sign_request, verify_countersigned
from minben.protocol.trust_list import TrustError

REVOCATIONS_SECONDS = 0.25
TRUST_SECONDS = 10.0
_log = logging.getLogger(__name__)
_BROKEN = (Unreachable, Full, BadAnswer, MessageError, TrustError, ValueError)


def follow(passing: Passing) -> list[Coroutine[Any, Any, None]]:
    """The tasks of a worker whose trust list or revocations come from another host."""
    folder, tasks = passing.folder, []
    if is_address(folder.trust_list):
        pool = Pool(folder.trust_list)
        tasks.append(_again(lambda: pull_trust(pool, passing.trusting), TRUST_SECONDS))
    if isinstance(passing.feed, FollowedFeed):
        feed, other = passing.feed, Pool(folder.revocations)
        tasks.append(_again(lambda: pull_revoked(other, folder, feed), REVOCATIONS_SECONDS))
    return tasks


async def pull_trust(pool: Pool, trusting: Trusting) -> None:
    """Pull the list once. It carries its own signature, so the way it came does not matter."""
    answer = await pool.send("GET", "", {}, b"")
    if answer.status == 200:
        trusting.take(answer.body.decode("ascii"), datetime.now(UTC))


async def pull_revoked(pool: Pool, folder: GatewayFolder, feed: FollowedFeed) -> None:
    """Ask once what was revoked since the last time; the answer is signed for this question."""
    key = folder.revocations_key
    if key is None:
        raise ValueError("gateway.json: revocations_key must name whose signature counts")
    asked_at = time.monotonic()
    body = json.dumps({"offset": feed.offset}).encode()
    headers = sign_request(
        method="POST",
        url=f"{folder.revocations}/revocations",
        headers={},
        body=body,
        key=folder.key,
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(16),
        covered=ROUTED,
    )
    answer = await pool.send("POST", "/revocations", headers, body)
    if answer.status != 200:
        raise ValueError(f"the other gateway answered {answer.status}")
    verify_countersigned(
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        key_of=_only(key),
        now=datetime.now(UTC),
        request_headers=headers,
    )
    feed.take(answer.body, asked_at=asked_at)


def _only(key: PublicKey) -> Any:
    return {key.key_id: key}.get


async def _again(pull: Any, seconds: float) -> None:
    """For as long as the worker lives; a failure is told once until it is over."""
    failing = False
    while True:
        try:
            await pull()
            failing = False
        except _BROKEN as error:
            if not failing:
                _log.warning("pull failed: %s %s", type(error).__name__, error)
            failing = True
        await asyncio.sleep(seconds)
