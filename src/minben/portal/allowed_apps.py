"""Apps that a person allowed to recognise them or to ask: what each learns, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from minben.authorization import actions, queries
from minben.authorization.types import Scope
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity.types import Actor
from minben.portal.gate import signed_in
from minben.registry import queries as registry
from minben.ui.language import told

_TAKEN_BACK = Text(
    "已收回，這個程式手上的權杖都失效了。", "Taken back: what the app held opens nothing now."
)


@require_safe
@signed_in
def allowed_apps(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every grant of the person that was not ended, newest first."""
    _alone(actor)
    grants = [
        {
            "grant": grant,
            "agency": registry.agency_name(grant.client.agency),
            "scopes": [Scope(scope).text for scope in grant.scopes],
        }
        for grant in queries.grants_of(actor.person)
    ]
    return render(request, "portal/allowed_apps.html", {"grants": grants})


@require_POST
@signed_in
def take_back(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """Take an app's approval back; one with an agreement is withdrawn by signature instead."""
    _alone(actor)
    actions.withdraw(grant=uuid, by=actor)
    messages.success(request, told(_TAKEN_BACK))
    return redirect("/account/apps")


def _alone(actor: Actor) -> None:
    if actor.assisted_by is not None or actor.acting_for is not None:
        raise Refused("identity.only_oneself")
