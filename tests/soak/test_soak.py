"""Endurance: parts are killed at random while months pass and families are paid.

`MINBEN_SOAK_MINUTES` says how long (10 by default); `MINBEN_SOAK_SEED` repeats a run.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from minben.demo.stage import Stage, set_up

MINUTES = float(os.environ.get("MINBEN_SOAK_MINUTES", "10"))
SEED = int(os.environ.get("MINBEN_SOAK_SEED", "1"))


def _counts(stage: Stage) -> dict:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("counting.py"))],
        env=stage.environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _kill_at_random(stage: Stage, over: threading.Event) -> None:
    chance = random.Random(SEED)
    while not over.wait(chance.uniform(1, 8)):
        part = chance.choice(stage.supervisor.parts)
        try:
            os.kill(stage.supervisor.process_id(part.name), signal.SIGKILL)
        except ProcessLookupError:
            continue  # it is dead already and waits for its turn


@pytest.mark.soak
def test_nothing_is_lost_or_paid_twice_while_parts_are_killed(tmp_path):
    with set_up(tmp_path, today="2022-09-15", people=400) as stage:
        over = threading.Event()
        killer = threading.Thread(target=_kill_at_random, args=(stage, over))
        killer.start()
        end = time.monotonic() + MINUTES * 60
        while time.monotonic() < end:
            # A killed part may refuse a month; the next try must find everything as it was.
            stage.run("minben", "demo", "advance", "--months", "1")
        over.set()
        killer.join()
        stage.run("minben", "demo", "advance", "--months", "1")
        calm = time.monotonic() + 600
        told = _counts(stage)
        while told["open_jobs"] and time.monotonic() < calm:
            time.sleep(2)
            told = _counts(stage)
    assert told["paid"] > 0
    assert told["transfers"] > 0
    assert told["audit"] == []
    assert (told["paid_twice"], told["answered_twice"], told["postings_of_nothing"]) == (0, 0, 0)
    assert (told["open_jobs"], told["dead_jobs"]) == (0, [])
