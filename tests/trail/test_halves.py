"""A transfer of which only one half is on the trail raises an alarm that names no person."""

import json
import logging
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from minben.trail import queries
from minben.trail.halves import match_once
from minben.trail.models import Disclosure, Watch
from minben.trail.sequencer import sequence_once
from trail.story import use

pytestmark = pytest.mark.django_db


def half(which: str, transfer: str, person: UUID, minutes: int = 20) -> None:
    told = {"transfer": transfer, "provider": "tax", "logged": "gateway-0;1"}
    uuid = use(person, f"exchange.{which}", **told)
    at = timezone.now() - timedelta(minutes=minutes)
    Disclosure.objects.filter(uuid=uuid).update(recorded_at=at)


def look() -> int:
    Watch.objects.update_or_create(
        id=1, defaults={"matched_until": timezone.now() - timedelta(hours=1)}
    )
    return match_once()


def test_two_halves_are_no_alarm() -> None:
    for n in range(3):
        half("released", f"t{n}", uuid4())
        half("received", f"t{n}", uuid4(), minutes=19)
    assert look() == 0


def test_one_half_alone_is_an_alarm_without_personal_data(
    caplog: pytest.LogCaptureFixture,
) -> None:
    person = uuid4()
    half("released", "t1", person)
    half("received", "t2", person)
    with caplog.at_level(logging.ERROR):
        assert look() == 2
    assert match_once() == 0  # each is told once
    sequence_once()
    alarms = queries.entries_by_verb("trail.unmatched")
    assert {(a.details["transfer"], a.details["lacks"]) for a in alarms} == {
        ("t1", "exchange.received"),
        ("t2", "exchange.released"),
    }
    said = json.dumps([dict(alarm.details) for alarm in alarms]) + caplog.text
    assert str(person) not in said
    assert "tax_rate" not in said
    assert all(alarm.subject is None for alarm in alarms)
    counts = {count.verb: count.count for count in queries.public_counts()}
    assert counts["trail.unmatched"] == 2


def test_a_half_of_the_last_minutes_may_still_find_its_other_half() -> None:
    half("released", "t1", uuid4(), minutes=2)
    assert look() == 0


def test_a_half_just_before_the_last_look_counts_for_its_other_half_after_it() -> None:
    half("released", "t1", uuid4(), minutes=61)
    half("received", "t1", uuid4(), minutes=59)
    assert look() == 0


def test_what_came_straight_from_its_provider_stands_alone() -> None:
    half("received", "t1", uuid4())
    payload = Disclosure.objects.get().payload.replace('"logged":"gateway-0;1",', "")
    Disclosure.objects.update(payload=payload)
    assert look() == 0
