"""The counter for somebody without any credential: a clerk receives, a second official vouches.

Nothing of the person is shown before two officials compared face and paper; and whatever the
person signs, both witness with their own cards.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.consent import witnessing
from minben.identity import actions, limits, queries, session
from minben.identity.types import Actor, PaperDocument, Role
from minben.jobs.clock import today
from minben.ui.language import current as tongue


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A clerk types what stands on the paper; a second official is called."""
    clerk = _official(request, Role.CLERK)
    limits.count("sign_in", f"clerk:{clerk.person}")
    try:
        document = PaperDocument(request.POST.get("document", ""))
    except ValueError:
        raise Refused("identity.no_such_document") from None
    if request.POST.get("compared") != "yes":
        raise Refused("identity.not_compared")
    session.stop_serving(request)
    actions.begin_presence(
        number=request.POST.get("number", ""),
        name=request.POST.get("name", "").strip()[:60],
        document=document,
        on=today(),
        clerk=clerk,
    )
    return redirect("counter")


@require_POST
def serve(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Both vouched: the person is served on the clerk's screen."""
    clerk = _official(request, Role.CLERK)
    session.serve(request, actions.serve_present(presence=uuid, clerk=clerk))
    return redirect("counter")


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Who and what waits for a second official of this office."""
    official = _official(request, Role.CLERK, Role.CASE_OFFICER)
    agency = official.agency or ""
    present = [
        one
        for one in queries.presences_at(agency)
        if one.witness is None and official.person not in (one.clerk, one.person)
    ]
    context = {
        "present": present,
        "signatures": consent.witnessings_at(agency, besides=official.person),
    }
    return render(request, "portal/witness.html", context)


@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The second official compared face and paper too."""
    official = _official(request, Role.CLERK, Role.CASE_OFFICER)
    limits.count("sign", str(official.person))
    actions.confirm_presence(
        presence=uuid, last_four=request.POST.get("last_four", ""), by=official
    )
    return redirect("witness")


@require_POST
def witness(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The second official goes to the identity provider, reads what is signed, and witnesses."""
    official = _official(request, Role.CLERK, Role.CASE_OFFICER)
    return redirect(
        witnessing.begin_second(request, witnessing=uuid, by=official, language=tongue())
    )


def _official(request: HttpRequest, *roles: Role) -> Actor:
    """The official whose session this is, known at least medium, as on every page of duty."""
    official = session.own(request)
    if official is None:
        raise Refused("identity.sign_in")
    if not official.has(*roles):
        raise Refused("identity.not_allowed")
    if official.assurance < AssuranceLevel.MEDIUM:
        raise Refused("identity.step_up", needed="medium")
    return official
