"""The officers' queue, and the money."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.cases import actions, queries
from minben.cases.types import TaskKind
from minben.identity.types import Actor, Role
from minben.jobs import clock
from minben.ledger import queries as ledger
from minben.life_events import actions as life_event_actions
from minben.life_events import queries as life_events
from minben.office.gate import on_duty
from minben.screening import queries as screening


@require_safe
@on_duty(*[role for role in Role if role is not Role.CITIZEN])
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The first page of one's duty: the queue, or what the role is for."""
    if actor.has(Role.CASE_OFFICER):
        return _queue(request, actor)
    ways = {
        Role.CLERK: "counter",
        Role.DATA_PROTECTION_OFFICER: "register",
        Role.ANALYST: "tables",
    }
    way = next((page for role, page in ways.items() if actor.has(role)), "counts")
    return redirect(way)


def _queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = queries.queue(actor)
    kind = request.GET.get("kind", "")
    shown = tuple(row for row in rows if not kind or row.kind == kind)
    kinds = [(k, sum(row.kind is k for row in rows)) for k in TaskKind]
    return render(
        request,
        "office/queue.html",
        {"rows": shown, "kind": kind, "kinds": [k for k in kinds if k[1]], "all": len(rows)},
    )


@require_safe
@on_duty(Role.CASE_OFFICER)
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go to a case by its reference number; a slash is in none."""
    reference = request.GET.get("reference", "").strip().upper()
    if not reference:
        return redirect("office")
    if "/" in reference:
        raise Refused("cases.no_such_case")
    return redirect("office-case", reference=reference)


@require_POST
@on_duty(Role.CASE_OFFICER, Role.CLERK)
def done(request: HttpRequest, actor: Actor, task: UUID) -> HttpResponse:
    """A task is done."""
    actions.complete_task(actor=actor, task=task)
    return redirect("office")


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.ANALYST)
def runs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Screening runs: counts and commitments, nobody's name. POST: this month's, now, by hand."""
    month = Month.of(clock.today())
    if request.method == "POST":
        life_event_actions.start_screening(
            actor=actor, pack=request.POST.get("pack", ""), month=month
        )
        return redirect("runs")
    context = {
        "runs": screening.runs(),
        "led_to": life_events.screenings(),
        "month": month,
        "to_screen": life_events.to_screen(actor),
    }
    return render(request, "office/runs.html", context)


@require_safe
@on_duty(Role.CASE_OFFICER)
def payments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The monthly files to the bank and what the bank said."""
    return render(request, "office/payments.html", {"runs": ledger.runs()})
