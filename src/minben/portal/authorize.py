"""The authorization endpoint: a program asks, the person reads, signs in and decides.

Every way out carries `iss` (RFC 9207). Where no known address to return to was named nobody is
sent anywhere: the refusal is shown here.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minben.authorization import actions, asking, queries, refusals
from minben.authorization.types import Profile, RequestView, Scope, SignedInAs
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.identity import limits, session
from minben.identity.types import Actor
from minben.registry import queries as registry
from minben.ui.agreements import lines_of, standing_of
from minben.ui.wording import words_of

PATH = "/oauth/authorize"
_MINE = "authorization.opened"  # what this browser has opened: nobody else's
_MOST_OPEN = 10
_WAYS_ON = ("identity.sign_in", "identity.step_up")


@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Show what is asked (GET), or take the person's answer (POST)."""
    try:
        return _authorize(request)
    except Refused as refusal:
        if refusal.key.startswith("authorization."):  # there is nobody to return to
            address = str(request.META.get("REMOTE_ADDR", ""))
            actions.note_unread(endpoint="authorize", refusal=refusal, address=address)
        raise


def _authorize(request: HttpRequest) -> HttpResponse:
    told = asking.single(request.GET.lists())
    if "request_uri" not in told:
        limits.count("unproven", str(request.META.get("REMOTE_ADDR", "")))
        return _lodged(told)
    who = _recognised(request)
    uri, client_id = told["request_uri"], told.get("client_id", "")
    if who is not None and request.method == "GET":
        passed = actions.pass_through(request_uri=uri, client_id=client_id, signed_in=who)
        if passed is not None:
            return _leave(request, passed[0], {"code": passed[1]}, again=False)
    mine = [str(uuid) for uuid in request.session.get(_MINE, [])]
    view = actions.open_request(request_uri=uri, client_id=client_id, mine=set(mine))
    again = str(view.uuid) in mine
    if not again:
        request.session[_MINE] = [*mine, str(view.uuid)][-_MOST_OPEN:]
    try:
        actor, signed_in = _known(request, view, who)
        if request.method == "POST":
            return _answered(request, view, actor, signed_in)
        return _shown(request, view, actor, signed_in, again=again)
    except Refused as refusal:
        if refusal.key in _WAYS_ON:
            raise  # a way on: the eaves lead there and back here
        actor_now = session.peek(request)
        person = actor_now.person if actor_now else None
        actions.note_refusal(request=view, refusal=refusal, person=person)
        return _leave(request, view, _told(refusal), again=again)


def _lodged(told: dict[str, str]) -> HttpResponse:
    """A plain OpenID Connect request: kept as if pushed, so that the rest is one way for all."""
    client = queries.client(told.get("client_id", ""))
    if client.profile is not Profile.SIGN_IN:
        raise Refused("authorization.must_push")
    try:
        uri = actions.lodge_plain(client=client, form=told)
    except Refused as refusal:
        if refusal.key == "authorization.redirect_unknown":
            raise
        answer = {**_told(refusal), "iss": settings.ORIGIN}
        if "state" in told:
            answer["state"] = told["state"][:1000]
        return HttpResponseRedirect(_with(told["redirect_uri"], answer))
    return redirect(f"{PATH}?{urlencode({'client_id': client.id, 'request_uri': uri})}")


def _recognised(request: HttpRequest) -> SignedInAs | None:
    found = session.recognised(request)
    if found is None:
        return None
    return SignedInAs(found.person, found.level, found.methods, found.at)


