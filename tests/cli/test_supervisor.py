"""The supervisor: what dies is started again, and nothing outlives a stop."""

import os
import signal
import socket
import sys
import time

import pytest

from minben.cli.supervisor import Part, PortTaken, Supervisor

SERVER = """import sys
from http.server import SimpleHTTPRequestHandler, test
test(SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind="127.0.0.1")
"""


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def server(tmp_path):
    port = _free_port()
    part = Part("server", [sys.executable, "-c", SERVER, str(port)], port, "SERVER_PORT")
    supervisor = Supervisor([part], logs=tmp_path)
    yield supervisor
    supervisor.stop()


def _until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_part_is_started_again(server):
    server.start()
    server.wait_until_listening()
    first = server.process_id("server")
    os.kill(first, signal.SIGKILL)

    def another():
        server.revive()
        return server.process_id("server") != first

    _until(another)
    server.wait_until_listening()


def test_a_taken_port_is_named_with_its_setting(server):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", server.parts[0].port))
        squatter.listen()
        with pytest.raises(PortTaken, match="SERVER_PORT"):
            server.start()


def test_stopping_leaves_nothing_behind(server):
    server.start()
    server.wait_until_listening()
    pid = server.process_id("server")
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
