"""A job is done once, tried again where that helps, and never lost."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from minben.base.refusal import Refused
from minben.jobs import actions, clock, queries, registry, worker
from minben.jobs.models import Job
from minben.jobs.types import GiveUp, RetryLater

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this test's kinds of job."""
    monkeypatch.setattr(registry, "_KINDS", {})


@pytest.fixture
def done(kinds: None) -> list[Any]:
    """What the handler of kind "greet" has done."""
    seen: list[Any] = []
    registry.handler("greet")(lambda payload: seen.append(payload["name"]))
    return seen


def wake_all() -> None:
    Job.objects.update(not_before=timezone.now(), leased_until=None)


def test_a_job_is_done_once(done: list[Any]) -> None:
    actions.enqueue(kind="greet", payload={"name": "a"})
    assert worker.run_due() == 1
    assert worker.run_due() == 0
    assert done == ["a"]


def test_the_same_key_is_the_same_job(done: list[Any]) -> None:
    first = actions.enqueue(kind="greet", payload={"name": "a"}, key="k")
    again = actions.enqueue(kind="greet", payload={"name": "b"}, key="k")
    assert first == again
    worker.run_due()
    assert actions.enqueue(kind="greet", payload={"name": "c"}, key="k") == first
    worker.run_due()
    assert done == ["a"]


def test_what_comes_every_day_comes_once_a_day(kinds: None) -> None:
    days: list[Any] = []
    registry.handler("rise", daily=True)(lambda payload: days.append(payload["day"]))
    registry.handler("once")(lambda payload: days.append("never"))
    for day in (date(2022, 9, 15), date(2022, 9, 15), date(2022, 9, 17)):
        clock.advance_to(day)
        assert actions.begin_day() == day
        worker.run_due()
    assert days == ["2022-09-15", "2022-09-17"]


def test_what_people_wait_for_comes_before_the_background(done: list[Any]) -> None:
    actions.enqueue(kind="greet", payload={"name": "search"}, background=True)
    actions.enqueue(kind="greet", payload={"name": "today"}, due_on=clock.today())
    actions.enqueue(kind="greet", payload={"name": "signed"})
    worker.run_due()
    assert done == ["signed", "today", "search"]


def test_a_job_waits_for_its_civil_day(done: list[Any]) -> None:
    actions.enqueue(kind="greet", payload={"name": "a"}, due_on=date(2022, 10, 1))
    worker.run_due()
    assert done == []
    clock.advance_to(date(2022, 10, 1))
    worker.run_due()
    assert done == ["a"]


def test_jobs_are_done_in_the_order_in_which_they_fall_due(done: list[Any]) -> None:
    for name, day in (("late", 3), ("early", 1), ("later", 3)):
        actions.enqueue(kind="greet", payload={"name": name}, due_on=date(2022, 9, day))
    worker.run_due()
    assert done == ["early", "late", "later"]


def test_a_job_that_nobody_here_can_do_waits_for_who_can(done: list[Any]) -> None:
    actions.enqueue(kind="unheard-of", payload={})
    assert worker.run_due() == 0
    assert len(queries.open_jobs(kind="unheard-of")) == 1


def test_what_a_job_enqueues_is_done_in_the_same_run(done: list[Any]) -> None:
    @registry.handler("start")
    def start(payload: dict[str, Any]) -> None:
        actions.enqueue(kind="greet", payload={"name": "b"})

    actions.enqueue(kind="start", payload={})
    assert worker.run_due() == 2
    assert done == ["b"]


def test_a_failing_job_waits_and_is_tried_again_until_it_is_dead(kinds: None) -> None:
    buried: list[str] = []

    @registry.handler("fail", attempts=3, dead=lambda payload, reason: buried.append(reason))
    def fail(payload: dict[str, Any]) -> None:
        actions.enqueue(kind="trace", payload={})
        raise KeyError("a name that must not be kept")

    uuid = actions.enqueue(kind="fail", payload={})
    for attempt in (1, 2, 3):
        assert worker.run_due() == 1
        assert queries.job(uuid).attempt == attempt
        assert worker.run_due() == 0
        wake_all()
    assert worker.run_due() == 0
    job = queries.job(uuid)
    assert job.dead_at is not None
    assert job.reason == "KeyError, 3 attempts"
    assert buried == ["KeyError, 3 attempts"]
    assert queries.open_jobs(kind="trace") == []
    assert [dead.uuid for dead in queries.dead_jobs()] == [uuid]


