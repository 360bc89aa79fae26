"""Leaving, and how long one may stay."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from minben.base.refusal import Refused
from minben.identity import actions, session
from minben.portal.ways import page_of_ours


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out (POST); after the time ran out the browser comes by itself (GET)."""
    if request.method == "POST":
        own = session.own(request)
        if own is not None:
            with suppress(Refused):  # closed before, from another window
                actions.sign_out(sign_in=session.sign_in_of(own), by=own)
        session.close(request)
    elif session.seconds_left(request) > 0:
        return render(request, "sign_in/still_here.html")
    timed_out = request.GET.get("timed_out") == "1"
    return render(request, "sign_in/signed_out.html", {"timed_out": timed_out})


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Stay: the session begins its half hour anew. JSON for script, a redirect without."""
    session.current(request)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"seconds": session.seconds_left(request)})
    return redirect(page_of_ours(request.POST.get("next", ""), otherwise="/"))


@require_safe
def expiry(request: HttpRequest) -> HttpResponse:
    """How many seconds the session lasts if nothing happens; asking does not prolong it."""
    return JsonResponse({"seconds": session.seconds_left(request)})
