"""The gateway with ingredients left out, and a provider that does as much as is measured."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from minben.gateway.app import Gateway, Scope, Wire
from minben.gateway.envelope import Envelope
from minben.gateway.folder import GatewayFolder
from minben.gateway.passing import Passing, Reply, Sender
from minben.gateway.serving import FOLDER
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.message import ROUTED, VOUCHED, sign_response, verify_request
from minben.protocol.sealing import SealedTo, SealingKey, seal

HOP = "MINBEN_BENCH_HOP"
PROVIDER = "MINBEN_BENCH_PROVIDER"
VAR = "MINBEN_BENCH_VAR"
RATE = "tax/income/rate/v1"
_TOLD = json.dumps(
    {
        "provider": "tax",
        "data_set": RATE,
        "answers": [
            {"fact": "tax_rate", "op": "at_least", "value": 20, "month": "2022-09",
             "known": True, "result": False}
        ],
        "released_at": "2022-09-15T00:00:00+00:00",
    }
).encode()  # fmt: skip


class _Bare(Passing):
    """Pass on, nothing else."""

    async def transfer(
        self, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Reply:
        found = self.trust(now).data_set(path[1:])
        assert found is not None
        answer = await self._ask(found[0], path, _plain(headers), body)
        back = {"content-type": answer.headers.get("content-type", "")}
        return Reply(answer.status, back, answer.body)


class _Signed(Passing):
    """Check the sender's signature, pass on, sign the answer."""

    async def transfer(
        self, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Reply:
        sender = self.sender(method="POST", path=path, headers=headers, body=body, now=now)
        found = self.trust(now).data_set(path[1:])
        assert found is not None
        answer = await self._ask(found[0], path, _plain(headers), body)
        return Reply(answer.status, dict(answer.headers), answer.body, sender.answers_with)


class _Unlogged(Passing):
    """All but the durable log."""

    async def _log(
        self,
        asked: Envelope,
        basis: str,
        provider: str,
        reply: Reply,
        sender: Sender,
        headers: Mapping[str, str],
    ) -> None:
        return


class _BareGateway(Gateway):
    """Answers go as they came."""

    def _send(self, reply: Reply, headers: dict[str, str], wire: Wire) -> None:
        wire.response_bytes(reply.status, list(reply.headers.items()), reply.body)


HOPS = {"bare": _Bare, "signed": _Signed, "consent": _Unlogged, "logged": Passing}


def open_hop() -> Gateway:
    """What granian calls in each worker."""
    hop = os.environ[HOP]
    made = _BareGateway if hop == "bare" else Gateway
    return made(GatewayFolder.load(Path(os.environ[FOLDER])), passing=HOPS[hop])


class Loopback:
    """迴路提供者 A provider without a register.

    "plain" gives the same signed bytes to everybody; "signed" checks the recipient's signature
    and signs each answer; "sealed" also opens the number and seals the answer.
    """

    def __init__(self, var: Path, does: str) -> None:
        self._does = does
        folder = var / "agencies" / "tax"
        self._key = SigningKey.load(folder / "key")
        self._sealing = SealingKey.load_or_make(folder / "sealing_key")
        callers = [
            SigningKey.load(var / "agencies" / "child-welfare" / "key").public,
            SigningKey.load(var / "gateway" / "key").public,
        ]
        self._callers: dict[str, PublicKey] = {key.key_id: key for key in callers}
        self._always = self._signed({}, _TOLD, "application/json")

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        """One transfer."""
        body = await wire()
        if self._does == "plain":
            wire.response_bytes(200, self._always, _TOLD)
            return
        headers = dict(scope.headers.items())
        verify_request(
            method="POST",
            url=f"http://provider{scope.path}",
            headers=headers,
            body=body,
            key_of=self._callers.get,
            now=datetime.now(UTC),
            covered=VOUCHED if "minben-sender" in headers else ROUTED,
        )
        told, media_type = _TOLD, "application/json"
        if self._does == "sealed":
            told, media_type = self._sealed(body), "application/jose"
        wire.response_bytes(200, self._signed(headers, told, media_type), told)

    def _sealed(self, body: bytes) -> bytes:
        asked = json.loads(body)
        transfer = asked["transfer"]
        opened = self._sealing.open(asked["subject"]["sealed"], about=transfer, reader="tax")
        assert json.loads(opened)["number"]
        key = SealedTo.from_text(asked["answer_key"])
        return seal(_TOLD, to=key, about=transfer, reader=asked["recipient"]).encode()

    def _signed(
        self, asked: Mapping[str, str], body: bytes, media_type: str
    ) -> list[tuple[str, str]]:
        headers = sign_response(
            status=200,
            headers={"content-type": media_type},
            body=body,
            key=self._key,
            created=datetime.now(UTC),
            request_headers=asked,
        )
        return list(headers.items())


def open_provider() -> Loopback:
    """What granian calls in the provider's worker."""
    return Loopback(Path(os.environ[VAR]), os.environ[PROVIDER])


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    wanted = ("content-type", "content-digest", "signature", "signature-input")
    return {name: headers[name] for name in wanted if name in headers}
