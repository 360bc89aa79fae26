"""What the bench sends is what a recipient sends: the real gateway and provider take it."""

import os

import pytest

from agencies.world import RATE
from minben.bench.exchange_load import Client, cpu_seconds
from minben.kit.caller import client


def prepared(path):
    data = path.read_bytes()
    while data:
        size = int(data[:8])
        head, _, body = data[8 : 8 + size].partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
        yield {name: value for name, value in lines if name != "host"}, body
        data = data[8 + size :]


@pytest.mark.parametrize("standing", [True, False])
def test_prepared_requests_are_answered_each_once(streets, tmp_path, standing):
    path = tmp_path / "requests"
    Client(streets.var, streets.url).write(path, 2, standing=standing)
    requests = list(prepared(path))
    assert len(requests) == 2
    for expected in (200, 409):
        for headers, body in requests:
            answer = client().post(f"{streets.url}/{RATE}", content=body, headers=headers)
            assert answer.status_code == expected, answer.text


def test_processor_time_counts_the_whole_tree():
    own = cpu_seconds(os.getpid())
    assert own > 0
    assert cpu_seconds(os.getppid()) >= own
