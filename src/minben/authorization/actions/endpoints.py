"""One verb for each endpoint: prove who calls, use up what was shown, do it, or write why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any
from uuid import UUID

from django.db import transaction

from minben.authorization import asking, proving, tokens
from minben.authorization.actions import ending, issuing, showing
from minben.authorization.actions.brief import brief
from minben.authorization.actions.deciding import PUSHED_SECONDS, lodge
from minben.authorization.actions.seen import spend, spend_quietly
from minben.authorization.types import Answer, Call, Caller, Profile, Scope, Seen
from minben.base.refusal import Refused
from minben.consent import actions as consent
from minben.consent import signing
from minben.consent.types import ToSign
from minben.identity import limits
from minben.identity import queries as identity
from minben.trail.actions import record

_UNTOLD = "authorization.nonce_wanted"  # a challenge that every client meets, no refusal


def push(call: Call) -> Answer:
    """Lodge a request over the back channel (RFC 9126); the `request_uri` that names it."""

    def deed(caller: Caller) -> Answer:
        if caller.client.profile is Profile.RESOURCE:
            raise Refused("authorization.client_not_allowed")
        asked = asking.read(call.form, client=caller.client, thumbprint=caller.thumbprint)
        uri = lodge(client=caller.client, asked=asked)
        return Answer(status=201, body={"request_uri": uri, "expires_in": PUSHED_SECONDS})

    return _by_client(call, deed, within=brief)


def token(call: Call) -> Answer:
    """Tokens for a code, a refresh token, or the client itself (RFC 6749, section 3.2)."""
    # A refresh token that turned must stay turned; a code is stale before the power is back.
    within = brief if call.form.get("grant_type") == "authorization_code" else transaction.atomic
    return _by_client(call, lambda caller: issuing.issue(call, caller), within=within)


def introspect(call: Call, *, signed: bool) -> Answer:
    """Whether a token opens anything now (RFC 7662); `signed` as a JWT (RFC 9701)."""
    return _by_client(call, lambda caller: showing.introspection(call, caller, signed=signed))


def revoke(call: Call) -> Answer:
    """End a token and all of its family (RFC 7009). Unknown ones are ended already."""

    def deed(caller: Caller) -> Answer:
        shown = call.form.get("token", "")
        family = shown.partition(".")[0]  # of a refresh token
        with suppress(Refused):
            family = tokens.family_of(tokens.read(shown, at=call.at))
        ending.end_family(family, client=caller.client)
        return Answer()

    return _by_client(call, deed)


def userinfo(call: Call) -> Answer:
    """The facts about themselves that a person lets an app know (OpenID Connect Core 5.3)."""
    return _by_token(call, showing.self_told)


def show_grant(call: Call, grant: UUID) -> Answer:
    """A grant and its state now, for the client that holds it."""
    return _by_token(
        call,
        lambda claims: showing.grant_told(
            showing.grant_of(claims, grant, scope=Scope.QUERY_GRANTS)
        ),
    )


def give_back(call: Call, grant: UUID, *, word: Mapping[str, Any] | None) -> Answer:
    """End a grant.

    With the person's signed word (`statement`, `evidence`) their agreement is revoked, everywhere
    and by them: `consent.revoke`. Without it the client gives back what it holds, and no more.
    """

    def deed(claims: dict[str, Any]) -> Answer:
        found = showing.grant_of(claims, grant, scope=Scope.REVOKE_GRANTS)
        if word is not None and found.agreement:
            statement = _statement(word)
            if statement.agreement != found.agreement:
                raise Refused("authorization.signature_needed")
            person = identity.actor_of(found.person)
            consent.revoke(statement=statement, evidence=dict(word["evidence"]), by=person)
        else:
            ending.give_back(found)
        return Answer(status=204)

    return _by_token(call, deed)


def note_unread(*, endpoint: str, refusal: Refused, address: str) -> None:
    """Write that a call was refused before anybody could tell whose it is.

    Refused `identity.too_many_tries` when one address has done so too often.
    """
    limits.count("unproven", address)
    _note(refusal, Call(endpoint, "", "", {}), (), actor="client:unknown")


def _statement(word: Mapping[str, Any]) -> ToSign:
    try:
        statement = signing.from_json(word["statement"])
        dict(word["evidence"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise asking.malformed("statement, evidence") from None
    if statement.verb != "revoke":
        raise asking.malformed("statement.verb")
    return statement


def _by_client(
    call: Call,
    deed: Callable[[Caller], Answer],
    *,
    within: Callable[[], AbstractContextManager[Any]] = transaction.atomic,
) -> Answer:
    caller: Caller | None = None
    try:
        caller = proving.caller(call)
        with within():
            spend(caller.seen)
            return deed(caller)
    except Refused as refusal:
        if caller is None and refusal.key != _UNTOLD:
            limits.count("unproven", call.address)  # so that nobody fills the trail
        seen = caller.seen if caller else ()
        _note(refusal, call, seen, actor=caller.client.on_trail if caller else "client:unknown")
        raise


def _by_token(call: Call, deed: Callable[[dict[str, Any]], Answer]) -> Answer:
    seen: tuple[Seen, ...] = ()
    actor = "client:unknown"
    try:
        claims, seen = showing.opened(call)
        actor = f"client:{claims['client_id']}"
        with transaction.atomic():
            spend(seen)
            return deed(claims)
    except Refused as refusal:
        if not seen and refusal.key != _UNTOLD:
            limits.count("unproven", call.address)
        _note(refusal, call, seen, actor=actor)
        raise


@transaction.atomic
def _note(refusal: Refused, call: Call, seen: tuple[Seen, ...], *, actor: str) -> None:
    """Write a refusal on the trail, without a parameter; end what a replay gives reason to."""
    if refusal.key == _UNTOLD:
        return
    spend_quietly(seen)
    if isinstance(refusal, ending.Replayed):
        ending.end_what_came_of(refusal)
    record(
        verb="authorization.refused",
        subject=None,
        actor=actor,
        basis=f"authorization.{call.endpoint}",
        details={"reason": refusal.key, "endpoint": call.endpoint},
    )
