"""Workers killed at every point, and many side by side: effects happen exactly once."""

import itertools
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from minben.jobs import actions, queries, registry, worker
from minben.jobs.models import Job
from trail.killing import finishes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A kind "pay" that calls out, then leaves one row; the file tells the calls made."""
    monkeypatch.setattr(registry, "_KINDS", {})
    file = tmp_path / "calls"
    file.touch()

    def call(payload: dict[str, Any], key: str) -> dict[str, str]:
        with file.open("a") as out:
            out.write(f"{payload['n']} {key}\n")
        return {"receipt": key}

    @registry.handler("pay", outside=call)
    def pay(payload: dict[str, Any], answer: dict[str, str]) -> None:
        actions.enqueue(kind="effect", payload={"n": payload["n"], **answer})

    return file


def effects() -> list[int]:
    return sorted(job.payload["n"] for job in queries.open_jobs(kind="effect"))


def test_a_worker_killed_at_any_point_does_each_job_exactly_once(calls: Path) -> None:
    for point in itertools.count(1):
        actions.enqueue(kind="pay", payload={"n": point}, key=f"pay:{point}")
        finished = finishes(worker.run_due, kill_at=point)
        Job.objects.filter(done_at=None).update(leased_until=None)  # time passes
        if finished:
            break
        assert finishes(worker.run_due)
    assert point > 10, "there were fewer points to die at than expected"
    assert effects() == list(range(1, point + 1))
    assert queries.open_jobs(kind="pay") == []
    keys: dict[str, set[str]] = {}
    for line in calls.read_text().splitlines():
        n, key = line.split()
        keys.setdefault(n, set()).add(key)
    assert all(len(used) == 1 for used in keys.values()), "a repeated call changed its key"
    assert len(keys) == point


@pytest.mark.parametrize("point", ["claimed", "called", "handled", "done"])
def test_a_worker_killed_at_a_named_point_loses_nothing(
    calls: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.enqueue(kind="pay", payload={"n": 1})
    with monkeypatch.context() as dying:
        dying.setenv("MINBEN_FAULT", f"job:pay:{point}")
        with pytest.raises(AssertionError, match="the child failed"):
            finishes(worker.run_due)
    assert effects() == ([1] if point == "done" else [])
    Job.objects.filter(done_at=None).update(leased_until=None)
    assert finishes(worker.run_due)
    assert effects() == [1]


def test_workers_side_by_side_take_each_job_once(calls: Path) -> None:
    for n in range(40):
        actions.enqueue(kind="pay", payload={"n": n})
    tried: list[int] = []

    def work() -> None:
        try:
            tried.append(worker.run_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert effects() == list(range(40))
    assert sum(tried) == 40
