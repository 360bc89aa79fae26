"""The counter: a clerk serves somebody without a phone. The person is present and uses their card.

After the card was read (`portal.sign_in`), every citizen's page serves the person on the clerk's
screen; a ribbon says so, and every entry names the clerk.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import queries as identity
from minben.identity import session
from minben.identity.types import PaperDocument, Role
from minben.life_events import queries


@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Read a card, or go on with the person who is present, or finish."""
    actor = session.current(request)
    clerk = session.own(request)
    if clerk is None or not clerk.has(Role.CLERK):
        raise Refused("identity.not_allowed")
    if clerk.assurance < AssuranceLevel.MEDIUM:  # as on every page of duty
        raise Refused("identity.step_up", needed="medium")
    if not actor.assisted_by:
        context = {
            "clerk": clerk,
            "present": identity.presences_of(clerk.person),
            "documents": list(PaperDocument),
        }
        return render(request, "portal/counter.html", context)
    services = [s for stage in queries.catalogue() for s in stage.services]
    context = {"clerk": clerk, "served": actor, "services": services, "home": queries.home(actor)}
    return render(request, "portal/counter_serving.html", context)
