"""The trail: who used my data, and the means to verify it myself; and the public counts."""

from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import queries as consent
from minben.identity.types import Actor
from minben.portal.gate import signed_in
from minben.trail import log, queries
from minben.ui.counting import counted
from minben.ui.deeds import told_entries
from minben.ui.language import told
from minben.verify.words import words

_PARTS: tuple[Literal["findings", "checks", "verdict"], ...] = ("findings", "checks", "verdict")
_PLAIN = "text/plain; charset=utf-8"
_NOTHING = Text(
    "足跡還在編號，請過一分鐘再試。", "The trail is still being numbered: try again in a minute."
)


@require_safe
@signed_in
def trail(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every use of the person's data, newest first, verifiable on this page."""
    context = {
        "deeds": told_entries(queries.entries_of(actor.person), reader=actor.person),
        "checkpoint": queries.latest_checkpoint(),
        "public_key": log.public_key().text,
        "policy": queries.policy_text() or "",
        "words": _verdicts(),
    }
    return render(request, "portal/trail.html", context)


@require_safe
@signed_in
def bundle(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The proof of the person's own trail: `minben verify` checks it off line."""
    written = queries.bundle(actor.person)
    if written is None:
        raise Refused("trail.nothing_yet")
    response = JsonResponse(written, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="minben-trail.json"'
    return response


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Live counts: trust is shown, not claimed."""
    context = {
        "counts": counted(
            queries.public_counts(),
            mandates=len(consent.active_mandates()),
            sealed=queries.sealed_count(),
        ),
        "checkpoint": queries.latest_checkpoint(),
    }
    return render(request, "portal/counts.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head of the log, for anybody who compares."""
    newest = queries.latest_checkpoint()
    if newest is None:
        return JsonResponse({"size": 0})
    response = HttpResponse(newest.note, content_type=_PLAIN)
    response["Cache-Control"] = "max-age=1"
    return response


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The trust policy: which log, which witnesses, how many of them (C2SP tlog-policy)."""
    text = queries.policy_text()
    if text is None:
        return HttpResponse("no trust policy is set\n", content_type=_PLAIN, status=404)
    return HttpResponse(text, content_type=_PLAIN)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or entry bundle of the log (C2SP tlog-tiles). It never changes, so keep it."""
    data = queries.tile(path)
    if data is None:
        return HttpResponse("the log has no such tile\n", content_type=_PLAIN, status=404)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _verdicts() -> dict[str, object]:
    """What the page may have to say, in the page's language: the words of `minben verify`."""
    parts: dict[str, object] = {
        part: {code: told(text) for code, text in words(part).items()} for part in _PARTS
    }
    return {**parts, "nothing": told(_NOTHING)}