def test_a_dead_job_can_be_revived_and_only_a_dead_one(kinds: None) -> None:
    @registry.handler("end")
    def end(payload: dict[str, Any]) -> None:
        raise GiveUp("the account is closed")

    uuid = actions.enqueue(kind="end", payload={})
    with pytest.raises(Refused, match=r"jobs\.not_dead"):
        actions.revive(uuid=uuid)
    worker.run_due()
    assert queries.job(uuid).reason == "the account is closed"
    actions.revive(uuid=uuid)
    assert queries.job(uuid).dead_at is None


def test_a_refused_deed_is_dead_at_once_under_its_key(kinds: None) -> None:
    @registry.handler("refuse")
    def refuse(payload: dict[str, Any]) -> None:
        raise Refused("consent.revoked", name="not kept")

    uuid = actions.enqueue(kind="refuse", payload={})
    worker.run_due()
    assert queries.job(uuid).reason == "consent.revoked"


def test_a_slow_neighbour_is_asked_again_when_it_said(kinds: None) -> None:
    keys: list[str] = []

    def call(payload: dict[str, Any], key: str) -> dict[str, int]:
        keys.append(key)
        if len(keys) == 1:
            raise RetryLater(timedelta(minutes=7), "429")
        return {"answer": 42}

    answers: list[Any] = []
    registry.handler("ask", outside=call)(lambda payload, answer: answers.append(answer))
    uuid = actions.enqueue(kind="ask", payload={})
    worker.run_due()
    job = Job.objects.get(uuid=uuid)
    assert timedelta(minutes=6) < job.not_before - timezone.now() < timedelta(minutes=8)
    assert job.reason == "429"
    wake_all()
    worker.run_due()
    assert answers == [{"answer": 42}]
    assert keys == [str(uuid), str(uuid)]


def test_a_worker_whose_lease_ran_out_changes_nothing(kinds: None) -> None:
    effects: list[UUID] = []

    def slow(payload: dict[str, Any], key: str) -> None:
        """While this one calls, its lease ends and another worker takes the job over."""
        Job.objects.filter(uuid=key).update(attempt=2)

    registry.handler("slow", outside=slow)(lambda payload, answer: effects.append(payload))
    uuid = actions.enqueue(kind="slow", payload={})
    worker.run_due()
    assert effects == []
    assert queries.job(uuid).done_at is None


def test_a_job_that_kills_every_worker_is_given_up(kinds: None) -> None:
    registry.handler("poison", attempts=2)(lambda payload: None)
    uuid = actions.enqueue(kind="poison", payload={})
    Job.objects.update(attempt=2)
    worker.run_due()
    assert queries.job(uuid).reason == "not finished in 2 attempts"


def test_a_death_that_cannot_be_told_is_still_a_death(kinds: None) -> None:
    def tell(payload: object, reason: str) -> None:
        raise RuntimeError

    @registry.handler("end", dead=tell)
    def end(payload: dict[str, Any]) -> None:
        raise GiveUp("no")

    uuid = actions.enqueue(kind="end", payload={})
    worker.run_due()
    assert queries.job(uuid).reason == "no; and telling of it failed: RuntimeError"


def test_two_handlers_for_one_kind_are_a_mistake(done: list[Any]) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        registry.handler("greet")(lambda payload: None)


def test_jobs_done_long_ago_are_deleted(done: list[Any]) -> None:
    actions.enqueue(kind="greet", payload={"name": "a"})
    worker.run_due()
    assert actions.tidy() == 0
    Job.objects.update(done_at=timezone.now() - timedelta(days=91))
    assert actions.tidy() == 1
