"""What if the child goes elsewhere next month: tried on the page, nothing kept or sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minben.base.text import Text
from minben.identity.types import Actor
from minben.life_events import queries
from minben.life_events.queries.what_if import MOST_FEE, MOST_HOURS
from minben.life_events.types import Placement
from minben.portal.answers import Answers, again
from minben.portal.gate import signed_in

_PLACE = Text("請選擇一種照顧方式。", "Choose where the child would be.")
_NUMBER = Text("請填 0 到 {most} 的整數。", "Write a whole number from 0 to {most}.")
USUAL_HOURS = "40"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def what_if(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Choose a place; next month as it stands, and with that place, side by side."""
    mine = queries.case(actor, reference)
    context: dict[str, object] = {"mine": mine, "placements": tuple(Placement)}
    context["typed"] = {"hours": USUAL_HOURS, "fee": "0"}
    if request.method != "POST":
        return render(request, "portal/what_if.html", context)
    answers = Answers.of(request)
    chosen = answers.typed.get("placement", "")
    if chosen not in set(Placement):
        answers.mistakes["placement"] = _PLACE
    hours = _number(answers, "hours", MOST_HOURS)
    fee = _number(answers, "fee", MOST_FEE)
    if answers.mistakes:
        return again(request, "portal/what_if.html", context, answers)
    found = queries.what_if(actor, reference, placement=Placement(chosen), hours=hours, fee=fee)
    return render(
        request, "portal/what_if.html", {**context, "typed": answers.typed, "found": found}
    )


def _number(answers: Answers, name: str, most: int) -> int:
    written = answers.typed.get(name, "").replace(",", "").strip() or "0"
    if not (written.isascii() and written.isdigit() and len(written) < 7 and int(written) <= most):
        answers.mistakes[name] = _NUMBER.filled(most=f"{most:,}")
        return 0
    return int(written)
