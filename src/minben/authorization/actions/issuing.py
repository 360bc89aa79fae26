"""Tokens for a code, for a refresh token, or for a client in its own name."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from minben.authorization import asking, details, models, queries, subjects, tokens
from minben.authorization.actions.ending import Replayed
from minben.authorization.types import (
    Answer,
    Asked,
    Call,
    Caller,
    ClientView,
    Details,
    GrantView,
    Profile,
    Scope,
)
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.protocol.keys import b64

GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
REFRESH_FOR = timedelta(days=30)
_LIVING = ("active", "pending", "not_yet")  # states of an agreement that may still open something
_OWN_SCOPES = frozenset({Scope.QUERY_GRANTS, Scope.REVOKE_GRANTS})


def issue(call: Call, caller: Caller) -> Answer:
    """What the token endpoint answers, in the caller's transaction.

    Refused `authorization.grant_type_refused`, `.code_refused`, `.code_reused`,
    `.refresh_refused`, `.refresh_replayed`, `.grant_ended`, `.details_widened`, `.scope_refused`.
    """
    kind = call.form.get("grant_type")
    if kind == "authorization_code":
        return _for_code(call, caller)
    if kind == "refresh_token":
        return _for_refresh(call, caller)
    if kind == "client_credentials" and caller.client.profile is Profile.DATA:
        return _for_itself(call, caller)
    raise Refused("authorization.grant_type_refused")


def _for_code(call: Call, caller: Caller) -> Answer:
    rows = models.AuthorizationRequest.objects.select_related("grant")
    known = rows.filter(
        code_digest=queries.digest(call.form.get("code", "")), client=caller.client.pk
    )
    request = next(iter(known), None)
    if request is None or request.grant is None:
        raise Refused("authorization.code_refused")
    if request.redeemed_at is not None:
        raise Replayed("authorization.code_reused", request=request.pk)
    asked, at = asking.from_json(request.asked), datetime.fromtimestamp(call.at, UTC)
    if request.expires_at <= at or not _fits(call, caller, asked):
        raise Refused("authorization.code_refused")
    unused = models.AuthorizationRequest.objects.filter(pk=request.pk, redeemed_at=None)
    if not unused.update(redeemed_at=at):
        raise Replayed("authorization.code_reused", request=request.pk)
    grant = queries.grant_view(request.grant, caller.client)
    family, refresh = _begin(request, grant, asked, caller, at)
    given = details.narrowed(call.form.get("authorization_details", ""), grant.details)
    body = _access(family, grant, asked.scopes, given, caller, call.at)
    if refresh:
        body["refresh_token"] = refresh
    if Scope.OPENID in asked.scopes:
        body["id_token"] = _id_token(family, grant, asked, call.at)
    return Answer(body=body)


def _fits(call: Call, caller: Caller, asked: Asked) -> bool:
    """Whether the code came back the way it went: address, PKCE verifier (RFC 7636), key."""
    verifier = call.form.get("code_verifier", "")
    proven = b64(hashlib.sha256(verifier.encode()).digest())
    return (
        43 <= len(verifier) <= 128
        and hmac.compare_digest(proven, asked.code_challenge)
        and call.form.get("redirect_uri") == asked.redirect_uri
        and asked.thumbprint in (None, caller.thumbprint)
    )


def _begin(
    request: models.AuthorizationRequest,
    grant: GrantView,
    asked: Asked,
    caller: Caller,
    at: datetime,
) -> tuple[models.TokenFamily, str]:
    """The family of a code, with its first refresh token when one was asked for."""
    _check_living(grant)
    offline = Scope.OFFLINE in asked.scopes
    ends = at + timedelta(seconds=tokens.ACCESS_SECONDS)
    if offline:
        last = consent.document(grant.agreement).valid_until if grant.agreement else None
        ends = min(at + REFRESH_FOR, last or at + REFRESH_FOR)
    family = models.TokenFamily(
        grant=request.grant,
        request=request,
        thumbprint=caller.thumbprint or "",
        scopes=list(asked.scopes),
        level=request.level or int(AssuranceLevel.LOW),
        methods=request.methods,
        authenticated_at=request.authenticated_at or at,
        started_at=at,
        expires_at=ends,
    )
    refresh = _next_refresh(family) if offline else ""
    family.save()
    return family, refresh


def _for_refresh(call: Call, caller: Caller) -> Answer:
    shown = call.form.get("refresh_token", "")
    family = _family(shown, caller.client)
    at = datetime.fromtimestamp(call.at, UTC)
    if family is None or family.ended_at is not None or family.expires_at <= at:
        raise Refused("authorization.refresh_refused")
    if family.thumbprint != (caller.thumbprint or ""):
        raise Refused("authorization.refresh_refused")
    before = family.refresh_digest
    if not before or not hmac.compare_digest(before, queries.digest(shown)):
        raise Replayed("authorization.refresh_replayed", family=family.pk)
    grant = queries.grant_view(family.grant, caller.client)
    _check_living(grant)
    wanted = tuple(call.form.get("scope", "").split()) or tuple(family.scopes)
    if set(wanted) - set(family.scopes):
        raise Refused("authorization.scope_refused")
    given = details.narrowed(call.form.get("authorization_details", ""), grant.details)
    refresh = _next_refresh(family)
    turned = models.TokenFamily.objects.filter(pk=family.pk, refresh_digest=before, ended_at=None)
    if not turned.update(refresh_digest=family.refresh_digest, refreshed=family.refreshed):
        raise Replayed("authorization.refresh_replayed", family=family.pk)
    body = _access(family, grant, wanted, given, caller, call.at)
    return Answer(body={**body, "refresh_token": refresh})


def _for_itself(call: Call, caller: Caller) -> Answer:
    """A client in its own name may look after its grants, and nothing else."""
    wanted = asking.scopes(call.form.get("scope", ""), client=caller.client)
    if not wanted or set(wanted) - _OWN_SCOPES:
        raise Refused("authorization.scope_refused")
    claims = {
        **_common(caller.client, "-", call.at),
        "sub": caller.client.id,
        "aud": [settings.ORIGIN],
        "scope": " ".join(wanted),
        "cnf": {"jkt": caller.thumbprint},
    }
    return Answer(body=_told(claims, caller))


def _access(
    family: models.TokenFamily,
    grant: GrantView,
    scopes: tuple[str, ...],
    given: Details,
    caller: Caller,
    at: int,
) -> dict[str, Any]:
    claims = {
        **_common(grant.client, str(family.uuid), at),
        "sub": subjects.pairwise(grant.person, grant.client),
        "aud": [settings.ORIGIN, *details.audience(given)],
        "scope": " ".join(scope for scope in scopes if scope != Scope.OFFLINE),
        **_sign_in(family),
    }
    if caller.thumbprint:
        claims["cnf"] = {"jkt": caller.thumbprint}
    if given:
        claims["authorization_details"] = list(given)
    body = _told(claims, caller)
    if given:
        body["authorization_details"] = list(given)
    return {**body, "grant_id": str(grant.uuid)}


def _common(client: ClientView, family: str, at: int) -> dict[str, Any]:
    return {
        "iss": settings.ORIGIN,
        "client_id": client.id,
        "iat": at,
        "exp": at + tokens.ACCESS_SECONDS,
        "jti": tokens.fresh(family),
    }


def _told(claims: dict[str, Any], caller: Caller) -> dict[str, Any]:
    return {
        "access_token": tokens.sign(claims, typ=tokens.ACCESS_TYPE),
        "token_type": "DPoP" if caller.thumbprint else "Bearer",
        "expires_in": tokens.ACCESS_SECONDS,
        "scope": claims["scope"],
    }


def _id_token(family: models.TokenFamily, grant: GrantView, asked: Asked, at: int) -> str:
    """OpenID Connect Core, section 2: who signed in, how and when; no name, no number."""
    claims: dict[str, Any] = {
        "iss": settings.ORIGIN,
        "sub": subjects.pairwise(grant.person, grant.client),
        "aud": grant.client.id,
        "iat": at,
        "exp": at + tokens.ID_SECONDS,
        **_sign_in(family),
    }
    if asked.nonce is not None:
        claims["nonce"] = asked.nonce
    return tokens.sign(claims, typ="JWT")


def _sign_in(family: models.TokenFamily) -> dict[str, Any]:
    return {
        "acr": AssuranceLevel(family.level).acr,
        "amr": list(family.methods),
        "auth_time": int(family.authenticated_at.timestamp()),
    }


def _check_living(grant: GrantView) -> None:
    if grant.state not in _LIVING:
        raise Refused("authorization.grant_ended")


def _next_refresh(family: models.TokenFamily) -> str:
    """Another refresh token; what was held before is known as used from now on."""
    token = f"{family.uuid}.{secrets.token_urlsafe(32)}"
    family.refreshed += 1 if family.refresh_digest else 0
    family.refresh_digest = queries.digest(token)
    return token


def _family(refresh: str, client: ClientView) -> models.TokenFamily | None:
    try:
        uuid = UUID(refresh.partition(".")[0])
    except ValueError:
        return None
    rows = models.TokenFamily.objects.select_related("grant")
    return rows.filter(uuid=uuid, grant__client=client.pk).first()
