"""What tokens open here: introspection, a few facts about oneself, the state of a grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from minben.authorization import proving, queries, subjects, tokens
from minben.authorization.types import (
    Answer,
    Call,
    Caller,
    ClientView,
    GrantView,
    Profile,
    Scope,
    Seen,
)
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import queries as identity
from minben.trail.actions import record

_SHOWN = (
    "iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti",
    "cnf", "acr", "amr", "auth_time", "authorization_details",
)  # fmt: skip
# A name or birth date leaves only after a sign-in by something held, not known alone.
_LEAST = AssuranceLevel.MEDIUM


def opened(call: Call) -> tuple[dict[str, Any], tuple[Seen, ...]]:
    """The claims of the access token that a call shows, and what is used up by showing it.

    A token bound to a key is worth nothing without a proof by it (RFC 9449, section 7), and one
    that is not is no DPoP token. Refused `authorization.token_refused`, `.proof_refused`.
    """
    claims = tokens.read(call.token or "", at=call.at)
    bound = claims.get("cnf", {}).get("jkt")
    if bound is None:
        if call.scheme != "bearer":
            raise Refused("authorization.token_refused")
        return claims, ()
    if call.scheme != "dpop":
        raise Refused("authorization.token_refused")
    thumbprint, seen = proving.possession(call)
    if thumbprint != bound:
        raise Refused("authorization.proof_refused")
    return claims, (seen,)


def introspection(call: Call, caller: Caller, *, signed: bool) -> Answer:
    """Whether a token opens anything now, for those it is meant for (RFC 7662, RFC 9701).

    To everybody else every token is inactive. A grant that carries an agreement is active exactly
    while the agreement is.
    """
    if caller.client.profile is Profile.SIGN_IN:
        raise Refused("authorization.client_not_allowed")
    shown = _shown(call.form.get("token", ""), caller.client, call.at)
    if not signed:
        return Answer(body=shown)
    claims = {
        "iss": settings.ORIGIN,
        "aud": caller.client.id,
        "iat": call.at,
        "token_introspection": shown,
    }
    return Answer(signed=tokens.sign(claims, typ=tokens.INTROSPECTION_TYPE))


def self_told(claims: Mapping[str, Any]) -> Answer:
    """The facts about themselves that a person lets an app know; each showing is an entry.

    Refused `authorization.scope_missing`, `.surer_sign_in_wanted` (RFC 9470: sign in more surely
    and come again).
    """
    scopes = set(str(claims.get("scope", "")).split())
    if Scope.OPENID not in scopes:
        raise Refused("authorization.scope_missing", scope=Scope.OPENID.value)
    grant = queries.family_grant(claims, tokens.family_of(claims))
    _check_active(grant)
    facts: dict[str, Any] = {"sub": subjects.pairwise(grant.person, grant.client)}
    wanted = sorted(scopes & {Scope.PROFILE, Scope.BIRTHDATE})
    if not wanted:
        return Answer(body=facts)
    if AssuranceLevel.from_acr(str(claims["acr"])) < _LEAST:
        raise Refused("authorization.surer_sign_in_wanted", acr=_LEAST.acr)
    person = identity.person(grant.person)
    if Scope.PROFILE in wanted:
        facts["name"] = person.name
    if Scope.BIRTHDATE in wanted and person.birth_date is not None:
        facts["birthdate"] = person.birth_date.isoformat()
    record(
        verb="authorization.released",
        subject=grant.person,
        actor=grant.client.on_trail,
        basis=grant.agreement or "authorization.allow",
        details={"client": grant.client.id, "scopes": wanted},
    )
    return Answer(body=facts)


def grant_of(claims: Mapping[str, Any], uuid: UUID, *, scope: Scope) -> GrantView:
    """The grant that a client's token may manage.

    Refused `authorization.scope_missing`, `authorization.no_such_grant` for anybody else's.
    """
    if scope not in str(claims.get("scope", "")).split():
        raise Refused("authorization.scope_missing", scope=scope.value)
    family = tokens.family_of(claims)
    if family != "-":
        queries.family_grant(claims, family)
    return queries.grant(uuid, client=queries.client(str(claims["client_id"])))


def grant_told(grant: GrantView) -> Answer:
    """A grant as the Grant Management draft shows it, with its state now and where it ends."""
    body: dict[str, Any] = {
        "scopes": [{"scope": " ".join(grant.scopes)}],
        "authorization_details": list(grant.details),
        "state": grant.state,
    }
    if grant.agreement:
        body["revocation_uri"] = f"{settings.ORIGIN}/agreements/{grant.agreement}"
    return Answer(body=body)


def _shown(token: str, reader: ClientView, at: int) -> dict[str, Any]:
    try:
        claims = tokens.read(token, at=at)
        family = tokens.family_of(claims)
        if family != "-":
            _check_active(queries.family_grant(claims, family))
        else:
            queries.client(str(claims["client_id"]))
    except Refused:
        return {"active": False}
    mine = claims["client_id"] == reader.id
    meant = reader.profile is Profile.RESOURCE and f"agency:{reader.agency}" in claims["aud"]
    if not mine and not meant:
        return {"active": False}
    kind = "DPoP" if "cnf" in claims else "Bearer"
    told = {name: claims[name] for name in _SHOWN if name in claims}
    return {"active": True, "token_type": kind, **told}


def _check_active(grant: GrantView) -> None:
    if not grant.is_active:
        raise Refused("authorization.token_refused")
