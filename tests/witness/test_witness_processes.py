"""Two witnesses as processes of their own: killed and started again, they sign one history."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from minben.protocol.tlog_policy import Policy
from minben.trail import log, queries
from minben.trail.clients import HttpWitnessClient
from minben.trail.sequencer import sequence_once
from minben.trail.witnessing import witness_once
from minben.witness.folder import WitnessFolder, make_folder
from minben.witness.memory import origin_digest
from trail.story import use

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One witness, started in its own folder."""

    def __init__(self, folder: WitnessFolder) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        argv = [sys.executable, "-m", "minben", "witness", "serve", str(self.folder.path)]
        self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                assert httpx.get(f"{self.url}health", timeout=5).status_code == 200
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("the witness does not listen")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.folder.port}/"

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def witnesses(tmp_path: Path, settings: Any) -> Iterator[dict[str, Process]]:
    key = log.public_key().text
    running = {
        name: Process(
            make_folder(tmp_path / name, name=f"{name}.example", port=free_port(), logs=[key])
        )
        for name in ("one", "two")
    }
    lines = [f"log {key}"]
    lines += [f"witness {n} {w.folder.public.text} {w.url}" for n, w in running.items()]
    settings.TRAIL_POLICY_FILE = tmp_path / "policy"
    settings.TRAIL_POLICY_FILE.write_text("\n".join([*lines, "group b all one two", "quorum b"]))
    yield running
    for witness in running.values():
        witness.kill()


def test_witnesses_as_processes_cosign_and_survive_a_kill(witnesses: dict[str, Process]) -> None:
    client = HttpWitnessClient()
    use(uuid4())
    sequence_once()
    assert witness_once(client) == 2
    witnesses["one"].kill()
    use(uuid4())
    sequence_once()
    assert witness_once(client) == 1
    witnesses["one"].start()
    assert witness_once(client) == 1
    newest = queries.latest_checkpoint()
    policy = queries.policy_text()
    assert newest is not None
    assert policy is not None
    head, cosigners = Policy.read(policy).check(newest.note)
    assert (head.size, set(cosigners)) == (4, {"one", "two"})
    shown = httpx.get(f"{witnesses['two'].url}{origin_digest(log.origin())}/checkpoint").text
    assert shown.splitlines()[:3] == newest.note.splitlines()[:3]
