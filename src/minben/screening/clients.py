"""Fetching signed exports from agencies: ordered under the mandate, never in a transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db import connection

from minben.base.month import Month
from minben.kit import caller
from minben.kit.caller import NotSigned, Unreachable
from minben.protocol.keys import SigningKey
from minben.registry.types import ProviderView

SECONDS = 60.0


class NotYet(Exception):
    """The agency is still writing, or cannot be reached now; ask again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NotExported(Exception):
    """The agency answers this data set for one person only; its facts stay unknown."""


class Refusal(Exception):
    """The agency says no; `words` is its mistake and mend in both languages."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        super().__init__("refused")
        self.words = words


@dataclass(frozen=True, slots=True)
class Order:
    """匯出請求 One data set's mandated columns for a month."""

    run: UUID
    data_set: str
    columns: tuple[str, ...]
    month: Month
    mandate: Mapping[str, Any]
    signature: Mapping[str, Any]
    mandate_id: str


def fetch(order: Order, provider: ProviderView) -> bytes:
    """The signed Parquet of an order; the same order again is the same export.

    An export that failed on the agency's side (5xx) is ordered again: what failed, as the way to
    the pseudonym authority, may stand again.
    Raises NotYet, NotExported or Refusal.
    """
    if connection.in_atomic_block:
        raise RuntimeError("screening.clients: call outside the transaction")
    key = SigningKey.load(settings.AGENCIES / str(order.mandate["recipient"]) / "key")
    place = f"/exports/{quote(order.mandate_id, safe=':')}/{order.run}"
    found = _send(provider, key, "GET", place, b"")
    if found.status == 404 or found.status >= 500:
        found = _send(provider, key, "POST", "/exports", _written(order))
    if found.status == 200 and found.headers.get("content-type", "").endswith("parquet"):
        return found.body
    if found.status in (202, 429) or found.status >= 500:
        raise NotYet(found.retry_after)
    raise _refused(found.body)


def check_config(agency: str) -> list[str]:
    """What is missing before a run can ask in an agency's name; empty when nothing is."""
    path = settings.AGENCIES / agency / "key"
    return [] if path.exists() else [f"{path} is missing: run `minben demo agencies prepare`"]


def _send(
    provider: ProviderView, key: SigningKey, method: str, path: str, body: bytes
) -> caller.Answered:
    try:
        return caller.send(
            method,
            provider.base_url + path,
            body,
            key=key,
            answers=provider.public_key,
            seconds=SECONDS,
        )
    except (Unreachable, NotSigned) as error:
        raise NotYet(30) from error


def _written(order: Order) -> bytes:
    return json.dumps(
        {
            "run": str(order.run),
            "data_set": order.data_set,
            "columns": list(order.columns),
            "month": str(order.month),
            "mandate": dict(order.mandate),
            "signature": dict(order.signature),
        }
    ).encode()


def _refused(body: bytes) -> Exception:
    try:
        error = json.loads(body)["error"]
        if error["key"] == "no_data_set":
            return NotExported()
        return Refusal({name: dict(error[name]) for name in ("mistake", "mend")})
    except (ValueError, KeyError, TypeError):
        return Refusal({})
