"""A whole platform in a temporary folder, on free ports, for as long as a story takes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from minben.cli.run import parts
from minben.cli.supervisor import LOOPBACK, Supervisor

AGENCY_PORTS = 6


@dataclass(frozen=True, slots=True)
class Stage:
    """舞臺 The running platform of one story: where it listens, where it keeps its things."""

    origin: str
    var: Path
    environment: dict[str, str]
    supervisor: Supervisor

    def run(self, *words: str, read: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a Python module of the platform (`-m …`) in this environment, and wait for it."""
        return subprocess.run(  # noqa: S603 our own modules
            [sys.executable, "-m", *words],
            env=self.environment,
            input=read,
            text=True,
            capture_output=True,
            check=False,
        )


@contextmanager
def set_up(folder: Path, *, today: str, people: int) -> Iterator[Stage]:
    """Prepare a town and start every part of it; all stop at the end. RuntimeError with a log."""
    environment = dict(os.environ) | environment_of(folder, today)
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        done = subprocess.run(  # noqa: S603 our own command
            [sys.executable, "-m", "minben", "demo", "start", "--people", str(people)],
            env=environment,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        supervisor = Supervisor(parts(folder), logs=folder / "log")
        with ExitStack() as stack:
            supervisor.start()
            stack.callback(supervisor.stop)
            supervisor.wait_until_listening()
            yield Stage(environment["MINBEN_ORIGIN"], folder, environment, supervisor)
    finally:
        os.environ.clear()
        os.environ.update(before)


def environment_of(folder: Path, today: str) -> dict[str, str]:
    """The settings of a town of its own: folder, day, and ports that are free now."""
    web, idp, pseudonyms = (_free_run(1) for _ in range(3))
    return {
        "MINBEN_VAR": str(folder),
        "MINBEN_TODAY": today,
        "MINBEN_DEMO": "1",
        "MINBEN_PORT": str(web),
        "MINBEN_ORIGIN": f"http://localhost:{web}",
        "MINBEN_IDP_URL": f"http://localhost:{idp}",
        "MINBEN_PSEUDONYMS_URL": f"http://localhost:{pseudonyms}",
        "MINBEN_AGENCY_PORT": str(_free_run(AGENCY_PORTS)),
        "PYTHONUNBUFFERED": "1",
    }


def _free_run(length: int) -> int:
    """The first of so many neighbouring free ports."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(_bound(0))
            port = int(first.getsockname()[1])
            try:
                for at in range(1, length):
                    held.enter_context(_bound(port + at))
            except (OSError, OverflowError):
                continue
            return port


def _bound(port: int) -> socket.socket:
    held = socket.socket()
    try:
        held.bind((LOOPBACK, port))
    except (OSError, OverflowError):
        held.close()
        raise
    return held
