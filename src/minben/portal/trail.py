"""The trail: who used my data, and the means to verify it myself; and the public counts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.identity.types import Actor
from minben.portal.gate import signed_in
from minben.trail import proofs, queries
from minben.ui.counting import counted
from minben.ui.deeds import told_entries


@require_safe
@signed_in
def trail(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every use of the person's data, newest first, verifiable on this page."""
    context = {
        "deeds": told_entries(queries.entries_of(actor.person), reader=actor.person),
        "checkpoint": queries.latest_checkpoint(),
    }
    return render(request, "portal/trail.html", context)


@require_safe
@signed_in
def bundle(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The proof of the person's own trail: `minben verify` checks it off line."""
    written = proofs.bundle(actor.person)
    if written is None:
        raise Refused("trail.nothing_yet")
    response = JsonResponse(written, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="minben-trail.json"'
    return response


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Live counts: trust is shown, not claimed."""
    context = {
        "counts": counted(queries.public_counts(), mandates=len(consent.active_mandates())),
        "checkpoint": queries.latest_checkpoint(),
    }
    return render(request, "portal/counts.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head of the log, for anybody who compares."""
    newest = queries.latest_checkpoint()
    if newest is None:
        return JsonResponse({"size": 0})
    return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
