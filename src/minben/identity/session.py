"""The only door to what a browser's session knows of its person. Keys private, verbs public.

A session ends after half an hour of silence and after eight hours in any case. Asking how long
it lasts does not prolong it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.actions.signing_in import SignedIn
from minben.identity.types import Actor, Method, Role
from minben.jobs.clock import today

_SIGN_IN: Final = "identity.sign_in"
_ASSIST: Final = "identity.assist"
_ACTING_FOR: Final = "identity.acting_for"
_SEEN_AT: Final = "identity.seen_at"
_OPENED_AT: Final = "identity.opened_at"
_SUSPENDED: Final = "identity.suspended"
_FLOW: Final = "identity.flow:"
_CACHED: Final = "_minben_actor"
_SEEN_EVERY_SECONDS: Final = 15
_LONGEST_SECONDS: Final = 8 * 60 * 60
_KEPT_FIELDS_BYTES: Final = 100_000
_FLOW_SECONDS: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class Suspended:
    """暫停的動作 What a person was doing when they were asked to prove more."""

    method: str
    path: str
    fields: tuple[tuple[str, str], ...]
    needed: AssuranceLevel | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """認得的人 A person of a live session, how surely they are known and since when."""

    person: UUID
    level: AssuranceLevel
    methods: tuple[str, ...]
    at: datetime


def current(
    request: HttpRequest,
    *roles: Role,
    assurance: AssuranceLevel = AssuranceLevel.LOW,
    methods: tuple[Method, ...] = (),
) -> Actor:
    """Who is there, holding one of the roles (if any are named) and known surely enough.

    Refused `identity.sign_in` (nobody is), `identity.not_allowed` (other roles),
    `identity.step_up` (known less surely, or by another method, than needed).
    """
    actor = peek(request)
    if actor is None:
        raise Refused("identity.sign_in")
    if roles and not actor.has(*roles):
        raise Refused("identity.not_allowed")
    if actor.assurance < assurance or (methods and not set(methods) & set(actor.methods)):
        raise Refused("identity.step_up", needed=assurance.name.lower())
    return actor


def peek(request: HttpRequest) -> Actor | None:
    """Who is there, if anybody: for the page's frame. Never raises; keeps the session alive."""
    if _CACHED not in vars(request):
        vars(request)[_CACHED] = _read(request)
    actor: Actor | None = vars(request)[_CACHED]
    return actor


def recognised(request: HttpRequest) -> Recognised | None:
    """Who is there as themselves, and since when: one look, for programs that sign people in.

    None when nobody is, or somebody is served or represented by another. The session stays alive.
    """
    kept = request.session.get(_SIGN_IN)
    aside = _ASSIST in request.session or _ACTING_FOR in request.session
    if kept is None or aside or time.time() >= _ends_at(request):
        return None
    at = queries.standing_sign_in(UUID(kept["sign_in"]))
    if at is None:
        return None
    _keep_alive(request)
    level = AssuranceLevel(kept["level"])
    return Recognised(UUID(kept["person"]), level, tuple(kept["methods"]), at)


def own(request: HttpRequest) -> Actor | None:
    """The one whose account this is: at the counter the clerk, not the person served."""
    alone = _read(request, assisting=False)
    return alone if alone is None else replace(alone, acting_for=None)


