"""Cases: how they stand, what was decided and why, and what to do when it is wrong."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from minben.base.refusal import Refused
from minben.identity.types import Actor
from minben.life_events import actions, queries
from minben.portal.answers import Answers, again
from minben.portal.gate import signed_in

ASK = ["GET", "HEAD", "POST"]


@require_safe
@signed_in
def cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The person's cases, newest first."""
    return render(request, "portal/cases.html", {"cases": queries.my_cases(actor)})


@require_safe
@signed_in
def case(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """One case: timeline, decision, money. The progress part asks again by itself."""
    part = "HX-Request" in request.headers
    template = "portal/progress.html" if part else "portal/case.html"
    return render(request, template, {"mine": queries.case(actor, reference)})


@require_safe
@signed_in
def received(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Confirmation with the reference number, and what comes next."""
    return render(request, "portal/received.html", {"receipt": queries.receipt(actor, reference)})


@require_safe
@signed_in
def decision(request: HttpRequest, actor: Actor, reference: str, uuid: UUID) -> HttpResponse:
    """What, why with its article, what it rests on, what if it is wrong."""
    mine = queries.case(actor, reference)
    found = next((d for d in mine.case.decisions if d.uuid == uuid), None)
    if found is None:
        raise Http404
    return render(request, "portal/decision.html", {"mine": mine, "decision": found})


@require_http_methods(ASK)
@signed_in
def object_to(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Object to a payment that came without asking."""
    context: dict[str, object] = {"mine": queries.case(actor, reference)}
    if request.method != "POST":
        return render(request, "portal/object.html", context)
    answers = Answers.of(request)
    words = answers.words("words")
    if answers.mistakes:
        return again(request, "portal/object.html", context, answers)
    try:
        actions.object_to(actor=actor, reference=reference, words=words)
    except Refused as refusal:
        return again(request, "portal/object.html", context, answers, refusal)
    return redirect("case", reference=reference)


@require_http_methods(ASK)
@signed_in
def withdraw(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Take an application back, after one look at what that means."""
    context: dict[str, object] = {"mine": queries.case(actor, reference)}
    if request.method != "POST":
        return render(request, "portal/withdraw.html", context)
    try:
        actions.withdraw(actor=actor, reference=reference)
    except Refused as refusal:
        return again(request, "portal/withdraw.html", context, Answers.of(request), refusal)
    return redirect("case", reference=reference)


@require_http_methods(ASK)
@signed_in
def appeal(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Appeal in three steps: write, check, send. It can be saved and taken up later."""
    mine = queries.case(actor, reference)
    key = f"appeal:{reference}"
    context: dict[str, object] = {"mine": mine}
    if request.method != "POST":
        draft = queries.draft(actor, key)
        context["typed"] = draft.answers if draft else {}
        return render(request, "portal/appeal.html", context)
    answers = Answers.of(request)
    step = answers.typed.get("step", "check")
    if step == "save":
        actions.save_draft(actor=actor, key=key, step="write", answers=answers.typed)
        return redirect("for-you")
    grounds = answers.words("grounds")
    if answers.mistakes or step == "write":
        return again(request, "portal/appeal.html", context, answers)
    if step == "check" or mine.case.current is None:
        filled = {**context, "typed": answers.typed, "fact": _fact(mine.case.current, answers)}
        return render(request, "portal/appeal_check.html", filled)
    try:
        actions.appeal(
            actor=actor,
            reference=reference,
            decision=mine.case.current.uuid,
            grounds=grounds,
            fact=answers.typed.get("fact") or None,
        )
    except Refused as refusal:
        return again(request, "portal/appeal.html", context, answers, refusal)
    actions.drop_draft(actor=actor, key=key)
    return redirect("received", reference=reference)


@require_http_methods(ASK)
@signed_in
def account(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Name the account for the money; the bank says only whether it is the person's."""
    context: dict[str, object] = {"mine": queries.case(actor, reference)}
    if request.method != "POST":
        return render(request, "portal/account_for.html", context)
    answers = Answers.of(request)
    given = answers.account()
    if given is None:
        return again(request, "portal/account_for.html", context, answers)
    try:
        actions.name_account(actor=actor, reference=reference, account=given)
    except Refused as refusal:
        return again(request, "portal/account_for.html", context, answers, refusal)
    return redirect("case", reference=reference)


def _fact(decision: object, answers: Answers) -> object:
    rests_on = getattr(decision, "rests_on", ())
    return next((f for f in rests_on if f.key == answers.typed.get("fact")), None)
