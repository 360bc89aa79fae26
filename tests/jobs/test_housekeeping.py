"""What was kept long enough ends by itself; what was proved stays proved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from minben.base import retention
from minben.base.text import Text
from minben.exchange import models as exchange
from minben.identity import models as identity
from minben.jobs import actions, clock, housekeeping, queries, worker
from minben.jobs.models import Job
from minben.notices.models import Notice
from minben.trail import actions as trail
from minben.trail import queries as entries
from minben.trail.models import Disclosure, Leaf
from minben.trail.sequencer import sequence_once

pytestmark = pytest.mark.django_db


def keep_house() -> None:
    actions.begin_day()
    worker.run_due()


def test_every_table_of_every_room_says_how_long_it_keeps_what() -> None:
    tables = {m._meta.label for m in apps.get_models() if m.__module__.startswith("minben.")}
    assert tables - set(retention.rules()) == set()
    assert set(retention.rules()) - tables == {"sessions.Session"}
    for rule in retention.rules().values():
        assert rule.kept.zh
        assert rule.kept.en


def test_what_a_table_goes_with_is_a_table_that_ends() -> None:
    ends = {table for table, rule in retention.rules().items() if rule.retire}
    for table, rule in retention.rules().items():
        _, goes, other = rule.kept.en.partition("goes with ")
        assert not goes or other in ends | {"identity.Person"}, table


def test_pushes_nonces_sessions_and_tries_end_with_the_day() -> None:
    long_ago = timezone.now() - timedelta(days=91)
    exchange.SeenNonce.objects.create(value="n", seen_at=long_ago)
    exchange.Push.objects.create(
        uuid=uuid4(), provider="p", kind="k", data_set="d", persons=[],
        happened_on=date(2022, 1, 1), received_at=long_ago,
    )  # fmt: skip
    Session.objects.create(session_key="s", session_data="", expire_date=long_ago)
    identity.Tries.objects.create(key="t", ends_at=long_ago)
    identity.UsedStatement.objects.create(jti="j", expires_at=long_ago)
    keep_house()
    tables: list[Any] = [
        exchange.SeenNonce, exchange.Push, Session, identity.Tries, identity.UsedStatement,
    ]  # fmt: skip
    assert [table.objects.count() for table in tables] == [0] * len(tables)


def test_a_message_stays_two_years_after_it_was_read() -> None:
    for days, source in ((729, "young"), (731, "old")):
        read = timezone.now() - timedelta(days=days)
        Notice.objects.create(
            source=source, person=uuid4(), key="k", on=date(2022, 1, 1), acknowledged_at=read
        )
    keep_house()
    assert [n.source for n in Notice.objects.all()] == ["young"]


def test_ten_years_after_the_last_entry_text_and_salt_go_and_the_tree_stands() -> None:
    gone, living = uuid4(), uuid4()
    for person in (gone, living):
        trail.record(verb="case.opened", subject=person, actor="a", basis="b", details={})
    sequence_once()
    long_ago = timezone.now() - timedelta(days=3651)
    Disclosure.objects.filter(subject=gone).update(recorded_at=long_ago)
    before = entries.whole_log()["leaves"]
    keep_house()
    assert entries.entries_of(gone) == []
    assert len(entries.entries_of(living)) == 1
    assert not Leaf.objects.filter(subject=gone).exists()
    sequence_once()
    after = entries.whole_log()["leaves"]
    assert after[: len(before)] == before


def test_one_rule_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[date] = []

    def fail(today: date) -> int:
        raise RuntimeError

    def end(today: date) -> int:
        ended.append(today)
        return 1

    words = Text("一天", "a day")
    rules = {
        "a.A": retention.Retention("a.A", words, fail),
        "b.B": retention.Retention("b.B", words, end),
    }
    monkeypatch.setattr(housekeeping, "rules", lambda: rules)
    keep_house()
    assert ended == [clock.today()]
    (job,) = queries.open_jobs(kind="jobs.retire")
    assert "NotRetired" in job.reason


def test_housekeeping_twice_ends_nothing_more() -> None:
    keep_house()
    before = Job.objects.count()
    keep_house()
    assert Job.objects.count() == before
    assert housekeeping.retire({}, "") == {}


def test_a_rule_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_RULES", {})
    retention.stays("a.A")
    retention.stays("a.A")
    with pytest.raises(ValueError, match="two rules"):
        retention.goes_with("b.B", "a.A")
