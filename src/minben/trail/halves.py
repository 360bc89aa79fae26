"""Every transfer leaves two entries: what was released, what was received. One alone is an alarm.

The two are written by different parties (the gateway in its file lane, the recipient's worker in
the outbox), so neither can hide a transfer from the other. The alarm names the transfer and which
half is missing, nobody's person and no fact.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from minben.trail import actions
from minben.trail.models import Disclosure, Watch

RELEASED, RECEIVED = "exchange.released", "exchange.received"
GRACE = timedelta(minutes=10)
_log = logging.getLogger(__name__)


def match_once() -> int:
    """Look at the transfers of the time since the last look, but not of the last ten minutes;
    how many lacked a half. What came straight from its provider (the entry does not say where it
    was logged) stands alone rightly: the other half is in the provider's own lane.
    """
    now = timezone.now()
    until = now - GRACE
    watch, is_new = Watch.objects.get_or_create(id=1, defaults={"matched_until": until})
    if is_new or watch.matched_until >= until:
        return 0
    halves: dict[str, dict[str, str]] = {RELEASED: {}, RECEIVED: {}}
    due: dict[str, set[str]] = {RELEASED: set(), RECEIVED: set()}
    for verb, transfer, provider, at, has_twin in _told(watch.matched_until - GRACE, now):
        halves[verb][transfer] = provider
        if has_twin and watch.matched_until < at <= until:
            due[verb].add(transfer)
    alone = [
        (RECEIVED, one, halves[RELEASED][one]) for one in due[RELEASED] - set(halves[RECEIVED])
    ]
    missing = due[RECEIVED] - set(halves[RELEASED])
    alone += [(RELEASED, one, halves[RECEIVED][one]) for one in missing]
    with transaction.atomic():
        for lacking, transfer, provider in sorted(alone):
            _sound(lacking, transfer, provider)
        Watch.objects.filter(id=1).update(matched_until=until)
    return len(alone)


def _told(since: datetime, until: datetime) -> Iterator[tuple[str, str, str, datetime, bool]]:
    rows = Disclosure.objects.filter(
        verb__in=(RELEASED, RECEIVED), recorded_at__gt=since, recorded_at__lte=until
    )
    for verb, payload, at in rows.values_list("verb", "payload", "recorded_at").iterator():
        details = json.loads(payload)["details"]
        if isinstance(details.get("transfer"), str):
            provider, is_expected = str(details.get("provider", "")), verb == RELEASED
            yield verb, details["transfer"], provider, at, is_expected or "logged" in details


def _sound(lacking: str, transfer: str, provider: str) -> None:
    _log.error("transfer %s of %s: no entry %s", transfer, provider, lacking)
    actions.record(
        verb="trail.unmatched",
        subject=None,
        actor="system:witnessing",
        basis="trail",
        details={"transfer": transfer, "provider": provider, "lacks": lacking},
    )