def open_for(request: HttpRequest, signed_in: SignedIn) -> None:
    """Start the session of someone who has just signed in, or raise it after a step-up."""
    before = peek(request)
    methods = [signed_in.method.value]
    level = signed_in.level
    again = before is not None and before.person == signed_in.person.uuid
    if before is not None and again and not before.assisted_by:
        methods += [method.value for method in before.methods if method != signed_in.method]
        level = max(level, before.assurance)
    login(
        request,
        models.User.objects.get(pk=signed_in.account),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    now = int(time.time())
    request.session[_SIGN_IN] = _written(signed_in, methods, level)
    request.session[_SEEN_AT] = now
    request.session[_OPENED_AT] = now
    request.session.pop(_ASSIST, None)
    if signed_in.acting_for is not None:
        request.session[_ACTING_FOR] = str(signed_in.acting_for.uuid)
    elif not again:
        request.session.pop(_ACTING_FOR, None)
    vars(request).pop(_CACHED, None)


def serve(request: HttpRequest, signed_in: SignedIn) -> None:
    """Let the clerk's screen serve the person who has just used their card there.

    A stronger proof of the person already served raises their level and loses nothing.
    """
    served = request.session.get(_ASSIST)
    if served is not None and served["person"] != str(signed_in.person.uuid):
        stop_serving(request)
    request.session[_ASSIST] = _written(signed_in, [signed_in.method.value], signed_in.level)
    vars(request).pop(_CACHED, None)


def stop_serving(request: HttpRequest) -> None:
    """The person leaves the counter; the clerk's own session goes on, nothing of theirs stays."""
    request.session.pop(_ASSIST, None)
    request.session.pop(_ACTING_FOR, None)
    request.session.pop(_SUSPENDED, None)
    for key in [key for key, _ in request.session.items() if key.startswith(_FLOW)]:
        del request.session[key]
    request.session.cycle_key()
    vars(request).pop(_CACHED, None)


def act_for(request: HttpRequest, representation: UUID | None) -> None:
    """Act for another (or, with None, for oneself again).

    Refused `identity.no_such_representation` unless it is the person's own and in force.
    """
    vars(request).pop(_CACHED, None)
    if representation is None:
        request.session.pop(_ACTING_FOR, None)
        return
    actor = current(request)
    known = {view.uuid for view in queries.representations_of(actor.person, on=today())}
    if representation not in known:
        raise Refused("identity.no_such_representation")
    request.session[_ACTING_FOR] = str(representation)
    vars(request).pop(_CACHED, None)


def sign_in_of(actor: Actor) -> UUID:
    """The sign-in behind an actor of this session."""
    return UUID(actor.session)


def close(request: HttpRequest) -> None:
    """Sign out: everything that the session knew is gone."""
    logout(request)
    vars(request).pop(_CACHED, None)


def seconds_left(request: HttpRequest) -> int:
    """How long the session lasts if nothing is touched; 0 when nobody is signed in."""
    if _SIGN_IN not in request.session:
        return 0
    return max(0, _ends_at(request) - int(time.time()))


def suspend(request: HttpRequest, needed: AssuranceLevel | None = None) -> None:
    """Keep what a person was doing (path, fields typed) until they have proved who they are."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and isinstance(value, str)
    ]
    if sum(len(name) + len(value) for name, value in fields) > _KEPT_FIELDS_BYTES:
        fields = []
    request.session[_SUSPENDED] = {
        "method": request.method if fields else "GET",
        "path": request.get_full_path(),
        "fields": fields,
        "needed": int(needed) if needed else None,
    }


def suspend_path(request: HttpRequest, path: str) -> None:
    """Keep a page of ours to go to after signing in."""
    request.session[_SUSPENDED] = {"method": "GET", "path": path, "fields": [], "needed": None}


def suspended(request: HttpRequest, *, take: bool = False) -> Suspended | None:
    """What was kept by `suspend`; with `take` it is forgotten by that."""
    kept = request.session.get(_SUSPENDED)
    if kept is None:
        return None
    if take:
        del request.session[_SUSPENDED]
    return Suspended(
        method=kept["method"],
        path=kept["path"],
        fields=tuple((name, value) for name, value in kept["fields"]),
        needed=AssuranceLevel(kept["needed"]) if kept["needed"] else None,
    )


def keep_flow(request: HttpRequest, state: str, value: dict[str, Any]) -> None:
    """Remember a leg to the identity provider, by the random `state` that it will bring back."""
    request.session[_FLOW + state] = {**value, "at": int(time.time())}


def keep_signing(request: HttpRequest, value: dict[str, Any]) -> str:
    """Remember what is being signed on this page; the random name under which it comes back."""
    state = secrets.token_urlsafe(24)
    keep_flow(request, state, {**value, "kind": "passkey"})
    return state


def take_flow(request: HttpRequest, state: str, *, passkey: bool = False) -> dict[str, Any]:
    """The leg that comes back, once: from the provider, or (`passkey`) from this page.

    Refused `identity.flow_unknown` (stale, not ours, or of the other way).
    """
    flow: dict[str, Any] | None = request.session.pop(_FLOW + state, None)
    if flow is None or time.time() - flow["at"] > _FLOW_SECONDS:
        raise Refused("identity.flow_unknown")
    if (flow["kind"] == "passkey") != passkey:
        raise Refused("identity.flow_unknown")
    return flow


def _ends_at(request: HttpRequest) -> int:
    seen = int(request.session.get(_SEEN_AT, 0)) + int(settings.SESSION_COOKIE_AGE)
    return min(seen, int(request.session.get(_OPENED_AT, 0)) + _LONGEST_SECONDS)


def _keep_alive(request: HttpRequest) -> None:
    """Note that the person is there; written every few seconds, not at every page."""
    now = int(time.time())
    if now - int(request.session.get(_SEEN_AT, 0)) >= _SEEN_EVERY_SECONDS:
        request.session[_SEEN_AT] = now


def _written(signed_in: SignedIn, methods: list[str], level: AssuranceLevel) -> dict[str, Any]:
    return {
        "person": str(signed_in.person.uuid),
        "sign_in": str(signed_in.sign_in),
        "methods": methods,
        "level": int(level),
    }


def _read(request: HttpRequest, *, assisting: bool = True) -> Actor | None:
    kept = request.session.get(_SIGN_IN)
    if kept is None or not request.user.is_authenticated:
        return None
    if time.time() >= _ends_at(request):
        close(request)
        return None
    _keep_alive(request)
    actor = _actor(kept)
    served = request.session.get(_ASSIST) if assisting else None
    if served is not None and actor.has(Role.CLERK):
        actor = replace(
            _actor(served),
            roles=frozenset({Role.CITIZEN}),
            agency=actor.agency,
            assisted_by=actor.person,
        )
    wanted = request.session.get(_ACTING_FOR)
    if wanted is not None:
        held = queries.representations_of(actor.person, on=today())
        chosen = next((view for view in held if str(view.uuid) == wanted), None)
        actor = replace(actor, acting_for=chosen)
    return actor


def _actor(kept: dict[str, Any]) -> Actor:
    person = UUID(kept["person"])
    return Actor(
        person=person,
        name=queries.display_name(person),
        roles=queries.roles(person),
        assurance=AssuranceLevel(kept["level"]),
        methods=tuple(Method(method) for method in kept["methods"]),
        session=kept["sign_in"],
        agency=queries.office_of(person),
    )
