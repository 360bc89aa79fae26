"""One clock for civil days: the demo's, moved forward only, or the real one of Taipei."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from minben.base.refusal import Refused
from minben.jobs import clock

pytestmark = pytest.mark.django_db


def test_the_demo_begins_on_the_day_of_its_setting(settings: Any) -> None:
    settings.TODAY = "2022-09-15"
    assert clock.today() == date(2022, 9, 15)


def test_the_demo_moves_forward_and_never_back(settings: Any) -> None:
    settings.TODAY = "2022-09-15"
    clock.advance_to(date(2022, 12, 1))
    assert clock.today() == date(2022, 12, 1)
    with pytest.raises(Refused, match=r"jobs\.clock_runs_forward"):
        clock.advance_to(date(2022, 11, 30))


def test_outside_the_demo_the_day_is_that_of_taipei(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TODAY = ""
    late = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert clock.today() == date(2026, 11, 22)
    with pytest.raises(Refused, match=r"jobs\.clock_is_real"):
        clock.advance_to(date(2030, 1, 1))


def test_outside_the_demo_no_setting_moves_the_clock(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TODAY, settings.DEMO = "2022-09-15", False
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert clock.today() == date(2026, 11, 22)
    with pytest.raises(Refused, match=r"jobs\.clock_is_real"):
        clock.advance_to(date(2030, 1, 1))
