"""The sequencer and the worker as processes: they do what waits, and end when told to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from minben.trail.audit import audit
from minben.trail.models import Sequencer, Waiting
from trail.story import use


def database_url() -> str:
    """Where the test's database is, for a process of its own."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, host, port = told["USER"], told["HOST"], told["PORT"]
    return f"postgres://{user}:{told['PASSWORD']}@{host}:{port}/{told['NAME']}"


def comes_true(what: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


@pytest.mark.django_db
def test_the_sequencer_once_places_what_waits_and_ends() -> None:
    for n in range(3):
        use(uuid4(), n=n)
    call_command("sequencer", "--once")
    assert not Waiting.objects.exists()
    assert audit() == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["sequencer", "worker"])
def test_the_process_runs_until_it_is_told_to_end(command: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "django", command, "--pause", "0.05"],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "MINBEN_TRAIL": str(settings.TRAIL_FOLDER),
            "MINBEN_LANES": str(settings.TRAIL_LANES),
            "DJANGO_SETTINGS_MODULE": "minben.config.settings",
        },
    )
    try:
        if command == "sequencer":
            use(uuid4())
            assert comes_true(lambda: not Waiting.objects.exists())
            assert Sequencer.objects.exclude(holder="").exists()
            use(uuid4())
            assert comes_true(lambda: not Waiting.objects.exists())
        else:
            time.sleep(0.2)
            assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=60)
    assert status in ((0,) if command == "sequencer" else (0, -signal.SIGTERM))
