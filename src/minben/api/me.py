"""One's own data for one's own programs. The session says who asks; nobody else's is reachable."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from minben.api.shapes import Problem
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.identity import session
from minben.life_events import queries as life_events
from minben.notices import queries as notices
from minben.trail import queries as trail
from minben.ui.written import plain

router = Router(tags=["me"])
_ANSWERS: dict[int, Any] = {200: list[dict[str, Any]], 401: Problem}


@router.get("/trail", response=_ANSWERS, summary="我的足跡 Every use of my data")
def my_trail(request: HttpRequest) -> Any:
    """Oldest first. Entries kept back or erased by law are there without content."""
    return plain(trail.entries_of(session.current(request).person))


@router.get(
    "/trail/bundle",
    response={200: dict[str, Any], 401: Problem, 409: Problem},
    summary="我的證明檔 The proof of my trail, for `minben verify`",
)
def my_bundle(request: HttpRequest, older: int | None = None) -> Any:
    """`older` is the tree size of the bundle kept last time: proves that this one continues it."""
    if older is not None and not 0 <= older < 2**62:
        raise Refused("api.no_such_size")
    bundle = trail.bundle(session.current(request).person, older=older)
    if bundle is None:
        raise Refused("trail.nothing_yet")
    return bundle


@router.get("/offers", response=_ANSWERS, summary="為我找到的 Offers for me")
def my_offers(request: HttpRequest) -> Any:
    """Newest first, with exactly what each would ask."""
    return plain(life_events.for_you(session.current(request)))


@router.get("/cases", response=_ANSWERS, summary="我的案件 My cases")
def my_cases(request: HttpRequest) -> Any:
    """Newest first: timeline, decisions with reasons, payments."""
    return plain(life_events.my_cases(session.current(request)))


@router.get("/agreements", response=_ANSWERS, summary="我的同意書 My agreements")
def my_agreements(request: HttpRequest) -> Any:
    """Terms, where each stands, and who said what."""
    views = consent.agreements_of(session.current(request).person)
    return [
        {
            "id": view.id,
            "terms": view.agreement.to_json(),
            "state": view.state.status,
            "signatures": plain(view.signatures),
        }
        for view in views
    ]


@router.get("/notices", response=_ANSWERS, summary="我的通知 My notices")
def my_notices(request: HttpRequest) -> Any:
    """Newest first."""
    return plain(notices.inbox(session.current(request).person))
