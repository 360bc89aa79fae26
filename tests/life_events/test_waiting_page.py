"""While an agency is down the family reads for whom it waits; nothing is lost when it is back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from life_events.town import Town
from minben.exchange import asking
from minben.identity import queries as people
from minben.jobs.models import Job
from minben.life_events import actions, queries
from portal.visiting import browser_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("language", "waits", "again"),
    [
        ("zh-TW", "還在等", "財政部財政資訊中心回覆（已問過 2 次，會自動再問，您不必做任何事）"),
        ("en", "Still waiting for", "an answer from the tax (asked 2 times; we keep asking"),
    ],
)
def test_the_page_says_which_agency_is_awaited_and_how_often_it_was_asked(
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    language: str,
    waits: str,
    again: str,
) -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    town.found("child")
    taken = actions.accept_offer(actor=town.actor("mother"), offer=town.offer().uuid)
    up = asking.call

    def down(view: Any, client: Any) -> Any:
        if view.provider == "tax":
            raise asking.KeepWaiting("down", timedelta(seconds=30))
        return up(view, client)

    monkeypatch.setattr(asking, "call", down)
    for who in ("mother", "father"):
        town.sign(str(taken.agreement), who)
    for _ in range(2):
        Job.objects.filter(done_at=None).update(not_before=timezone.now())
        town.work()
    address = f"/cases/{taken.reference}"
    browser = browser_of(people.person(town.named["mother"]))
    page = browser.get(address, headers={"Accept-Language": language}).content.decode()
    assert waits in page
    assert again in page

    monkeypatch.setattr(asking, "call", up)
    Job.objects.filter(done_at=None).update(not_before=timezone.now())
    town.work()
    page = browser.get(address, headers={"Accept-Language": language}).content.decode()
    assert waits not in page
    case = queries.case(town.actor("mother"), str(taken.reference)).case
    assert case.current is not None
    assert case.current.status == "due"
