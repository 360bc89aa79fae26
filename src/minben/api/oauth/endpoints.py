"""The endpoints of OAuth and OpenID Connect that programs call: docs/reference/oauth.md."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from minben.api.oauth.door import endpoint
from minben.authorization import actions, asking, keys, metadata, tokens
from minben.authorization.types import Answer, Call

_SIGNED = f"application/{tokens.INTROSPECTION_TYPE}"


@endpoint("par", "POST")
def par(call: Call, request: HttpRequest) -> Answer:
    """Lodge a request (RFC 9126)."""
    return actions.push(call)


@endpoint("token", "POST")
def token(call: Call, request: HttpRequest) -> Answer:
    """Tokens (RFC 6749, section 3.2)."""
    return actions.token(call)


@endpoint("introspect", "POST")
def introspect(call: Call, request: HttpRequest) -> Answer:
    """What a token opens now (RFC 7662); signed when so asked (RFC 9701)."""
    return actions.introspect(call, signed=_SIGNED in request.headers.get("Accept", ""))


@endpoint("revoke", "POST")
def revoke(call: Call, request: HttpRequest) -> Answer:
    """End a token and its family (RFC 7009)."""
    return actions.revoke(call)


@endpoint("userinfo", "GET", "POST", resource=True)
def userinfo(call: Call, request: HttpRequest) -> Answer:
    """Facts about the person who signed in (OpenID Connect Core, section 5.3)."""
    return actions.userinfo(call)


@endpoint("grants", "GET", "DELETE", resource=True)
def grant(call: Call, request: HttpRequest, uuid: UUID) -> Answer:
    """A grant's state, or its end (FAPI Grant Management for OAuth 2.0)."""
    if request.method == "GET":
        return actions.show_grant(call, uuid)
    return actions.give_back(call, uuid, word=_word(request))


@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """What the server can do (RFC 8414, OpenID Connect Discovery)."""
    return _public(metadata.document(), seconds=3600)


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The keys with which the server signs (RFC 7517)."""
    return _public(keys.published(), seconds=keys.CACHE_SECONDS)


def _word(request: HttpRequest) -> dict[str, Any] | None:
    if not request.body:
        return None
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise asking.malformed("statement, evidence")
    return told


def _public(value: dict[str, Any], *, seconds: int) -> HttpResponse:
    response = JsonResponse(value)
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
