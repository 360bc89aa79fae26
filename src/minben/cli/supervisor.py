"""Keeps the parts of the platform running: starts them, restarts the dead, stops them all."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
_CALM_SECONDS = 30.0  # a part that ran this long has earned a quick restart again


class PortTaken(Exception):
    """A port that a part needs is in use; says which, and which setting moves it."""

    def __init__(self, part: Part) -> None:
        super().__init__(
            f"埠 {part.port} 已被占用（{part.name}）；請停止占用的程式，或改 {part.setting}。\n"
            f"Port {part.port} is taken ({part.name}); stop what uses it, or set {part.setting}."
        )


@dataclass(frozen=True)
class Part:
    """部件 One process of the platform: what it is called, how it starts, where it listens."""

    name: str
    argv: Sequence[str]
    port: int | None = None
    setting: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs parts until told to stop.

    Children die with their parent (Linux: parent-death signal), so a killed supervisor leaves
    nothing behind. Each part writes to its own file in `logs`.
    """

    def __init__(self, parts: Sequence[Part], *, logs: Path) -> None:
        self.parts = parts
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._stop = threading.Event()

    def start(self) -> None:
        """Start every part; PortTaken before any has started."""
        for part in self.parts:
            if part.port is not None and _is_taken(part.port):
                raise PortTaken(part)
        self._logs.mkdir(parents=True, exist_ok=True)
        for part in self.parts:
            self._spawn(part)

    def watch(self) -> None:
        """Restart what dies, later each time it dies young, until `stop`."""
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        while not self._stop.wait(0.5):
            for part in self.parts:
                self._revive(part)
        self.stop()

    def stop(self) -> None:
        """Ask every part to end, then insist."""
        self._stop.set()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_until_listening(self, *, seconds: float = 60) -> None:
        """Return when every part with a port accepts connections; TimeoutError names the rest."""
        deadline = time.monotonic() + seconds
        waiting = [part for part in self.parts if part.port is not None]
        while waiting:
            waiting = [part for part in waiting if part.port and not _is_taken(part.port)]
            if waiting and time.monotonic() > deadline:
                names = ", ".join(part.name for part in waiting)
                raise TimeoutError(
                    f"not listening after {seconds:.0f} s: {names}; see {self._logs}"
                )
            self._stop.wait(0.05)

    def process_id(self, name: str) -> int:
        """The process id of a running part, for tests that kill it."""
        return self._running[name].pid

    def revive(self) -> None:
        """Look once after every part, as `watch` does all the time."""
        for part in self.parts:
            self._revive(part)

    def _revive(self, part: Part) -> None:
        process = self._running[part.name]
        if process.poll() is None:
            return
        now = time.monotonic()
        lived = now - self._started[part.name]
        failures = 0 if lived > _CALM_SECONDS else self._failures.get(part.name, 0)
        if lived < min(2**failures - 1, _CALM_SECONDS):
            return  # it will be tried again when its pause is over
        self._failures[part.name] = failures + 1
        click.echo(f"{part.name} ended ({process.returncode}); starting it again", err=True)
        self._spawn(part)

    def _spawn(self, part: Part) -> None:
        with (self._logs / f"{part.name}.log").open("ab") as log:
            self._running[part.name] = subprocess.Popen(  # noqa: S603 - our own argv
                part.argv,
                env={**os.environ, **part.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self._started[part.name] = time.monotonic()

    def _on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
