"""The inbox, and each message as a letter that can be printed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from minben.base.refusal import Refused
from minben.identity.types import Actor
from minben.notices import actions, queries
from minben.notices.types import NoticeView
from minben.portal.gate import signed_in


@require_safe
@signed_in
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that was sent to the person, newest first."""
    return render(request, "portal/inbox.html", {"notices": queries.inbox(actor.person)})


@require_safe
@signed_in
def notice(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """One message; on paper it is a letter."""
    return render(request, "portal/notice.html", {"notice": _mine(actor, uuid), "actor": actor})


@require_POST
@signed_in
def read(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """The person says that they have read it: no reminder follows."""
    actions.acknowledge(actor=actor, notice=uuid)
    return redirect("notices")


def _mine(actor: Actor, uuid: UUID) -> NoticeView:
    found = next((n for n in queries.inbox(actor.person) if n.uuid == uuid), None)
    if found is None:
        raise Refused("notices.no_such_notice")
    return found
