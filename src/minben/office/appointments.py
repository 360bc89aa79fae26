"""Who holds office here: the data protection officer appoints and ends, never for themselves."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minben.base.refusal import Refused
from minben.identity import actions, limits, powers
from minben.identity.types import Actor, Role
from minben.office.gate import on_duty
from minben.ui.wording import words_of

_ROLES = tuple(role for role in Role if role is not Role.CITIZEN)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Role.DATA_PROTECTION_OFFICER)
def appointments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody with a role at the office; POST appoints somebody."""
    agency = actor.agency or ""
    context: dict[str, Any] = {
        "held": powers.officials_at(agency),
        "roles": _ROLES,
        "me": actor.person,
        "typed": {},
    }
    if request.method != "POST":
        return render(request, "office/appointments.html", context)
    limits.count("sign", str(actor.person))
    try:
        found = powers.somebody(
            number=request.POST.get("number", ""), name=request.POST.get("name", "")
        )
        actions.appoint(person=found.uuid, role=_role(request), agency=agency, by=actor)
    except Refused as refusal:
        words = words_of(refusal)
        typed = {"name": request.POST.get("name", ""), "role": request.POST.get("role", "")}
        told = {**context, "refusal": words, "typed": typed}
        return render(request, "office/appointments.html", told, status=words.status)
    return redirect("appointments")


@require_POST
@on_duty(Role.DATA_PROTECTION_OFFICER)
def dismiss(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End a role; it is gone with the next request."""
    try:
        person = UUID(request.POST.get("person", ""))
    except ValueError:
        raise Refused("identity.no_such_person") from None
    actions.dismiss(person=person, role=_role(request), agency=actor.agency or "", by=actor)
    return redirect("appointments")


def _role(request: HttpRequest) -> Role:
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError:
        raise Refused("identity.no_such_role") from None
    if role is Role.CITIZEN:
        raise Refused("identity.no_such_role")
    return role
