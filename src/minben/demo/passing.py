"""Lets days pass in the demo town and does what falls due on each.

Run by `minben demo advance`, as a program of its own so that Django is made ready first.
"""

# isort: off
from minben.demo import django_ready  # noqa: F401 first: rooms cannot be imported before
# isort: on

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from minben.base.month import Month
from minben.jobs import clock, queries
from minben.jobs.worker import run_due


def pass_until(
    day: date, *, until: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Month, int, int]]:
    """Move the civil day to `day`, one day at a time, or until something is true.

    Tells each month's done and dead jobs.
    """
    today = clock.today()
    done = run_due()
    while today < day and not until():
        before = Month.of(today)
        today += timedelta(days=1)
        clock.advance_to(today)
        done += run_due()
        if Month.of(today) != before or today == day:
            yield before, done, len(queries.dead_jobs())
            done = 0


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    month = Month.of(day) + months
    return date(month.year, month.number, min(day.day, month.days))


if __name__ == "__main__":
    goal = months_on(clock.today(), int(sys.argv[1]))
    for passed, jobs, dead in pass_until(goal):
        print(f"{passed}  工作 jobs {jobs:>6}  失敗 dead {dead}", flush=True)  # noqa: T201
    print(f"今天 today: {clock.today()}")  # noqa: T201
