"""A whole platform in a temporary folder, on free ports, for as long as a story takes."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from minben.cli.run import parts
from minben.cli.supervisor import LOOPBACK, Supervisor

AGENCY_PORTS = 6
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000  # Linux gives outgoing connections 32768 and above


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
            stack.callback(_watched(supervisor))
            yield Stage(environment["MINBEN_ORIGIN"], folder, environment, supervisor)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _watched(supervisor: Supervisor) -> Callable[[], None]:
    """Restart what dies, beside the story; answers how to stop looking."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            supervisor.revive()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()

    def stop() -> None:
        over.set()
        thread.join()

    return stop


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
        "MINBEN_GATEWAY_URL": f"http://localhost:{_free_run(1)}",
        "MINBEN_AGENCY_PORT": str(_free_run(AGENCY_PORTS)),
        "MINBEN_TSA_URL": f"http://localhost:{_free_run(1)}/",
        "MINBEN_WITNESS_PORT": str(_free_run(2)),
        "PYTHONUNBUFFERED": "1",
    }


def _free_run(length: int) -> int:
    """The first of so many neighbouring free ports, below those that outgoing calls take."""
    while True:
        first = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT - length)
        with ExitStack() as held:
            try:
                for port in range(first, first + length):
                    held.enter_context(_bound(port))
            except OSError:
                continue
            return first


def _bound(port: int) -> socket.socket:
    held = socket.socket()
    try:
        held.bind((LOOPBACK, port))
    except OSError:
        held.close()
        raise
    return held
