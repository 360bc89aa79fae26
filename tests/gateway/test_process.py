"""The gateway as its own process on granian, two workers; killed, and what then stands."""

import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from agencies.world import MOTHER
from minben.kit.caller import NotSigned, Unreachable
from minben.kit.caller import client as http
from minben.kit.routing import NotListed

pytestmark = pytest.mark.slow


@pytest.fixture
def alone(tmp_path):
    """A world whose gateway is a real process; `start()` again after a kill."""
    from gateway.streets import Streets

    made = Streets(tmp_path)
    port = made.socket.getsockname()[1]
    made.socket.close()
    running = []

    def start():
        command = [sys.executable, "-m", "minben", "gateway", "serve"]
        options = ["--port", str(port), "--workers", "2"]
        process = subprocess.Popen([*command, str(tmp_path / "gateway"), *options])
        running.append(process)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process
            time.sleep(0.05)
        raise TimeoutError

    made.start = start
    with made.world.serving("tax"):
        yield made
    for process in running:
        process.terminate()
        process.wait(timeout=20)
    made.publisher.lane.close()


def transfer(alone):
    agreement = alone.world.agreement()
    return alone.request(alone.world.signature(agreement, MOTHER), agreement=agreement)


def logged(alone):
    lanes = sorted((alone.var / "lanes").glob("gateway-*"))
    return {e["details"]["transfer"] for lane in lanes for e in alone.lane(lane.name)}


def test_two_workers_take_a_signature_once_between_them_and_count_together(alone):
    process = alone.start()
    asked = transfer(alone)
    body = alone.sealed(asked)
    headers = alone.signed(body)
    answers = [alone.send(body, headers=headers).status_code for _ in range(12)]
    assert sorted(set(answers)) == [200, 409]
    assert answers.count(200) == 1
    assert len(list((alone.var / "lanes").glob("gateway-*"))) == 2
    assert http().get(alone.url + "/health").json()["status"] == "pass"
    process.terminate()
    assert process.wait(timeout=20) is not None


def test_whatever_was_answered_before_a_kill_is_on_the_log(alone):
    """Killed −9 in the middle, three times: an answer in somebody's hands has its entry."""
    answered, stop = set(), threading.Event()

    def ask():
        while not stop.is_set():
            request = transfer(alone)
            try:
                if alone.ask(request).answered.status == 200:
                    answered.add(request.transfer)
            except (Unreachable, NotSigned, NotListed):
                time.sleep(0.02)

    askers = [threading.Thread(target=ask, daemon=True) for _ in range(3)]
    process = alone.start()
    for asker in askers:
        asker.start()
    for _ in range(3):
        count = len(answered)
        deadline = time.monotonic() + 30
        while len(answered) < count + 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = alone.start()
    stop.set()
    for asker in askers:
        asker.join(timeout=20)
    assert len(answered) >= 15
    process.terminate()
    process.wait(timeout=20)
    assert answered <= logged(alone)