def _known(
    request: HttpRequest, view: RequestView, who: SignedInAs | None
) -> tuple[Actor, SignedInAs]:
    """The person, known as surely and as recently as was asked (RFC 9470, OpenID Connect 3.1.2).

    Only they themselves: a clerk's or a representative's session signs nobody in elsewhere.
    """
    asked, silent = view.asked, "none" in view.asked.prompt
    actor = session.peek(request)
    if actor is not None and (actor.assisted_by or actor.acting_for):
        raise Refused("identity.only_oneself")
    if actor is not None and who is None:
        session.close(request)  # signed out elsewhere, or the account was closed
    if actor is None or who is None:
        raise Refused("authorization.sign_in_needed" if silent else "identity.sign_in")
    age = timezone.now() - who.at
    stale = asked.max_age is not None and age > timedelta(seconds=asked.max_age)
    again = "login" in asked.prompt and view.opened_at is not None and who.at < view.opened_at
    if who.level < asked.assurance or stale or again:
        if silent:
            raise Refused("authorization.sign_in_needed")
        raise Refused("identity.step_up", needed=asked.assurance.name.lower())
    return actor, who


def _shown(
    request: HttpRequest, view: RequestView, actor: Actor, signed_in: SignedInAs, *, again: bool
) -> HttpResponse:
    agreement = actions.prepare(request=view, actor=actor)
    if agreement and _has_signed(agreement, actor):
        return _allowed(request, view, actor, signed_in, agreement, again=again)
    if not agreement and queries.is_remembered(view.client, actor.person, view.asked):
        return _allowed(request, view, actor, signed_in, "", again=again)
    if "none" in view.asked.prompt:
        raise Refused("authorization.consent_needed")
    context = {
        "client": view.client,
        "agency": registry.agency_name(view.client.agency),
        "scopes": [Scope(scope).text for scope in view.asked.scopes],
        "here": request.get_full_path(),
        "host": urlsplit(view.asked.redirect_uri).hostname,
    }
    if agreement:
        known = consent.agreement_for(agreement, by=actor)
        context["view"] = known
        context["lines"] = lines_of(known, actor)
    response = render(request, "portal/authorize.html", context)
    # The browser holds the redirect after this form to the page's policy: name where it leads.
    parts = urlsplit(view.asked.redirect_uri)
    response._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response


def _answered(
    request: HttpRequest, view: RequestView, actor: Actor, signed_in: SignedInAs
) -> HttpResponse:
    if request.POST.get("answer") != "allow":
        actions.decline(request=view, actor=actor)
        return _leave(request, view, _told(Refused("authorization.person_declined")), again=False)
    agreement = actions.prepare(request=view, actor=actor)
    return _allowed(request, view, actor, signed_in, agreement, again=False)


def _allowed(
    request: HttpRequest,
    view: RequestView,
    actor: Actor,
    signed_in: SignedInAs,
    agreement: str,
    *,
    again: bool,
) -> HttpResponse:
    code = actions.allow(request=view, actor=actor, signed_in=signed_in, agreement=agreement)
    return _leave(request, view, {"code": code}, again=again)


def _has_signed(agreement: str, actor: Actor) -> bool:
    """Whether the person has accepted; Refused `authorization.person_declined` if they said no."""
    said = standing_of(consent.agreement_for(agreement, by=actor), actor).said
    if said in ("reject", "revoke"):
        raise Refused("authorization.person_declined")
    return said == "accept"


def _leave(
    request: HttpRequest, view: RequestView, answer: dict[str, str], *, again: bool
) -> HttpResponse:
    """Back to the program, with `iss` and the `state` it sent.

    Who comes from signing in or signing comes at the end of a form's redirects, which browsers
    hold to that form's policy: a page in between starts afresh.
    """
    answer = {**answer, "iss": settings.ORIGIN}
    if view.asked.state is not None:
        answer["state"] = view.asked.state
    address = _with(view.asked.redirect_uri, answer)
    if again:
        context = {"address": address, "name": view.client.name}
        return render(request, "portal/onward.html", context)
    return HttpResponseRedirect(address)


def _told(refusal: Refused) -> dict[str, str]:
    error, _ = refusals.error_of(refusal)
    return {"error": error, "error_description": words_of(refusal).ascii}


def _with(address: str, answer: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}"
