"""Offers: what a family may be due, checked and taken up before anybody applied."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.identity.types import Actor
from minben.life_events import actions, queries
from minben.life_events.types import OfferView
from minben.portal.answers import Answers, again
from minben.portal.gate import signed_in


@require_safe
@signed_in
def for_you(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that waits for the person."""
    waiting = consent.pending_for(actor.person)
    context = {"home": queries.home(actor), "waiting": waiting, "actor": actor}
    return render(request, "portal/for_you.html", context)


@require_safe
@signed_in
def offer(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """One offer: what, what is known, what would be asked, what is not."""
    return render(request, "portal/offer.html", {"offer": queries.offer(actor, uuid)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """Check your answers; nothing is asked of anybody before the consent page is signed."""
    context: dict[str, object] = {"offer": queries.offer(actor, uuid)}
    if request.method != "POST":
        return render(request, "portal/check.html", context)
    answers = Answers.of(request)
    account = answers.account()
    if answers.mistakes:
        return again(request, "portal/check.html", context, answers)
    try:
        taken = actions.accept_offer(actor=actor, offer=uuid, account=account)
    except Refused as refusal:
        return again(request, "portal/check.html", context, answers, refusal)
    return _onward(taken)


@require_POST
@signed_in
def decline(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """No, thank you: the right to apply later stays."""
    actions.decline_offer(actor=actor, offer=uuid)
    return redirect("offer", uuid=uuid)


def _onward(taken: OfferView) -> HttpResponse:
    if taken.agreement:
        return redirect("agreement", agreement=taken.agreement)
    if taken.reference:
        return redirect("received", reference=taken.reference)
    return redirect("for-you")
