"""Agreements: read exactly what is asked, sign or decline, and take it back at any time.

Signing itself is `portal.signing`: a passkey or the identity provider signs, never this page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.consent import queries
from minben.identity.types import Actor
from minben.life_events import queries as life_events
from minben.portal.gate import signed_in
from minben.registry import queries as registry
from minben.ui.agreements import lines_of, standing_of


@require_safe
@signed_in
def agreements(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every agreement in which the person has a part, those that wait for them first."""
    views = queries.agreements_of(actor.person)
    context = {
        "waiting": queries.pending_for(actor.person),
        "views": [(view, standing_of(view, actor)) for view in views],
    }
    return render(request, "portal/agreements.html", context)


@require_safe
@signed_in
def agreement(request: HttpRequest, actor: Actor, agreement: str) -> HttpResponse:
    """One agreement: who asks whom for what, why, by which law, how long; sign or decline."""
    view = queries.agreement_for(agreement, by=actor)
    cases = life_events.my_cases(actor)
    reference = next((c.case.reference for c in cases if agreement in c.case.agreements), None)
    context = {
        "view": view,
        "lines": lines_of(view, actor),
        "standing": standing_of(view, actor),
        "recipient": registry.agency_name(view.agreement.recipient.removeprefix("agency:")),
        "reference": reference,
        "waits_for_witness": queries.waits_for_witness(agreement, by=actor),
        "onward": f"/cases/{reference}/received" if reference else f"/agreements/{agreement}",
    }
    return render(request, "portal/agreement.html", context)
