"""What everybody may ask: live counts, the log's newest head, the life events."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from minben.api.shapes import Counts
from minben.consent import queries as consent
from minben.life_events import queries as life_events
from minben.trail import log
from minben.trail import queries as trail
from minben.ui.counting import counted
from minben.ui.written import plain

router = Router(tags=["public"])


@router.get("/counts", response=Counts, summary="公開統計 Live counts; nobody is in them")
def counts(request: HttpRequest) -> dict[str, Any]:
    """Uses, refusals, revocations, appeals won, late answers, mandates."""
    head = trail.latest_checkpoint()
    numbers = counted(
        trail.public_counts(),
        mandates=len(consent.active_mandates()),
        sealed=trail.sealed_count(),
    )
    return {"counts": plain(numbers), "trail_size": head.size if head else 0}


@router.get("/checkpoint", summary="最新封印 The newest signed head of the trail")
def checkpoint(request: HttpRequest) -> dict[str, Any]:
    """A C2SP signed note, and the key to check it with."""
    head = trail.latest_checkpoint()
    return {
        "note": head.note if head else None,
        "size": head.size if head else 0,
        "public_key": log.public_key().text,
    }


@router.get("/life-events", summary="人生大事 The six life stages and their services")
def stages(request: HttpRequest) -> list[dict[str, Any]]:
    """With an honest “not yet” where nothing is built."""
    described: list[dict[str, Any]] = plain(life_events.catalogue())
    return described
