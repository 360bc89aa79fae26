"""Apply without waiting for an offer: choose the child, name the account, check, send."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import queries as consent
from minben.identity import queries as identity
from minben.identity.types import Actor
from minben.life_events import actions, queries
from minben.life_events.types import ServiceView
from minben.portal.answers import Answers, again
from minben.portal.gate import signed_in

_CHOOSE = Text("請選一個孩子。", "Please choose a child.")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest, actor: Actor, pack: str) -> HttpResponse:
    """One form, then the answers to check, then sent. It can be saved and taken up later."""
    key = f"apply:{pack}"
    children = identity.family_of(actor.person).children
    context: dict[str, object] = {"service": _service(pack), "children": children}
    if request.method != "POST":
        draft = queries.draft(actor, key)
        context["typed"] = draft.answers if draft else {}
        return render(request, "portal/apply.html", context)
    answers = Answers.of(request)
    step = answers.typed.get("step", "check")
    if step == "save":
        actions.save_draft(actor=actor, key=key, step="write", answers=answers.typed)
        return redirect("for-you")
    child = next((c for c in children if str(c.uuid) == answers.typed.get("child")), None)
    if child is None:
        answers.mistakes["child"] = _CHOOSE
    account = answers.account()
    if child is None or answers.mistakes or step == "write":
        return again(request, "portal/apply.html", context, answers)
    if step == "check":
        filled = {**context, "typed": answers.typed, "child": child, "account": account}
        return render(request, "portal/apply_check.html", filled)
    try:
        reference = actions.apply(actor=actor, pack=pack, child=child.uuid, account=account)
    except Refused as refusal:
        return again(request, "portal/apply.html", context, answers, refusal)
    actions.drop_draft(actor=actor, key=key)
    return _onward(actor.person, queries.case(actor, reference).case.agreements, reference)


def _service(pack: str) -> ServiceView:
    services = (s for stage in queries.catalogue() for s in stage.services)
    found = next((s for s in services if s.pack == pack), None)
    if found is None:
        raise Refused("life_events.no_such_service")
    return found


def _onward(person: UUID, agreements: tuple[str, ...], reference: str) -> HttpResponse:
    waiting = next((a.id for a in consent.pending_for(person) if a.id in agreements), None)
    if waiting:
        return redirect("agreement", agreement=waiting)
    return redirect("received", reference=reference)
