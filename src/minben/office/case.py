"""One case at the office. Opening it says why, and is an entry on the citizen's trail."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import actions
from minben.identity.types import Actor, Role
from minben.office.gate import on_duty
from minben.ui.wording import words_of

_WHY = "office.why:"
_AMOUNT = Text("金額是整數元，例如 5000。", "The amount is whole dollars, as in 5000.")
_MONTH = Text("月份寫成 2022-09。", "A month is written 2022-09.")
_VERDICT = Text("請選擇發給或不發給。", "Choose due or not due.")
_EYES = Text("請選擇核可或不同意。", "Choose to approve or to refuse.")
_OUTCOME = Text("請選擇訴願成立或駁回。", "Choose to uphold or to reject.")
_STOP = Text("請選擇停止發放或繼續發放。", "Choose to stop or to go on paying.")
_REASON = Text("請寫明理由，民眾會看到。", "Say why: the citizen will read it.")


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Role.CASE_OFFICER)
def case(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """First the reason, then the case. Each showing is recorded before it is rendered."""
    if request.method == "POST":
        request.session[_WHY + reference] = request.POST.get("reason", "").strip()[:500]
        return redirect("office-case", reference=reference)
    return _shown(request, actor, reference)


@require_POST
@on_duty(Role.CASE_OFFICER)
def confirm(request: HttpRequest, actor: Actor, reference: str, decision: UUID) -> HttpResponse:
    """Confirm a decision that rests on a disputed figure."""
    actions.confirm_decision(actor=actor, decision=decision)
    return redirect("office-case", reference=reference)


@require_POST
@on_duty(Role.CASE_OFFICER)
def override(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Propose another decision, with a reason. It counts only after a second pair of eyes."""
    typed = {key: str(value).strip() for key, value in request.POST.items()}
    mistakes: dict[str, Text] = {}
    due = typed.get("status") == "due"
    if typed.get("status") not in ("due", "not_due"):
        mistakes["status"] = _VERDICT
    amount = typed.get("amount", "").replace(",", "")
    if due and not (amount.isascii() and amount.isdigit() and len(amount) <= 7):
        mistakes["amount"] = _AMOUNT
    try:
        since = Month.parse(typed.get("since", ""))
    except ValueError:
        mistakes["since"] = _MONTH
    if not typed.get("reason"):
        mistakes["reason"] = _REASON
    if mistakes:
        return _shown(request, actor, reference, typed=typed, mistakes=mistakes)
    try:
        actions.propose_override(
            actor=actor,
            reference=reference,
            status="due" if due else "not_due",
            amount=NTD(int(amount)) if due else None,
            since=since,
            reason=typed["reason"],
        )
    except Refused as refusal:
        return _shown(request, actor, reference, typed=typed, refusal=refusal)
    return redirect("office-case", reference=reference)


@require_POST
@on_duty(Role.CASE_OFFICER)
def second_eyes(request: HttpRequest, actor: Actor, reference: str, uuid: UUID) -> HttpResponse:
    """A second officer approves or refuses; nobody their own. Silence is neither."""
    verdict = request.POST.get("verdict", "")
    if verdict not in ("approve", "refuse"):
        return _shown(request, actor, reference, mistakes={"verdict": _EYES})
    try:
        if verdict == "approve":
            actions.approve_override(actor=actor, override=uuid)
        else:
            words = request.POST.get("reason", "").strip()
            actions.refuse_override(actor=actor, override=uuid, reason=words)
    except Refused as refusal:
        return _shown(request, actor, reference, refusal=refusal)
    return redirect("office-case", reference=reference)


@require_POST
@on_duty(Role.CASE_OFFICER)
def answer(request: HttpRequest, actor: Actor, reference: str, appeal: UUID) -> HttpResponse:
    """Answer an appeal with reasons."""
    typed = {key: str(value).strip() for key, value in request.POST.items()}
    mistakes = {} if typed.get("answer") else {"answer": _REASON}
    if typed.get("outcome") not in ("upheld", "rejected"):
        mistakes["outcome"] = _OUTCOME
    if mistakes:
        return _shown(request, actor, reference, typed=typed, mistakes=mistakes)
    upheld = typed.get("outcome") == "upheld"
    try:
        actions.answer_appeal(
            actor=actor,
            appeal=appeal,
            outcome="upheld" if upheld else "rejected",
            answer=typed["answer"],
        )
    except Refused as refusal:
        return _shown(request, actor, reference, typed=typed, refusal=refusal)
    return redirect("office-case", reference=reference)


@require_POST
@on_duty(Role.CASE_OFFICER)
def objection(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Settle an objection: the case stops, or goes on and what was held back is paid."""
    wanted = request.POST.get("outcome", "")
    if wanted not in ("stop", "go_on"):
        return _shown(request, actor, reference, mistakes={"objection": _STOP})
    try:
        actions.settle_objection(actor=actor, reference=reference, stop=wanted == "stop")
    except Refused as refusal:
        return _shown(request, actor, reference, refusal=refusal)
    return redirect("office-case", reference=reference)


def _shown(
    request: HttpRequest,
    actor: Actor,
    reference: str,
    *,
    typed: dict[str, str] | None = None,
    mistakes: dict[str, Text] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    why = request.session.get(_WHY + reference, "")
    if not why:
        return render(request, "office/why.html", {"reference": reference})
    words = words_of(refusal) if refusal else None
    context = {
        "case": actions.view_case(actor=actor, reference=reference, reason=why),
        "actor": actor,
        "why": why,
        "typed": typed or {},
        "mistakes": mistakes or {},
        "refusal": words,
    }
    status = words.status if words else 422 if mistakes else 200
    return render(request, "office/case.html", context, status=status)
