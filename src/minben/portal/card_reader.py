"""The card reader at the counter: a person shows their own card; the clerk sees no PIN."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import legs, limits, session
from minben.identity.types import Method, Role
from minben.ui.language import current as tongue

_READABLE = (Method.CITIZEN_CERTIFICATE, Method.NHI_CARD, Method.TWO_DOCUMENTS)


@require_POST
def serve(request: HttpRequest) -> HttpResponse:
    """Begin to serve the person who is present: their card, their PIN, at the clerk's screen."""
    clerk = session.own(request)
    if clerk is None:
        raise Refused("identity.sign_in")
    if not clerk.has(Role.CLERK):
        raise Refused("identity.not_a_clerk")
    if clerk.assurance < AssuranceLevel.MEDIUM:  # as on every page of duty
        raise Refused("identity.step_up", needed="medium")
    limits.count("sign_in", f"clerk:{clerk.person}")
    session.stop_serving(request)
    address = legs.leave(
        request,
        kind="sign_in",
        level=AssuranceLevel.LOW,
        methods=_READABLE,
        language=tongue(),
        then={"purpose": "serve", "back": "/counter"},
    )
    return redirect(address)


@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """The person leaves; nothing of theirs stays in the clerk's session."""
    if session.own(request) is None:
        raise Refused("identity.sign_in")
    session.stop_serving(request)
    return redirect("/counter")
