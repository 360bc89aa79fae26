"""What may be asked of clients, requests and grants."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from minben.authorization import models
from minben.authorization.types import Asked, ClientView, GrantView, Profile
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import queries as consent


def client(key: str) -> ClientView:
    """A client that may ask; Refused `authorization.client_refused` for any other.

    Remembered for a second at most: what another process closes or renews holds from then on.
    """
    known = key.isascii() and key.isprintable()  # or no database would be asked for it
    found = _client_in(key, int(time.monotonic())) if known else None
    if found is None:
        raise Refused("authorization.client_refused")
    return found


def forget_clients() -> None:
    """Look again at once: one has been registered, renewed or closed here."""
    _client_in.cache_clear()


def clients() -> list[ClientView]:
    """Every client that may ask, by agency."""
    rows = models.Client.objects.filter(closed_at__isnull=True).order_by("agency", "key")
    return [view_of(row) for row in rows]


def grant(uuid: UUID, *, client: ClientView) -> GrantView:
    """A grant of this client; Refused `authorization.no_such_grant` for anybody else's."""
    row = models.Grant.objects.select_related("client").filter(uuid=uuid, client=client.pk).first()
    if row is None:
        raise Refused("authorization.no_such_grant")
    return grant_view(row)


def grants_of(person: UUID) -> list[GrantView]:
    """What a person has allowed and not ended, newest first."""
    rows = models.Grant.objects.select_related("client").filter(person=person, ended_at=None)
    return [grant_view(row) for row in rows.order_by("-id")]


def approval(*, client: ClientView, person: UUID) -> GrantView | None:
    """What the person allowed this client before, without an agreement; None when nothing."""
    rows = models.Grant.objects.select_related("client")
    row = rows.filter(client=client.pk, person=person, agreement="", ended_at=None).first()
    return grant_view(row) if row else None


def is_remembered(client: ClientView, person: UUID, asked: Asked) -> bool:
    """Whether the person has allowed all of this before, so that no page needs to be shown."""
    if asked.details or "consent" in asked.prompt:
        return False
    before = approval(client=client, person=person)
    return before is not None and set(asked.scopes) <= set(before.scopes)


def family_grant(claims: Mapping[str, Any], family: str) -> GrantView:
    """The grant behind a token, while its family lasts; Refused `authorization.token_refused`."""
    row = (
        models.TokenFamily.objects.select_related("grant__client")
        .filter(uuid=family, ended_at=None)
        .first()
        if _is_uuid(family)
        else None
    )
    if row is None or row.grant.client.closed_at is not None:
        raise Refused("authorization.token_refused")
    return grant_view(row.grant)


def digest(secret: str) -> str:
    """What is kept of a code, a handle or a refresh token: all have 256 bits, so no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def view_of(row: models.Client) -> ClientView:
    """A client's row as the rules read it."""
    return ClientView(
        id=row.key,
        agency=row.agency,
        name=Text(row.name_zh, row.name_en),
        profile=Profile(row.profile),
        redirect_uris=tuple(row.redirect_uris),
        jwks=row.jwks,
        scopes=frozenset(row.scopes),
        least_assurance=AssuranceLevel(row.least_assurance),
        pk=row.pk,
    )


def grant_view(row: models.Grant, client: ClientView | None = None) -> GrantView:
    """A grant's row with its state now: consent's word, where it carries an agreement."""
    return GrantView(
        uuid=row.uuid,
        client=client or view_of(row.client),
        person=row.person,
        scopes=tuple(row.scopes),
        details=tuple(row.details),
        agreement=row.agreement,
        given_at=row.given_at,
        state=_state(row),
    )


@lru_cache(maxsize=256)
def _client_in(key: str, second: int) -> ClientView | None:
    row = models.Client.objects.filter(key=key, closed_at__isnull=True).first()
    return view_of(row) if row else None


def _state(row: models.Grant) -> str:
    if row.ended_at is not None:
        return "ended"
    return consent.state(row.agreement).status if row.agreement else "active"


def _is_uuid(written: str) -> bool:
    try:
        UUID(written)
    except ValueError:
        return False
    return True
