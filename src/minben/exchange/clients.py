"""Signed calls to other agencies over HTTP: with time-outs, and never inside a transaction."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.db import connection

from minben.kit import caller
from minben.kit.caller import Answered, NotSigned, Unreachable
from minben.protocol.keys import PublicKey, SigningKey

__all__ = [
    "Answered",
    "Client",
    "HttpClient",
    "NotSigned",
    "Unreachable",
    "check_config",
    "recipient_key",
]


class Client(Protocol):
    """How a signed message reaches an agency; tests may give another."""

    def send(
        self, method: str, url: str, body: bytes, *, key: SigningKey, answers: PublicKey
    ) -> Answered:
        """Send, wait, check the signature; raises Unreachable or NotSigned."""
        ...


class HttpClient:
    """The real one."""

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


def recipient_key(agency: str) -> SigningKey:
    """The key with which a recipient's worker signs, from its own folder."""
    return SigningKey.load(settings.AGENCIES / agency / "key")


def check_config(agency: str) -> list[str]:
    """What is missing before this process can ask in an agency's name; empty when nothing is."""
    path = settings.AGENCIES / agency / "key"
    return [] if path.exists() else [f"{path} is missing: run `minben demo agencies prepare`"]
