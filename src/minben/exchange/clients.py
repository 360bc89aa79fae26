"""Signed calls to other agencies over HTTP: with time-outs, and never inside a transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection

from minben.kit import caller
from minben.kit.caller import Answered, NotSigned, Unreachable
from minben.kit.routing import Gateway, NotListed
from minben.kit.transfer import TransferRequest
from minben.protocol.keys import PublicKey, SigningKey

__all__ = [
    "Answered",
    "Client",
    "HttpClient",
    "Moved",
    "NotSigned",
    "Unreachable",
    "check_config",
    "recipient_key",
]


@dataclass(frozen=True, slots=True)
class Moved:
    """What came back: as it was signed, and what it says once it is opened.

    `opened_with` opens the sealed answer again, `logged` is where the gateway logged it; both
    are empty when the transfer went straight.
    """

    answered: Answered
    body: bytes
    opened_with: str = ""
    logged: str = ""


class Client(Protocol):
    """How a signed message reaches an agency; tests may give another."""

    def transfer(
        self, request: TransferRequest, *, key: SigningKey, url: str, answers: PublicKey
    ) -> Moved:
        """Ask a provider; raises Unreachable or NotSigned."""
        ...

    def send(
        self, method: str, url: str, body: bytes, *, key: SigningKey, answers: PublicKey
    ) -> Answered:
        """Send, wait, check the signature; raises Unreachable or NotSigned."""
        ...


class HttpClient:
    """The real one."""

    def transfer(
        self, request: TransferRequest, *, key: SigningKey, url: str, answers: PublicKey
    ) -> Moved:
        """Move a transfer through the gateway of the settings, or straight to its provider.

        Raises Unreachable or NotSigned; RuntimeError inside a transaction.
        """
        if not settings.GATEWAY_URL:
            body = json.dumps(request.to_json(), ensure_ascii=False).encode()
            answered = self.send("POST", f"{url}/transfers", body, key=key, answers=answers)
            return Moved(answered, answered.body)
        if connection.in_atomic_block:
            raise RuntimeError("exchange.clients: call outside the transaction")
        try:
            routed = _gateway(settings.GATEWAY_URL, settings.GATEWAY_FOLDER).ask(request, key=key)
        except NotListed as error:
            raise Unreachable(str(error)) from error
        return Moved(routed.answered, routed.opened, routed.opened_with, routed.logged)

    def send(
        self, method: str, url: str, body: bytes, *, key: SigningKey, answers: PublicKey
    ) -> Answered:
        """Send, wait, check the signature; raises Unreachable or NotSigned.

        RuntimeError inside a transaction: it would hold its locks for as long as a neighbour
        likes.
        """
        if connection.in_atomic_block:
            raise RuntimeError("exchange.clients: call outside the transaction")
        return caller.send(method, url, body, key=key, answers=answers)


@lru_cache(maxsize=4)
def _gateway(url: str, folder: Path) -> Gateway:
    told = json.loads((folder / "gateway.json").read_text("utf-8"))
    return Gateway(
        url,
        key=PublicKey.from_text(told["public_key"]),
        issuer=PublicKey.from_text(told["trust_issuer"]),
    )


def recipient_key(agency: str) -> SigningKey:
    """The key with which a recipient's worker signs, from its own folder."""
    return SigningKey.load(settings.AGENCIES / agency / "key")


def check_config(agency: str) -> list[str]:
    """What is missing before this process can ask in an agency's name; empty when nothing is."""
    path = settings.AGENCIES / agency / "key"
    return [] if path.exists() else [f"{path} is missing: run `minben demo agencies prepare`"]
