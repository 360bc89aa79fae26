"""Powers of attorney: appoint, accept, end; and a second number of the same person."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity import actions, legs, limits, powers, queries, session
from minben.identity.types import Actor, Method
from minben.jobs.clock import today
from minben.portal.answers import Answers, again
from minben.portal.gate import signed_in
from minben.ui.language import current as tongue
from minben.ui.language import told

_GIVEN = Text("已送出委任，對方接受後生效。", "Sent. It holds once they accept.")
_ACCEPTED = Text("您可以代理了。", "You may act for them now.")
_LINKED = Text("新號碼已連到您的紀錄。", "The new number now belongs to your record.")
_CARDS = (Method.CITIZEN_CERTIFICATE, Method.MOBILE_FIDO, Method.NHI_CARD)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def powers_of_attorney(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Appoint somebody; see and end what was given, accept what was offered."""
    on = today()
    context: dict[str, Any] = {
        "given": queries.representatives_of(actor.person, on=on),
        "offered_by": powers.offered_by(actor.person, on=on),
        "offered_to": powers.offered_to(actor.person, on=on),
        "holds": queries.representations_of(actor.person, on=on),
        "earliest": on + timedelta(days=1),
        "latest": on + timedelta(days=364),
        "alone": actor.acting_for is None and actor.assisted_by is None,
    }
    if request.method != "POST":
        return render(request, "portal/powers.html", {**context, "typed": {}})
    limits.count("sign", str(actor.person))
    answers = Answers.of(request)
    if actor.assurance < AssuranceLevel.MEDIUM:
        raise Refused("identity.step_up", needed="medium")
    try:
        found = powers.somebody(
            number=answers.typed.get("number", ""), name=answers.typed.get("name", "")
        )
        until = date.fromisoformat(answers.typed.get("until", "") or on.isoformat())
        actions.give_power_of_attorney(representative=found.uuid, until=until, on=on, by=actor)
    except ValueError:
        refusal = Refused("identity.power_too_long")
        return again(request, "portal/powers.html", context, answers, refusal)
    except Refused as refusal:
        return again(request, "portal/powers.html", context, answers, refusal)
    messages.success(request, told(_GIVEN))
    return redirect("powers")


@require_POST
@signed_in
def accept(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """Take a power of attorney that was given to oneself."""
    actions.accept_power_of_attorney(uuid=uuid, by=actor)
    messages.success(request, told(_ACCEPTED))
    return redirect("powers")


@require_POST
@signed_in
def link_number(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the card of one's new number at the identity provider."""
    limits.count("sign", str(actor.person))
    return redirect(
        legs.leave(
            request,
            kind="sign_in",
            level=AssuranceLevel.MEDIUM,
            methods=_CARDS,
            language=tongue(),
            then={"purpose": "link", "back": "/account"},
        )
    )


def finish_linking(request: HttpRequest, nonce: str, statement: str) -> None:
    """The new number's card was shown: it is the same person's; called on the way back."""
    by = session.current(request)
    actions.link_shown_number(statement=statement, nonce=nonce, on=today(), by=by)
    messages.success(request, told(_LINKED))
