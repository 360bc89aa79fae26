"""Lets days pass in the demo town and does what falls due on each.

Run by `minben demo advance`, as a program of its own so that Django is made ready first.
"""

# isort: off
from minben.demo import django_ready  # noqa: F401 first: rooms cannot be imported before
# isort: on

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from minben.base.month import Month
from minben.demo.agencies.changes import deliver, register_birth
from minben.demo.town.births import Birth, births
from minben.jobs import actions, clock, queries
from minben.jobs.worker import run_due

PATIENCE, PAUSE = 30.0, 0.1  # seconds


def pass_until(
    day: date,
    *,
    until: Callable[[], bool] = lambda: False,
    each_day: Callable[[date], None] = lambda _: None,
) -> Iterator[tuple[Month, int, int]]:
    """Move the civil day to `day`, one day at a time, or until something is true.

    `each_day` is what happens in the town on that day, before what falls due is done. Tells each
    month's done and dead jobs.
    """
    today = clock.today()
    stuck: set[UUID] = set()
    done = finish_the_day(stuck)
    while today < day and not until():
        before = Month.of(today)
        today += timedelta(days=1)
        clock.advance_to(today)
        each_day(today)
        done += finish_the_day(stuck)
        if Month.of(today) != before or today == day:
            yield before, done, len(queries.dead_jobs())
            done = 0


def finish_the_day(stuck: set[UUID]) -> int:
    """Do what is due, and wait for what another worker is doing; how many jobs were done here.

    A job that does not end in time (its agency is not running) joins `stuck`: later days do not
    wait for it again.
    """
    actions.begin_day()
    done, deadline = run_due(), time.monotonic() + PATIENCE
    while waiting := _due_today() - stuck:
        if time.monotonic() > deadline:
            stuck |= waiting
            break
        time.sleep(PAUSE)
        done += run_due()
    return done


def _due_today() -> set[UUID]:
    today = clock.today()
    return {job.uuid for job in queries.open_jobs() if job.due_on is None or job.due_on <= today}


def newborns(until: date) -> dict[date, list[Birth]]:
    """Who will be born from tomorrow on, by day; nobody in a town that was not seeded here."""
    stamp = settings.VAR / "town.json"
    if not stamp.exists():
        return {}
    town = json.loads(stamp.read_text("utf-8"))
    found: dict[date, list[Birth]] = {}
    for birth in births(
        people=town["people"],
        seed=town["seed"],
        seeded_on=date.fromisoformat(town["on"]),
        after=clock.today(),
        until=until,
        folder=settings.VAR,
    ):
        found.setdefault(birth.on, []).append(birth)
    return found


def register(born: list[Birth]) -> None:
    """Enter a day's births in the household register, which tells the platform."""
    for birth in born:
        register_birth(
            settings.AGENCIES,
            number=birth.number,
            mother=birth.mother,
            father=birth.father,
            on=birth.on,
            sex=birth.sex,
        )
    if born:
        deliver(settings.AGENCIES, agency="household-registration")


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    month = Month.of(day) + months
    return date(month.year, month.number, min(day.day, month.days))


if __name__ == "__main__":
    goal = months_on(clock.today(), int(sys.argv[1]))
    born = newborns(goal)
    for passed, jobs, dead in pass_until(goal, each_day=lambda day: register(born.get(day, []))):
        print(f"{passed}  工作 jobs {jobs:>6}  失敗 dead {dead}", flush=True)  # noqa: T201
    count = sum(map(len, born.values()))
    print(f"今天 today: {clock.today()}  出生 born: {count}")  # noqa: T201
