"""One's own account: passkeys, for whom one may act, where one signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity import actions, legs, passkeys, queries, session
from minben.identity.types import Actor, Method
from minben.jobs.clock import today
from minben.portal.credentials import credential_in
from minben.portal.gate import signed_in
from minben.ui.language import current as tongue
from minben.ui.language import told

_ENROLLED = Text("這支通行金鑰可以用了。", "This passkey is ready.")
_CAN_ENROL = (Method.CITIZEN_CERTIFICATE, Method.MOBILE_FIDO, Method.NHI_CARD)


@require_safe
@signed_in
def account(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Passkeys, representations, recent sign-ins."""
    alone = actor.assisted_by is None and actor.acting_for is None
    context = {
        "actor": actor,
        "passkeys": queries.passkeys_of(actor.person),
        "represents": queries.representations_of(actor.person, on=today()),
        "represented_by": queries.representatives_of(actor.person, on=today()),
        "sign_ins": [
            (datetime.fromisoformat(at), method.text, at_counter)
            for at, method, at_counter in queries.sign_ins_of(actor.person, limit=10)
        ],
        "alone": alone,
        "options": passkeys.begin_enrolment(actor) if alone else None,
    }
    return render(request, "sign_in/account.html", context)


@require_POST
@signed_in
def add_passkey(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Check what the device made, then let the identity provider bind it to the person."""
    if actor.assisted_by is not None or actor.acting_for is not None:
        raise Refused("identity.only_oneself")
    new = passkeys.finish_enrolment(credential_in(request))
    address = legs.leave(
        request,
        kind="enrol",
        level=AssuranceLevel.MEDIUM,
        methods=_CAN_ENROL,
        language=tongue(),
        part={
            **legs.bound_to(actor),
            "credential_id": new.credential_id,
            "public_key": new.public_key,
            "rp_id": new.rp_id,
        },
        then={
            "back": "/account",
            "name": request.POST.get("name", "")[:60],
            "credential_id": new.credential_id,
            "public_key": new.public_key,
            "response": dict(new.response),
        },
    )
    return redirect(address)


def finish_enrolment(request: HttpRequest, flow: dict[str, Any], statement: str) -> None:
    """Keep the passkey that the identity provider bound; called on the way back."""
    actions.enrol_passkey(
        name=flow["name"] or told(Method.PASSKEY.text),
        credential_id=flow["credential_id"],
        public_key=flow["public_key"],
        response=flow["response"],
        statement=statement,
        by=session.current(request),
    )
    messages.success(request, told(_ENROLLED))


@require_POST
@signed_in
def remove_passkey(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """Remove one's own passkey."""
    actions.remove_passkey(uuid=uuid, by=actor)
    return redirect("/account")


@require_POST
@signed_in
def act_for(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Act for another, or for oneself again."""
    wanted = request.POST.get("representation", "")
    try:
        session.act_for(request, UUID(wanted) if wanted else None)
    except ValueError:
        raise Refused("identity.no_such_representation") from None
    return redirect("/for-you")


@require_POST
@signed_in
def end_representation(request: HttpRequest, actor: Actor, uuid: UUID) -> HttpResponse:
    """End a power of attorney, from either side."""
    actions.end_representation(uuid=uuid, by=actor)
    return redirect("/account")
