"""The leg to the identity provider and back: what the browser carries is random and used once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from minben.base.assurance import AssuranceLevel
from minben.base.text import Language
from minben.identity import clients, queries, session
from minben.identity.types import Actor, Method
from minben.protocol.evidence import number_digest

RETURN_PATH = "/sign-in/return"


def leave(
    request: HttpRequest,
    *,
    kind: str,
    level: AssuranceLevel,
    language: Language,
    methods: Sequence[Method] = (),
    part: Mapping[str, Any] | None = None,
    then: Mapping[str, Any],
) -> str:
    """Lodge a request of a kind ("sign_in", "sign", "enrol"); where to send the browser.

    `part` is what the statement will be about, `then` what to do with it, kept in the session.
    Not inside a transaction: it asks over the network.
    """
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    asked: dict[str, Any] = {
        "kind": kind,
        "state": state,
        "nonce": nonce,
        "return_to": settings.ORIGIN + RETURN_PATH,
        "level": level.name.lower(),
        "methods": [method.value for method in methods],
        "language": language,
    }
    if part is not None:
        asked[kind] = dict(part)
    address = clients.identity_provider().begin(asked)
    session.keep_flow(request, state, {**then, "kind": kind, "nonce": nonce})
    return address


def come_back(request: HttpRequest) -> tuple[dict[str, Any], str | None]:
    """What was kept for this leg, and the provider's statement; None when it was cancelled.

    Refused `identity.flow_unknown` (another browser's, or stale), `identity.provider_refused`.
    """
    flow = session.take_flow(request, request.GET.get("state", ""))
    code = request.GET.get("code", "")
    if not code:
        return flow, None
    return flow, clients.identity_provider().collect(code)


def bound_to(actor: Actor) -> dict[str, Any]:
    """The part of a request that binds the statement to this person's own card."""
    salt = queries.number_salt(actor.person)
    return {
        "by": actor.ref,
        "salt": salt,
        "number_digests": [number_digest(salt, n) for n in queries.numbers_of(actor.person)],
    }
